"""A decision is what was proposed, of a file that was looked at; history tells what happened; closed files stay closed.

The old code, while this is being deployed, may still try to note something on a closed file, or to say something of a
flag while a decision is proposed: it is refused then, as the new code refuses it.
"""

from collections.abc import Iterable
from importlib import import_module

from django.db import migrations

BEFORE = import_module("applications.migrations.0008_rejections_are_proposed_first")
STEPS = [step for step in BEFORE.ALLOWED if step != ("under_review", "rejected")]
# Each transition with where it starts and where it leads.
TRANSITIONS = (
    ("submit", "draft", "submitted"),
    *(("withdraw", source, "withdrawn") for source in ("draft", "submitted", "under_review", "information_requested")),
    ("claim", "submitted", "under_review"),
    ("assign", "submitted", "under_review"),
    ("release", "under_review", "submitted"),
    *(("reassign", held, held) for held in ("under_review", "information_requested", "decision_proposed")),
    ("request_information", "under_review", "information_requested"),
    ("respond", "information_requested", "under_review"),
    ("lapse", "information_requested", "lapsed"),
    ("propose", "under_review", "decision_proposed"),
    ("return", "decision_proposed", "under_review"),
    ("approve", "under_review", "approved"),
    ("approve", "decision_proposed", "approved"),
    ("reject", "decision_proposed", "rejected"),
)


