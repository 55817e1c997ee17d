"""Answers kept for a repeated request are seen by whoever got them, and by the worker that tidies up.

The table is that of `common`, which is alike in both services; who is asking is known here.
"""

from django.db import migrations

POLICY = """
ALTER TABLE common_idempotentrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY answers_of_the_asker ON common_idempotentrequest USING (
    actor = 'user:' || (SELECT phb_asker())::text
    OR ((SELECT phb_asker()) IS NULL AND actor LIKE 'address:%')
    OR (SELECT phb_asker_sees_all())
);
"""
NO_POLICY = """
DROP POLICY answers_of_the_asker ON common_idempotentrequest;
ALTER TABLE common_idempotentrequest DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_who_sees_which_rows"),
        ("common", "0001_tables_of_the_plumbing"),
    ]
    operations = [migrations.RunSQL(POLICY, NO_POLICY)]
