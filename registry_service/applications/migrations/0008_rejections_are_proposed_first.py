"""A rejection is proposed by one officer and decided by another: no file goes from review to rejected."""

from importlib import import_module

from django.db import migrations

STEPS = import_module("applications.migrations.0002_only_legal_steps").STEPS
ALLOWED = [(source, target) for source, targets in STEPS.items() for target in targets]


def function(steps: list[tuple[str, str]]) -> str:
    allowed = ", ".join(f"('{source}', '{target}')" for source, target in steps)
    return f"""
CREATE OR REPLACE FUNCTION applications_only_legal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('approved', 'rejected', 'withdrawn', 'lapsed') THEN
        RAISE EXCEPTION 'a closed application is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({allowed}) THEN
        RAISE EXCEPTION 'an application never goes from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_flags_and_their_verdicts")]
    operations = [
        migrations.RunSQL(
            function([step for step in ALLOWED if step != ("under_review", "rejected")]), function(ALLOWED)
        )
    ]
