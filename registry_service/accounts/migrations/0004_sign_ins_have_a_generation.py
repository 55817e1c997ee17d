"""Every sign-in of a person can be ended at once, sessions of the operators' pages among them.

What runs beside without knowing the column leaves it at its default. It refuses sign-ins from after an ending that it
knows nothing of, so until it has stopped, whoever set up or lost a second factor meanwhile may have to sign in again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_roles_open_the_operators_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_in_generation",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False, help_text="Raised to end every sign-in that there is."
            ),
        ),
    ]
