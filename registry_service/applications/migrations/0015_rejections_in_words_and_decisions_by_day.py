"""A rejection is said in words, too; and what was decided lately is found by an index.

What was rejected without words before stays as it is: a closed application is never changed.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0014_verdicts_on_what_flags_tell")]
    operations = [
        migrations.AddIndex(
            "professionalapplication",
            models.Index(
                fields=["decided_at"],
                condition=models.Q(("decided_at__isnull", False)),
                name="application_by_decision",
            ),
        ),
        AddConstraintNotValid(
            "professionalapplication",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "rejected"), _negated=True),
                    models.Q(("decision_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="application_rejected_in_words",
                violation_error_message="Say in words why it is rejected.",
            ),
        ),
    ]
