"""One second factor for each person, and one that is being set up: the library would keep any number.

Locks on the person see to it already; these indexes have the last word. The tables are django-otp's.
"""

from django.db import migrations

INDEXES = """
CREATE UNIQUE INDEX second_factor_one_app ON otp_totp_totpdevice (user_id, confirmed);
CREATE UNIQUE INDEX second_factor_one_set_of_recovery_codes ON otp_static_staticdevice (user_id);
"""
NO_INDEXES = """
DROP INDEX second_factor_one_set_of_recovery_codes;
DROP INDEX second_factor_one_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_roles_and_service_clients"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
    ]
    operations = [migrations.RunSQL(INDEXES, NO_INDEXES)]
