"""Each license, period and step refers to the change that recorded it, which says who made it, when and why.

Steps taken so far get changes of their own; everything else that is held is as of the first change.
The columns that go had no reader in any release, and there is no way back: what was recorded since would be lost.
"""

import django.db.models.deletion
from django.db import migrations, models

PERIODS = ("PractisingCertificate", "Suspension", "Removal", "Condition", "RenewalGrace", "LicenseSpecialty")

STEPS = """
INSERT INTO changes_recordedchange (position, actor, reason, recorded_at)
SELECT position, min(actor), coalesce(min(words), ''), min(recorded_at)
FROM licenses_licensetransition WHERE position > 0 GROUP BY position;
UPDATE licenses_licensetransition step SET recorded_in_id = change.id
FROM changes_recordedchange change WHERE change.position = step.position;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def change(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="changes.recordedchange",
        **options,
    )


def closed_once(model: str) -> str:
    table = f"licenses_{model.lower()}"
    return f"""
        DROP TRIGGER only_close ON {table};
        CREATE TRIGGER closed_once BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION changes_closed_once();
    """


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0001_changes_and_their_order"),
        ("licenses", "0005_periods_are_closed_and_never_rewritten"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("RegisterPosition")]),
        migrations.AddField("phbprofessionalregistry", "recorded_in", change(default=1), preserve_default=False),
        migrations.RemoveField("phbprofessionalregistry", "recorded_at"),
        # Without the index for LIKE that `unique=True` brings.
        migrations.AddConstraint(
            "phbprofessionalregistry", models.UniqueConstraint(fields=("number",), name="license_number_once")
        ),
        migrations.AlterField("phbprofessionalregistry", "number", models.CharField(max_length=17)),
        *(
            operation
            for model in PERIODS
            for operation in (
                migrations.AddField(model, "recorded_in", change(default=1), preserve_default=False),
                migrations.AddField(model, "closed_in", change(editable=False, null=True)),
                migrations.RunSQL(closed_once(model)),
            )
        ),
        migrations.RunSQL("DROP FUNCTION phb_only_close()"),
        migrations.AddField("licensetransition", "recorded_in", change(default=1), preserve_default=False),
        migrations.RunSQL(STEPS),
        migrations.RenameField("licensetransition", "words", "note"),
        migrations.RemoveField("licensetransition", "actor"),
        migrations.RemoveField("licensetransition", "position"),
        migrations.RemoveField("licensetransition", "recorded_at"),
    ]
