"""Row-level security: who is asking, where they belong, and the first table that obeys.

`common.asker` writes who is asking to the database session. The functions run as the owner, whom
policies do not bind, so that they can look up memberships that the asker may not read. The national
administrator, an operator with all rights and the worker see every hospital.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION phb_asker() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('phb.user_id', true), '')::uuid
$$;
CREATE FUNCTION phb_asker_hospitals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT hospital_id FROM accounts_roleassignment WHERE user_id = phb_asker() AND hospital_id IS NOT NULL
$$;
CREATE FUNCTION phb_asker_sees_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(current_setting('phb.role', true) = 'worker', false) OR EXISTS (
        SELECT FROM accounts_roleassignment
        WHERE user_id = phb_asker() AND role = 'national_administrator'
    ) OR EXISTS (
        SELECT FROM accounts_user WHERE id = phb_asker() AND is_superuser
    )
$$;
"""
DROP = """
DROP FUNCTION phb_asker_sees_all(); DROP FUNCTION phb_asker_hospitals(); DROP FUNCTION phb_asker();
"""

# The sub-selects are evaluated once for each statement, not once for each row. Reading and writing have
# a policy each: DELETE asks only who sees a row, and a colleague's role is there to be seen.
POLICY = """
ALTER TABLE accounts_roleassignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_own_and_of_own_hospitals ON accounts_roleassignment FOR SELECT USING (
    user_id = (SELECT phb_asker()) OR hospital_id IN (SELECT phb_asker_hospitals())
);
CREATE POLICY whoever_sees_all_decides ON accounts_roleassignment USING ((SELECT phb_asker_sees_all()));
"""
NO_POLICY = """
DROP POLICY whoever_sees_all_decides ON accounts_roleassignment;
DROP POLICY read_own_and_of_own_hospitals ON accounts_roleassignment;
ALTER TABLE accounts_roleassignment DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_roles")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP), migrations.RunSQL(POLICY, NO_POLICY)]
