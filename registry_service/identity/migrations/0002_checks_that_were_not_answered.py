"""A check that the provider did not answer has an outcome of its own, and is not counted as one that was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_checks_of_identity")]

    operations = [
        migrations.AlterField(
            model_name="identitycheck",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("asked", "Asked; no answer yet"),
                    ("unanswered", "The provider did not answer"),
                    ("proven", "The number is a person's"),
                    ("unknown", "The number is nobody's, or too old"),
                ],
                default="asked",
                max_length=10,
            ),
        )
    ]
