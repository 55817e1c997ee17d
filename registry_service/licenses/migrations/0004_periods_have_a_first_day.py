"""No period of the register is empty or without a beginning."""

from django.db import migrations, models

PERIODS = ["condition", "licensespecialty", "practisingcertificate", "removal", "renewalgrace", "suspension"]


class Migration(migrations.Migration):
    dependencies = [("licenses", "0003_first_position")]
    operations = [
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__startswith__isnull", False)),
                name=f"{model}_has_a_first_day",
                violation_error_message="Give the first day.",
            ),
        )
        for model in PERIODS
    ]
