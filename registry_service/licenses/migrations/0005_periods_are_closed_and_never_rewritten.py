"""The runtime role may update `recorded`, and only to close it: an open row, once, at or after its beginning."""

from django.db import migrations

TABLES = (
    "licenses_practisingcertificate",
    "licenses_suspension",
    "licenses_removal",
    "licenses_condition",
    "licenses_renewalgrace",
    "licenses_licensespecialty",
)

FUNCTION = """
CREATE FUNCTION phb_only_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF upper(OLD.recorded) IS NOT NULL OR upper(NEW.recorded) IS NULL
       OR lower(NEW.recorded) IS DISTINCT FROM lower(OLD.recorded) THEN
        RAISE EXCEPTION 'a recorded period is closed once and never rewritten'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("licenses", "0004_periods_have_a_first_day")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION phb_only_close()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER only_close BEFORE UPDATE OF recorded ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION phb_only_close()",
                f"DROP TRIGGER only_close ON {table}",
            )
            for table in TABLES
        ),
    ]
