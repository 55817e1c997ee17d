"""Affiliations are seen by the members of their hospital, by the person, and by the worker.

The person also sees what was asked about their license, in license_gate's table: who is meant by a
number is known here.
"""

from django.db import migrations

POLICY = """
ALTER TABLE staff_affiliation ENABLE ROW LEVEL SECURITY;
CREATE POLICY rows_of_the_askers_hospitals ON staff_affiliation USING (
    user_id = (SELECT phb_asker())
    OR hospital_id IN (SELECT phb_asker_hospitals())
    OR (SELECT phb_asker_sees_all())
) WITH CHECK (
    hospital_id IN (SELECT phb_asker_hospitals())
    OR (SELECT phb_asker_sees_all())
);
CREATE POLICY what_was_asked_about_the_asker ON license_gate_licenseverification FOR SELECT USING (
    (hospital_id, license_number, regulator, register) IN (
        SELECT hospital_id, license_number, regulator, register
        FROM staff_affiliation WHERE user_id = (SELECT phb_asker())
    )
);
"""
NO_POLICY = """
DROP POLICY what_was_asked_about_the_asker ON license_gate_licenseverification;
DROP POLICY rows_of_the_askers_hospitals ON staff_affiliation;
ALTER TABLE staff_affiliation DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_affiliations"),
        ("accounts", "0002_who_sees_which_rows"),
        ("license_gate", "0002_rows_of_each_hospital"),
    ]
    operations = [migrations.RunSQL(POLICY, NO_POLICY)]
