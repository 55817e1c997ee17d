"""The count of attempts without an answer gets the name that the API uses; its column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_rows_of_each_hospital")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("affiliation", "silences", "unanswered"),
                migrations.AlterField(
                    "affiliation",
                    "unanswered",
                    models.PositiveIntegerField(
                        db_column="silences",
                        default=0,
                        help_text="Attempts in a row to ask the registry that brought no answer.",
                    ),
                ),
            ]
        )
    ]
