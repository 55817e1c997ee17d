"""Decisions that are drawn at random are looked at again, by an officer who took no part in them."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

# Steps from before do not say to whom a file was given: whoever has one now is written into its newest.
WHO_HAS_A_FILE_NOW = """
UPDATE applications_applicationtransition step SET officer_id = a.officer_id
FROM professional_applications a
WHERE a.id = step.application_id AND a.status IN ('under_review', 'information_requested', 'decision_proposed')
  AND step.id = (SELECT max(id) FROM applications_applicationtransition newest WHERE newest.application_id = a.id);
"""

# Whether a person is a stranger to an application: not its applicant, without a declared interest in them, and without
# a part in what led to the decision: a step, the file in hand, a flag or a word on one, a note. Whoever only read the
# file, or wrote a note after the decision, took none. Documents are asked for and entered by who has the file.
IS_IMPARTIAL = """
CREATE FUNCTION applications_is_impartial(application bigint, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM professional_applications a
        WHERE a.id = application AND (
            person IN (a.applicant_id, a.officer_id, a.proposed_by_id, a.decided_by_id)
            OR EXISTS (SELECT FROM applications_declaredinterest interest
                       WHERE interest.applicant_id = a.applicant_id AND interest.officer_id = person)
            OR EXISTS (SELECT FROM applications_applicationtransition step
                       WHERE step.application_id = a.id AND (step.officer_id = person OR step.actor = 'user:' || person))
            OR EXISTS (SELECT FROM applications_applicationflag flag
                       LEFT JOIN applications_flagverdict verdict ON verdict.flag_id = flag.id
                       WHERE flag.application_id = a.id
                         AND (flag.raised_by = 'user:' || person OR verdict.given_by_id = person))
            OR EXISTS (SELECT FROM applications_filenote note
                       WHERE note.application_id = a.id AND note.author_id = person AND note.at <= a.decided_at)
        )
    )
$$;
"""

# The database follows rules.REAUDIT_TRANSITIONS too, and lets nobody look again at what they took part in.
ONLY_LEGAL_REAUDITS = """
CREATE FUNCTION applications_only_legal_reaudits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN ('not_drawn', 'drawn') THEN
            RAISE EXCEPTION 'a re-audit begins with the draw' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NOT EXISTS (SELECT FROM professional_applications a
                       WHERE a.id = NEW.application_id AND a.status IN ('approved', 'rejected')) THEN
            RAISE EXCEPTION 'only decisions are drawn' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status) NOT IN
       (('drawn', 'taken'), ('taken', 'drawn'), ('taken', 'upheld'), ('taken', 'doubted')) THEN
        RAISE EXCEPTION 'a re-audit never goes from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status IN ('upheld', 'doubted') AND NEW.officer_id <> OLD.officer_id THEN
        RAISE EXCEPTION 'whoever has taken a re-audit closes it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.officer_id IS NOT NULL AND NOT applications_is_impartial(NEW.application_id, NEW.officer_id) THEN
        RAISE EXCEPTION 'nobody looks again at what they took part in'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_legal_reaudits BEFORE INSERT OR UPDATE ON applications_reaudit
    FOR EACH ROW EXECUTE FUNCTION applications_only_legal_reaudits();
"""
UNDONE = """
DROP TRIGGER only_legal_reaudits ON applications_reaudit;
DROP FUNCTION applications_only_legal_reaudits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_claims_of_entries_and_reminders"),
        ("reference", "0008_share_of_decisions_looked_at_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="applicationtransition",
            name="officer",
            field=models.ForeignKey(
                db_index=False,
                help_text="Who has the file after the step.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Reaudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_drawn", "Not drawn"),
                            ("drawn", "Waiting for an officer"),
                            ("taken", "With an officer"),
                            ("upheld", "Upheld"),
                            ("doubted", "Doubted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        help_text="How many in a hundred were drawn, by the rule of the day."
                    ),
                ),
                ("drawn_at", models.DateTimeField(help_text="When it was decided.")),
                ("note", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reaudit",
                        to="applications.professionalapplication",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Who has taken it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Of a doubt.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="reference.reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "re-audit",
            },
        ),
        migrations.CreateModel(
            name="ReauditTransition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "transition",
                    models.CharField(
                        choices=[("take", "Take"), ("release", "Give back"), ("uphold", "Uphold"), ("doubt", "Doubt")],
                        max_length=10,
                    ),
                ),
                (
                    "from_status",
                    models.CharField(
                        choices=[
                            ("not_drawn", "Not drawn"),
                            ("drawn", "Waiting for an officer"),
                            ("taken", "With an officer"),
                            ("upheld", "Upheld"),
                            ("doubted", "Doubted"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("not_drawn", "Not drawn"),
                            ("drawn", "Waiting for an officer"),
                            ("taken", "With an officer"),
                            ("upheld", "Upheld"),
                            ("doubted", "Doubted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor", models.CharField(max_length=100)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(help_text="Of the re-audit, after the step.")),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="reference.reason"
                    ),
                ),
                (
                    "reaudit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="applications.reaudit",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="reaudit",
            index=models.Index(fields=["drawn_at"], name="reaudit_by_time"),
        ),
        migrations.AddIndex(
            model_name="reaudit",
            index=models.Index(
                condition=models.Q(("status", "not_drawn"), _negated=True),
                fields=["status", "drawn_at"],
                name="reaudit_by_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent__lte", 100),
                    models.Q(("percent__gt", 0), ("status", "not_drawn"), _connector="OR"),
                    models.Q(("percent__lt", 100), models.Q(("status", "not_drawn"), _negated=True), _connector="OR"),
                ),
                name="reaudit_drawn_by_its_share",
                violation_error_message="Of none in a hundred none is drawn, of all every one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("officer", None), ("status__in", ["not_drawn", "drawn"])),
                    models.Q(
                        models.Q(("status__in", ["not_drawn", "drawn"]), _negated=True), ("officer__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="reaudit_taken_by_somebody",
                violation_error_message="An officer has what is taken, upheld or doubted, and nothing else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status__in", ["doubted", "upheld"])),
                    models.Q(
                        models.Q(("status__in", ["doubted", "upheld"]), _negated=True),
                        ("closed_at", None),
                        ("note", ""),
                    ),
                    _connector="OR",
                ),
                name="reaudit_closed_when",
                violation_error_message="What is upheld or doubted says when; before that nothing is said of it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason__isnull", False), ("status", "doubted"), models.Q(("note", ""), _negated=True)),
                    models.Q(models.Q(("status", "doubted"), _negated=True), ("reason", None)),
                    _connector="OR",
                ),
                name="reaudit_doubt_has_reason_and_words",
                violation_error_message="Give the reason for a doubt, and say it in words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reaudittransition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to_status__in", ["doubted", "upheld"])),
                fields=("reaudit",),
                name="reaudit_closed_once",
                violation_error_message="The re-audit is closed already.",
            ),
        ),
        migrations.RunSQL(WHO_HAS_A_FILE_NOW, migrations.RunSQL.noop),
        migrations.RunSQL(IS_IMPARTIAL, "DROP FUNCTION applications_is_impartial(bigint, uuid)"),
        migrations.RunSQL(ONLY_LEGAL_REAUDITS, UNDONE),
    ]
