"""Beside the latest question, answered or not, an affiliation keeps the latest that was answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0003_attempts_that_brought_no_answer"),
        ("license_gate", "0002_rows_of_each_hospital"),
    ]
    operations = [
        migrations.AddField(
            "affiliation",
            "last_answer",
            models.ForeignKey(
                db_index=False,
                help_text="The latest verification that the registry answered, whatever became of later questions.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="license_gate.licenseverification",
            ),
        )
    ]
