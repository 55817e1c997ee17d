"""The counter of positions moves here from `licenses`, and each change gets a row of its own.

The counter's table is renamed, which code of before this migration does not survive; none had been released.
"""

from django.db import migrations, models

CLOSED_ONCE = """
CREATE FUNCTION changes_closed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF upper(OLD.recorded) IS NOT NULL OR upper(NEW.recorded) IS NULL
       OR lower(NEW.recorded) IS DISTINCT FROM lower(OLD.recorded)
       OR OLD.closed_in_id IS NOT NULL OR NEW.closed_in_id IS NULL THEN
        RAISE EXCEPTION 'a recorded row is closed once, in a change, and never rewritten'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("licenses", "0005_periods_are_closed_and_never_rewritten")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE licenses_registerposition RENAME TO changes_registerposition",
                    "ALTER TABLE changes_registerposition RENAME TO licenses_registerposition",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name="RegisterPosition",
                    fields=[
                        ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ("value", models.BigIntegerField()),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="register_position_is_one_row")
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecordedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(unique=True)),
                (
                    "actor",
                    models.CharField(help_text="Who: a user, a command, or a list that was imported.", max_length=100),
                ),
                ("reason", models.TextField(help_text="Why, for whoever asks later.")),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        # Rows from before changes were recorded refer to the first: the empty register.
        migrations.RunSQL(
            "INSERT INTO changes_recordedchange (position, actor, reason, recorded_at)"
            " VALUES (0, 'the register', 'The register begins.', now())"
        ),
        migrations.RunSQL(CLOSED_ONCE, "DROP FUNCTION changes_closed_once()"),
    ]
