"""How much an account has uploaded within a day is asked before each upload."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_files_that_nobody_keeps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(fields=["uploaded_by", "created_at"], name="stored_file_of_uploader"),
        )
    ]