def _listed(rows: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(map(str, rows))


REFUSED = "USING ERRCODE = 'integrity_constraint_violation'"
ONLY_LEGAL_STEPS = f"""
CREATE OR REPLACE FUNCTION applications_only_legal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' OR NEW.submitted_at IS NOT NULL OR NEW.officer_id IS NOT NULL
           OR NEW.proposed_by_id IS NOT NULL OR NEW.checked_at IS NOT NULL THEN
            RAISE EXCEPTION 'an application begins as a draft' {REFUSED};
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('approved', 'rejected', 'withdrawn', 'lapsed') THEN
        RAISE EXCEPTION 'a closed application is never changed' {REFUSED};
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({_listed(STEPS)}) THEN
        RAISE EXCEPTION 'an application never goes from % to %', OLD.status, NEW.status {REFUSED};
    END IF;
    IF OLD.second_officer AND NOT NEW.second_officer THEN
        RAISE EXCEPTION 'what takes a second officer goes on taking one' {REFUSED};
    END IF;
    IF (OLD.status, NEW.status) = ('under_review', 'decision_proposed') THEN
        IF NEW.proposed_by_id IS DISTINCT FROM OLD.officer_id THEN
            RAISE EXCEPTION 'whoever has a file proposes what to decide' {REFUSED};
        END IF;
    ELSIF (OLD.status, NEW.status) = ('decision_proposed', 'under_review') THEN
        IF NEW.proposed_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'a file goes back without its proposal' {REFUSED};
        END IF;
    ELSIF (NEW.proposed_by_id, NEW.proposed_decision) IS DISTINCT FROM (OLD.proposed_by_id, OLD.proposed_decision) THEN
        RAISE EXCEPTION 'a proposal is made and taken back by a step of its own' {REFUSED};
    END IF;
    IF NEW.status IN ('approved', 'rejected') THEN
        IF OLD.status = 'decision_proposed' AND (OLD.proposed_decision, NEW.status)
           NOT IN (('approve', 'approved'), ('reject', 'rejected')) THEN
            RAISE EXCEPTION 'the second officer confirms what was proposed, or gives the file back' {REFUSED};
        END IF;
        IF OLD.status = 'under_review' AND NEW.decided_by_id IS DISTINCT FROM OLD.officer_id THEN
            RAISE EXCEPTION 'whoever has a file decides it' {REFUSED};
        END IF;
        IF NEW.status = 'approved' AND OLD.checked_at IS NULL THEN
            RAISE EXCEPTION 'nothing is approved before it was looked at' {REFUSED};
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER only_legal_steps ON professional_applications;
CREATE TRIGGER only_legal_steps BEFORE INSERT OR UPDATE ON professional_applications
    FOR EACH ROW EXECUTE FUNCTION applications_only_legal_steps();
"""
ONLY_LEGAL_STEPS_BEFORE = f"""
DROP TRIGGER only_legal_steps ON professional_applications;
{BEFORE.function(STEPS)}
CREATE TRIGGER only_legal_steps BEFORE UPDATE ON professional_applications
    FOR EACH ROW EXECUTE FUNCTION applications_only_legal_steps();
"""

# A step is written down after the application has taken it: where the last one led to, and where the file is now.
HISTORY_IS_TRUE = f"""
CREATE FUNCTION applications_history_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_now text;
    was text;
BEGIN
    SELECT status INTO is_now FROM professional_applications WHERE id = NEW.application_id FOR SHARE;
    SELECT to_status INTO was FROM applications_applicationtransition
    WHERE application_id = NEW.application_id ORDER BY id DESC LIMIT 1;
    IF NEW.from_status <> coalesce(was, 'draft') OR NEW.to_status <> is_now THEN
        RAISE EXCEPTION 'history tells where a file was and where it is' {REFUSED};
    END IF;
    IF (NEW.transition, NEW.from_status, NEW.to_status) NOT IN ({_listed(TRANSITIONS)}) THEN
        RAISE EXCEPTION 'there is no step % from % to %', NEW.transition, NEW.from_status, NEW.to_status {REFUSED};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER history_is_true BEFORE INSERT ON applications_applicationtransition
    FOR EACH ROW EXECUTE FUNCTION applications_history_is_true();
"""  # noqa: S608 -- put together from this file's constants
HISTORY_UNDONE = """
DROP TRIGGER history_is_true ON applications_applicationtransition;
DROP FUNCTION applications_history_is_true();
"""

# What is said of a flag says whom an approval is about: once one is proposed, it stands as the first officer saw it.
ONLY_ON_OPEN_FILES = f"""
CREATE FUNCTION applications_only_on_open_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_now text;
BEGIN
    SELECT status INTO is_now FROM professional_applications WHERE id = NEW.application_id FOR SHARE;
    IF is_now IN ('approved', 'rejected', 'withdrawn', 'lapsed') THEN
        RAISE EXCEPTION 'nothing is added to a closed file' {REFUSED};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_on_open_files BEFORE INSERT ON applications_filenote
    FOR EACH ROW EXECUTE FUNCTION applications_only_on_open_files();
CREATE TRIGGER only_on_open_files BEFORE INSERT ON applications_applicationflag
    FOR EACH ROW EXECUTE FUNCTION applications_only_on_open_files();

CREATE FUNCTION applications_verdicts_before_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_now text;
BEGIN
    SELECT status INTO is_now FROM professional_applications
    WHERE id = (SELECT application_id FROM applications_applicationflag WHERE id = NEW.flag_id) FOR SHARE;
    IF is_now IN ('decision_proposed', 'approved', 'rejected', 'withdrawn', 'lapsed') THEN
        RAISE EXCEPTION 'verdicts on flags come before a decision is proposed' {REFUSED};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER verdicts_before_proposals BEFORE INSERT ON applications_flagverdict
    FOR EACH ROW EXECUTE FUNCTION applications_verdicts_before_proposals();
"""  # noqa: S608 -- put together from this file's constants
OPEN_FILES_UNDONE = """
DROP TRIGGER verdicts_before_proposals ON applications_flagverdict;
DROP FUNCTION applications_verdicts_before_proposals();
DROP TRIGGER only_on_open_files ON applications_applicationflag;
DROP TRIGGER only_on_open_files ON applications_filenote;
DROP FUNCTION applications_only_on_open_files();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_decisions_looked_at_again")]
    operations = [
        migrations.RunSQL(ONLY_LEGAL_STEPS, ONLY_LEGAL_STEPS_BEFORE),
        migrations.RunSQL(HISTORY_IS_TRUE, HISTORY_UNDONE),
        migrations.RunSQL(ONLY_ON_OPEN_FILES, OPEN_FILES_UNDONE),
    ]
