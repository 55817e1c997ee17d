"""A verdict is on one version of a flag: what the flag comes to tell after it takes another one.

The old code, while this is being deployed, speaks of the first version only: what told more meanwhile stays open.
"""

from importlib import import_module

from django.db import migrations, models

FLAGS = import_module("applications.migrations.0007_flags_and_their_verdicts")
DECISIONS = import_module("applications.migrations.0011_decisions_fit_their_proposals")

APPROVED_WITHOUT_OPEN_FLAGS = """
CREATE OR REPLACE FUNCTION applications_approved_without_open_flags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM applications_applicationflag flag
        WHERE flag.application_id = NEW.id
          AND (NEW.proposed_by_id IS NULL
               OR NOT EXISTS (
                   SELECT FROM applications_flagverdict verdict
                   WHERE verdict.flag_id = flag.id AND verdict.flag_version = flag.version))
    ) THEN
        RAISE EXCEPTION 'a flagged application is approved by two officers, after a verdict on every flag'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
APPROVED_BEFORE = FLAGS.APPROVED_WITHOUT_OPEN_FLAGS.partition("CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)

VERSIONS_ARE_TRUE = f"""
CREATE FUNCTION applications_flags_tell_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'the versions of a flag only grow' {DECISIONS.REFUSED};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER flags_tell_more BEFORE UPDATE ON applications_applicationflag
    FOR EACH ROW EXECUTE FUNCTION applications_flags_tell_more();

CREATE FUNCTION applications_verdicts_on_what_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.flag_version > (SELECT version FROM applications_applicationflag WHERE id = NEW.flag_id) THEN
        RAISE EXCEPTION 'a verdict is of what a flag tells' {DECISIONS.REFUSED};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER verdicts_on_what_is_told BEFORE INSERT ON applications_flagverdict
    FOR EACH ROW EXECUTE FUNCTION applications_verdicts_on_what_is_told();
"""  # noqa: S608 -- put together from constants
VERSIONS_UNDONE = """
DROP TRIGGER verdicts_on_what_is_told ON applications_flagverdict;
DROP FUNCTION applications_verdicts_on_what_is_told();
DROP TRIGGER flags_tell_more ON applications_applicationflag;
DROP FUNCTION applications_flags_tell_more();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0013_queues_in_the_order_of_submission")]
    operations = [
        migrations.AddField(
            "applicationflag",
            "version",
            models.PositiveIntegerField(db_default=1, default=1, help_text="One more when it tells more."),
        ),
        migrations.AddField("flagverdict", "flag_version", models.PositiveIntegerField(db_default=1, default=1)),
        migrations.RunSQL(APPROVED_WITHOUT_OPEN_FLAGS, APPROVED_BEFORE),
        migrations.RunSQL(VERSIONS_ARE_TRUE, VERSIONS_UNDONE),
    ]
