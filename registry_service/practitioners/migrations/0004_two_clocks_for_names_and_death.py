"""Names and the day of death are recorded, closed and never rewritten, like everything else that answers depend on.

There is no way back: deaths that were corrected since would come back to life.
"""

import django.db.models.deletion
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

DIES_AFTER_BIRTH = """
CREATE FUNCTION practitioners_dies_after_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM practitioners_practitioner p
               JOIN practitioners_practitionerdeath d ON d.practitioner_id = p.id AND upper(d.recorded) IS NULL
               WHERE p.id = CASE TG_TABLE_NAME WHEN 'practitioners_practitioner' THEN NEW.id
                            ELSE (to_jsonb(NEW) ->> 'practitioner_id')::bigint END
                 AND d.died_on < p.birth_date) THEN
        RAISE EXCEPTION 'Nobody dies before they are born.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'practitioner_dies_after_birth';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER dies_after_birth AFTER INSERT ON practitioners_practitionerdeath
    FOR EACH ROW EXECUTE FUNCTION practitioners_dies_after_birth();
CREATE TRIGGER dies_after_birth AFTER UPDATE OF birth_date ON practitioners_practitioner
    FOR EACH ROW EXECUTE FUNCTION practitioners_dies_after_birth();
"""
CLOSED_ONCE = """
CREATE TRIGGER closed_once BEFORE UPDATE ON practitioners_practitionername
    FOR EACH ROW EXECUTE FUNCTION changes_closed_once();
CREATE TRIGGER closed_once BEFORE UPDATE ON practitioners_practitionerdeath
    FOR EACH ROW EXECUTE FUNCTION changes_closed_once();
"""


def recorded() -> DateTimeRangeField:
    return DateTimeRangeField(
        db_default=models.Func(
            TransactionNow(), models.Value(None), function="tstzrange", output_field=DateTimeRangeField()
        )
    )


def change(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="changes.recordedchange",
        **options,
    )


def person(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="practitioners.practitioner",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0001_changes_and_their_order"),
        ("practitioners", "0003_numbers_as_compared_and_contact"),
    ]

    operations = [
        migrations.AddField("practitioner", "position", models.BigIntegerField(db_default=0, default=0)),
        # Names: what is held is as of the first change.
        migrations.RemoveConstraint("practitionername", "practitioner_has_one_official_name"),
        migrations.RemoveIndex("practitionername", "practitioner_name_trigrams"),
        migrations.AddField("practitionername", "recorded", recorded()),
        migrations.AddField("practitionername", "recorded_in", change(default=1), preserve_default=False),
        migrations.AddField("practitionername", "closed_in", change(editable=False, null=True)),
        migrations.AlterField("practitionername", "practitioner", person("names")),
        migrations.AddIndex(
            "practitionername",
            GinIndex(
                OpClass("folded", "gin_trgm_ops"),
                condition=models.Q(("recorded__endswith", None)),
                name="practitioner_name_trigrams",
            ),
        ),
        migrations.AddConstraint(
            "practitionername",
            models.UniqueConstraint(
                condition=models.Q(("recorded__endswith", None), ("use", "official")),
                fields=("practitioner",),
                name="practitioner_has_one_official_name",
                violation_error_message="A practitioner has one name in use.",
            ),
        ),
        # Deaths: out of the column into a table.
        migrations.CreateModel(
            name="PractitionerDeath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded", recorded()),
                ("died_on", models.DateField()),
                ("recorded_in", change()),
                ("closed_in", change(editable=False, null=True)),
                ("practitioner", person("deaths")),
            ],
        ),
        migrations.AddConstraint(
            "practitionerdeath",
            models.UniqueConstraint(
                condition=models.Q(("recorded__endswith", None)),
                fields=("practitioner",),
                name="practitioner_dies_once",
                violation_error_message="A day of death is recorded already.",
            ),
        ),
        migrations.RunSQL(
            "INSERT INTO practitioners_practitionerdeath (practitioner_id, died_on, recorded_in_id)"
            " SELECT id, died_on, 1 FROM practitioners_practitioner WHERE died_on IS NOT NULL;"
            " SET CONSTRAINTS ALL IMMEDIATE"
        ),
        migrations.RemoveConstraint("practitioner", "practitioner_dies_after_birth"),
        migrations.RemoveField("practitioner", "died_on"),
        migrations.RunSQL(DIES_AFTER_BIRTH),
        migrations.RunSQL(CLOSED_ONCE),
    ]
