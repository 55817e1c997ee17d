"""The database follows the table of rules.TRANSITIONS too: what is paid is paid for ever."""

from django.db import migrations

STEPS = {
    "initiated": ("pending", "paid", "failed", "expired"),
    "pending": ("paid", "failed", "expired"),
    "failed": ("paid",),
    "expired": ("paid",),
}
ALLOWED = ", ".join(f"('{source}', '{target}')" for source, targets in STEPS.items() for target in targets)

FUNCTION = f"""
CREATE FUNCTION fees_only_legal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'paid' THEN
        RAISE EXCEPTION 'what is paid is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({ALLOWED}) THEN
        RAISE EXCEPTION 'a payment never goes from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_legal_steps BEFORE UPDATE ON fee_payments
    FOR EACH ROW EXECUTE FUNCTION fees_only_legal_steps();
"""


class Migration(migrations.Migration):
    dependencies = [("fees", "0001_payments_of_fees")]
    operations = [
        migrations.RunSQL(
            FUNCTION, "DROP TRIGGER only_legal_steps ON fee_payments; DROP FUNCTION fees_only_legal_steps()"
        )
    ]
