"""How names are compared: `phb_fold`, and the trigrams that search uses."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# Apostrophes vanish (Sa'idu), and before NFKD, which would make a blank and a mark of some. NFKD splits
# a letter from its marks and dots below, which then go. Letters that have no decomposition (the hooked
# ones of Hausa, the turned e of Kanuri, eng) are mapped by hand. Other punctuation separates.
FOLD = r"""
CREATE FUNCTION phb_fold(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
            lower(normalize(
                translate(name, U&'ɓɗƙƴǝəŋƁƊƘƳƎƏŊ''`\00B4\02B9\02BB\02BC\2018\2019\2032', 'bdkyeenBDKYEEN'),
                NFKD)),
            '[\u0300-\u036f]', '', 'g'),
        '[^[:alnum:]]+', ' ', 'g'))
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION phb_fold(text)"),
    ]
