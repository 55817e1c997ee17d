"""The database follows the table of rules.TRANSITIONS too: no SQL moves a file along a path that is not in it."""

from django.db import migrations

STEPS = {
    "draft": ("submitted", "withdrawn"),
    "submitted": ("under_review", "withdrawn"),
    "under_review": (
        "submitted",
        "information_requested",
        "decision_proposed",
        "approved",
        "rejected",
        "withdrawn",
    ),
    "information_requested": ("under_review", "lapsed", "withdrawn"),
    "decision_proposed": ("under_review", "approved", "rejected"),
}
ALLOWED = ", ".join(f"('{source}', '{target}')" for source, targets in STEPS.items() for target in targets)

FUNCTION = f"""
CREATE FUNCTION applications_only_legal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('approved', 'rejected', 'withdrawn', 'lapsed') THEN
        RAISE EXCEPTION 'a closed application is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({ALLOWED}) THEN
        RAISE EXCEPTION 'an application never goes from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_legal_steps BEFORE UPDATE ON professional_applications
    FOR EACH ROW EXECUTE FUNCTION applications_only_legal_steps();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_applications")]
    operations = [
        migrations.RunSQL(
            FUNCTION,
            "DROP TRIGGER only_legal_steps ON professional_applications; DROP FUNCTION applications_only_legal_steps()",
        )
    ]
