"""Affiliations of before get their latest answer from the evidence; the others get one when they are asked about."""

from django.db import migrations

FILL = """
UPDATE staff_affiliation AS held
SET last_answer_id = (
    SELECT asked.id FROM license_gate_licenseverification AS asked
    WHERE (asked.hospital_id, asked.license_number, asked.regulator, asked.register)
        = (held.hospital_id, held.license_number, held.regulator, held.register)
    AND asked.outcome <> 'not_answered'
    ORDER BY asked.asked_at DESC, asked.id DESC
    LIMIT 1
)
WHERE verification_id IS NOT NULL AND last_answer_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_last_answer")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
