"""The register's counter starts at 0."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("licenses", "0002_the_register")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO licenses_registerposition (id, value, changed_at) VALUES (1, 0, now())",
            "DELETE FROM licenses_registerposition",
        )
    ]
