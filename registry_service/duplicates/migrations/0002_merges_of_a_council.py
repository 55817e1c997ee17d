"""The merges of one council are read by an index: its code is among several in one column."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_merges")]

    operations = [
        migrations.AddIndex(model_name="merge", index=GinIndex(fields=["councils"], name="merge_by_council")),
    ]
