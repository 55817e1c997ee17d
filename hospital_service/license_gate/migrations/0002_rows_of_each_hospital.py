"""Evidence is seen by the members of the hospital that asked, and by the worker."""

from django.db import migrations

POLICY = """
ALTER TABLE license_gate_licenseverification ENABLE ROW LEVEL SECURITY;
CREATE POLICY rows_of_the_askers_hospitals ON license_gate_licenseverification USING (
    hospital_id IN (SELECT phb_asker_hospitals())
    OR (SELECT phb_asker_sees_all())
);
"""
NO_POLICY = """
DROP POLICY rows_of_the_askers_hospitals ON license_gate_licenseverification;
ALTER TABLE license_gate_licenseverification DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("license_gate", "0001_evidence"), ("accounts", "0002_who_sees_which_rows")]
    operations = [migrations.RunSQL(POLICY, NO_POLICY)]
