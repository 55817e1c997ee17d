"""What is noticed about applications, what officers say of it, and no approval before they have."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

# The worker and officers raise flags; an approval comes after a verdict on each of them, and by two officers.
APPROVED_WITHOUT_OPEN_FLAGS = """
CREATE FUNCTION applications_approved_without_open_flags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM applications_applicationflag flag
        WHERE flag.application_id = NEW.id
          AND (NEW.proposed_by_id IS NULL
               OR NOT EXISTS (SELECT FROM applications_flagverdict verdict WHERE verdict.flag_id = flag.id))
    ) THEN
        RAISE EXCEPTION 'a flagged application is approved by two officers, after a verdict on every flag'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_without_open_flags BEFORE UPDATE ON professional_applications
    FOR EACH ROW WHEN (NEW.status = 'approved' AND OLD.status <> 'approved')
    EXECUTE FUNCTION applications_approved_without_open_flags();
"""
UNDONE = """
DROP TRIGGER approved_without_open_flags ON professional_applications;
DROP FUNCTION applications_approved_without_open_flags();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0006_documents_from_others"),
        ("licenses", "0008_people_who_were_entered_twice"),
        ("practitioners", "0007_entered_twice_proofs_and_photographs"),
        ("reference", "0005_reasons_of_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("duplicate", "Somebody is likely the same person"),
                            (
                                "shared_file",
                                "Another person's application has the same file, or one that looks like it",
                            ),
                            ("identity_differs", "What was proven of the applicant's identity differs"),
                            ("raised", "An officer noticed something"),
                        ],
                        max_length=20,
                    ),
                ),
                ("score", models.FloatField(help_text="How likely the two are one person, from 0 to 1.", null=True)),
                (
                    "reasons",
                    models.JSONField(default=list, help_text="What agrees or differs: duplicates.likeness.Reason."),
                ),
                ("words", models.TextField(blank=True, help_text="What an officer noticed.")),
                ("raised_by", models.CharField(max_length=100)),
                ("raised_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FlagVerdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same_person", "It is the same person"),
                            ("another_person", "It is another person"),
                            ("no_concern", "It is in order"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField()),
                ("given_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="professionalapplication",
            name="checked_at",
            field=models.DateTimeField(help_text="Empty: the worker has yet to look for what is odd.", null=True),
        ),
        migrations.AddIndex(
            model_name="professionalapplication",
            index=models.Index(
                condition=models.Q(
                    ("checked_at", None),
                    ("status__in", ["decision_proposed", "information_requested", "submitted", "under_review"]),
                ),
                fields=["submitted_at"],
                name="application_to_be_checked",
            ),
        ),
        migrations.AddIndex(
            model_name="professionalapplication",
            index=models.Index(fields=["birth_date"], name="application_by_birth_date"),
        ),
        migrations.AddIndex(
            model_name="professionalapplication",
            index=models.Index(
                condition=models.Q(("telephone", ""), _negated=True),
                fields=["telephone"],
                name="application_by_telephone",
            ),
        ),
        migrations.AddField(
            model_name="applicationflag",
            name="application",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="flags",
                to="applications.professionalapplication",
            ),
        ),
        migrations.AddField(
            model_name="applicationflag",
            name="document",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.applicationdocument",
            ),
        ),
        migrations.AddField(
            model_name="applicationflag",
            name="other",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.professionalapplication",
            ),
        ),
        migrations.AddField(
            model_name="applicationflag",
            name="practitioner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="practitioners.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="flagverdict",
            name="flag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="verdicts", to="applications.applicationflag"
            ),
        ),
        migrations.AddField(
            model_name="flagverdict",
            name="given_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="applicationflag",
            index=models.Index(fields=["application"], name="flag_by_application"),
        ),
        migrations.AddIndex(
            model_name="applicationflag",
            index=models.Index(
                condition=models.Q(("other__isnull", False)), fields=["other"], name="flag_by_other_application"
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationflag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "raised"), _negated=True),
                fields=("application", "kind", "practitioner", "other", "document"),
                name="flag_raised_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document", None),
                        ("kind", "raised"),
                        ("other", None),
                        ("practitioner", None),
                        models.Q(("words", ""), _negated=True),
                    ),
                    models.Q(models.Q(("kind", "raised"), _negated=True), ("words", "")),
                    _connector="OR",
                ),
                name="flag_of_an_officer_has_words",
                violation_error_message="Say what you have noticed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationflag",
            constraint=models.CheckConstraint(
                condition=models.Q(("practitioner", None), ("other", None), _connector="OR"),
                name="flag_points_at_one_thing",
            ),
        ),
        migrations.RunSQL(APPROVED_WITHOUT_OPEN_FLAGS, UNDONE),
    ]
