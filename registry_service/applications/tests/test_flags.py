"""What officers are shown of an application that is odd, what they say of it, and what that does to the register."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from PIL import Image, ImageDraw, ImageFont

from applications import services
from applications.models import ProfessionalApplication
from applications.rules import (
    ApplicationTransitionNotAllowed,
    FlagKind,
    FlagsOpen,
    NotCheckedYet,
    PersonDiffers,
    Status,
    Verdict,
)
from applications.tests.factories import (
    approve,
    claim,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    reject,
    renaming_by_one,
    submit,
)
from applications.tests.flagged import BORN, approved_by_two, flags, of_person, say, with_file, with_file_like
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.errors import InvalidInput, NotFound
from documents.inspection.likeness import perceptual_hash
from documents.models import MOST_ALIKE
from duplicates.tests.factories import confirm, make_registered, propose
from identity.tests.factories import make_proof
from licenses.queries import licenses_of
from licenses.services import AlreadyRegistered
from practitioners.models import Practitioner
from practitioners.queries import practitioner_of_account
from practitioners.services import AccountTaken
from practitioners.tests.factories import make_person
from sampling.scans import certificate

LATER = NOW + timedelta(minutes=5)


def filled_in_for(holder: str) -> Image.Image:
    """A school's form on which two lines are the holder's."""
    page = certificate("University of Lagos").copy()
    draw = ImageDraw.Draw(page)
    draw.rectangle((100, 900, 1140, 1240), fill="white")
    for line, size in ((holder, 60), (f"{len(holder)} July 20{len(holder)}", 40)):
        draw.text((300, 1080 - 2 * size), line, fill="black", font=ImageFont.load_default(size))
    return page


@pytest.mark.django_db
class TestNoticing:
    def test_who_is_like_nobody_is_not_flagged(self) -> None:
        make_registered("Bello", "Musa")
        application = of_person()
        application.refresh_from_db()
        assert flags(application) == []
        assert application.checked_at == NOW

    def test_somebody_on_the_register_who_is_likely_the_applicant_is_shown_with_the_reasons(self) -> None:
        person = make_registered()
        (flag,) = flags(of_person())
        assert (flag.kind, flag.practitioner, flag.other) == (FlagKind.DUPLICATE, person, None)
        assert flag.score is not None
        assert flag.score > 0.9
        assert {reason["fact"] for reason in flag.reasons} >= {"name", "birth_date"}

    def test_a_birth_date_with_day_and_month_swapped_is_found(self) -> None:
        person = make_person(birth_date=date(1988, 4, 7), telephone="+2348031234567")
        (flag,) = flags(of_person(birth_date=date(1988, 7, 4)))
        assert flag.practitioner == person

    def test_the_applicants_own_entry_is_no_duplicate(self) -> None:
        applicant = make_applicant()
        make_person(account_id=applicant.pk)
        assert flags(of_person(applicant)) == []

    def test_school_and_year_of_who_was_registered_after_an_application_count(self) -> None:
        first = of_person()
        approved_by_two(first)
        duplicates = flags(of_person(), FlagKind.DUPLICATE)
        assert {"school", "qualified_in"} <= {reason["fact"] for reason in duplicates[0].reasons}

    def test_a_file_of_another_person_is_shown(self) -> None:
        first = submit(fill(make_draft()))
        draft = fill(make_draft())
        mine = with_file_like(first, draft)
        (flag,) = flags(submit(draft), FlagKind.SHARED_FILE)
        assert (flag.other, flag.document, flag.reasons[0]["how"]) == (first, mine, "same")

    def test_a_scan_that_looks_like_another_persons_is_shown(self) -> None:
        first, second = fill(make_draft()), fill(make_draft())
        with_file(first, perceptual_hash=0b1111)
        with_file(second, perceptual_hash=0b0111)
        submit(first)
        (flag,) = flags(submit(second), FlagKind.SHARED_FILE)
        assert (flag.other, flag.reasons[0]["how"]) == (first, "alike")

    def test_a_scan_that_looks_like_no_others_is_not(self) -> None:
        first, second = fill(make_draft()), fill(make_draft())
        with_file(first, perceptual_hash=0b11111)
        with_file(second, perceptual_hash=0)
        submit(first)
        assert flags(submit(second)) == []

    def test_of_a_file_that_many_sent_the_first_few_are_shown(self) -> None:
        first = submit(fill(make_draft()))
        others = [fill(make_draft()) for _ in range(7)]
        for other in others:
            with_file_like(first, other)
        assert [len(flags(submit(other), FlagKind.SHARED_FILE)) for other in others] == [1, 2, 3, 4, 5, 5, 5]

    def test_what_others_have_not_submitted_is_nobodys_to_read(self) -> None:
        draft, mine = fill(make_draft()), fill(make_draft())
        with_file(draft, perceptual_hash=1)
        with_file(mine, perceptual_hash=1)
        with_file_like(mine, fill(make_draft()))
        assert flags(submit(mine)) == []
        assert [flag.other for flag in flags(submit(draft))] == [mine]

    def test_ones_own_scans_however_many_hide_no_other_persons(self) -> None:
        theirs, mine = fill(make_draft()), fill(make_draft())
        with_file(theirs, perceptual_hash=0b11)
        submit(theirs)
        for version in range(1, MOST_ALIKE + 2):
            with_file(mine, version=version, perceptual_hash=1)
        assert [flag.other for flag in flags(submit(mine))] == [theirs]

    def test_a_scan_that_was_replaced_looks_like_nothing(self) -> None:
        theirs, mine = fill(make_draft()), fill(make_draft())
        with_file(theirs, perceptual_hash=1)
        with_file(theirs, version=2, perceptual_hash=-1)
        submit(theirs)
        with_file(mine, perceptual_hash=1)
        assert flags(submit(mine)) == []

    def test_a_look_that_many_have_is_that_of_a_form_and_says_nothing(self) -> None:
        others = [fill(make_draft()) for _ in range(7)]
        for number, other in enumerate(others):
            with_file(other, perceptual_hash=1 << number % 2)
            submit(other)
        assert flags(other) == []

    def test_scans_of_one_form_look_alike_whoever_it_was_filled_in_for(self) -> None:
        holders = ("Adaeze Okafor", "Musa Ibrahim Bello", "Ngozi Eze", "Tunde Adeyemi", "Aisha Yusuf", "Chidi Nwosu")
        looks = [perceptual_hash(filled_in_for(holder)) % 2**64 for holder in holders]
        assert max((a ^ b).bit_count() for a, b in combinations(looks, 2)) <= 3

    def test_ones_own_file_in_another_application_is_nothing(self) -> None:
        first = submit(fill(make_draft()))
        second = fill(make_draft(first.applicant, register_part="pcn-pharmacist-provisional"))
        with_file_like(first, second)
        assert flags(submit(second)) == []

    def test_an_identity_that_was_proven_otherwise_is_shown_with_what_differs(self) -> None:
        applicant = make_applicant()
        make_proof(applicant)  # Adaeze Ngozi Okafor, born in 1996
        (flag,) = flags(of_person(applicant, surname="Bello", given_names="Musa"))
        assert (flag.kind, flag.practitioner) == (FlagKind.IDENTITY_DIFFERS, None)
        assert {reason["fact"] for reason in flag.reasons} == {"name", "birth_date"}

    def test_what_was_proven_as_it_was_said_is_nothing(self) -> None:
        applicant = make_applicant()
        make_proof(applicant)
        assert flags(of_person(applicant, given_names="Adaeze Ngozi", birth_date=date(1996, 4, 17))) == []

    def test_who_proves_their_identity_later_is_looked_at_once_more(self) -> None:
        application = of_person(surname="Bello", given_names="Musa")
        make_proof(application.applicant, now=LATER)
        assert services.look_again() == 1
        assert services.check_waiting(LATER, at_most=10) == 1
        (flag,) = flags(application)
        assert flag.kind == FlagKind.IDENTITY_DIFFERS
        assert services.look_again() == 0

    def test_an_account_that_was_proven_to_be_two_people_is_shown(self) -> None:
        applicant = make_applicant()
        make_proof(applicant, "AB 0002 19880417 CD")
        make_proof(applicant, now=LATER)
        application = of_person(applicant, given_names="Adaeze Ngozi", birth_date=date(1996, 4, 17))
        (flag,) = flags(application)
        assert flag.kind == FlagKind.IDENTITY_DIFFERS
        assert [(reason["fact"], reason["how"]) for reason in flag.reasons] == [("identity", "several")]

    def test_two_applications_of_one_person_are_both_flagged(self) -> None:
        first = of_person()
        ProfessionalApplication.objects.update(checked_at=NOW - timedelta(minutes=1))
        second = of_person()
        assert [flag.other for flag in flags(second)] == [first]
        assert flags(first) == []
        assert services.look_again() == 1
        assert services.check_waiting(LATER, at_most=10) == 1
        assert [flag.other for flag in flags(first)] == [second]

    def test_what_was_noticed_is_shown_once_however_often_it_is_looked_at(self) -> None:
        make_registered()
        application = of_person()
        (before,) = flags(application)
        for _ in range(2):
            ProfessionalApplication.objects.filter(pk=application.pk).update(checked_at=None)
            services.check(application.uid, LATER)
        assert flags(application) == [before]

    def test_nothing_is_looked_at_before_it_is_submitted(self) -> None:
        make_registered()
        draft = fill(make_draft(), surname="Okafor", given_names="Adaeze", birth_date=BORN)
        services.check(draft.uid, NOW)
        assert flags(draft) == []
        assert services.check_waiting(NOW, at_most=10) == 0

    def test_an_officer_shows_what_they_have_noticed(self) -> None:
        application, officer = of_person(), make_officer()
        services.raise_flag(officer=officer, uid=application.uid, words="The seal is drawn.", now=NOW)
        (flag,) = flags(application)
        assert (flag.kind, flag.words, flag.raised_by) == (FlagKind.RAISED, "The seal is drawn.", officer.actor)


@pytest.mark.django_db
class TestDecidingWhatIsFlagged:
    def test_nothing_is_approved_before_it_was_looked_at(self) -> None:
        application, officer = of_person(), make_officer()
        claim(application, officer)
        ProfessionalApplication.objects.filter(pk=application.pk).update(checked_at=None)
        with pytest.raises(NotCheckedYet):
            approve(application, officer)

    def test_nothing_is_approved_while_a_flag_waits_for_a_word(self) -> None:
        make_registered()
        application, officer = of_person(), make_officer()
        claim(application, officer)
        (flag,) = flags(application)
        with pytest.raises(FlagsOpen) as refusal:
            approve(application, officer)
        assert refusal.value.members["errors"] == [
            {
                "pointer": f"/flags/{flag.uid}",
                "code": "duplicate",
                "detail": "Somebody is likely the same person.",
            }
        ]
        say(flag, Verdict.ANOTHER_PERSON, officer)
        assert approve(application, officer).status == Status.DECISION_PROPOSED

    def test_what_is_flagged_is_rejected_without_a_word_on_the_flags(self) -> None:
        make_registered()
        application, officer = of_person(), make_officer()
        claim(application, officer)
        assert reject(application, officer).status == Status.DECISION_PROPOSED

    def test_what_is_flagged_takes_two_where_one_would_do(self) -> None:
        license = make_application(Status.APPROVED, make_officer(), make_officer())
        officer = make_officer()
        renaming = renaming_by_one(license.applicant)
        services.raise_flag(officer=officer, uid=renaming.uid, words="No paper says so.", now=NOW)
        say(flags(renaming)[0], Verdict.NO_CONCERN, officer)
        claim(renaming, officer)
        assert approve(renaming, officer).status == Status.DECISION_PROPOSED

    def test_of_each_flag_only_what_fits_is_said(self) -> None:
        make_registered()
        application = of_person()
        services.raise_flag(officer=make_officer(), uid=application.uid, words="x", now=NOW)
        duplicate, raised = flags(application)
        for flag, verdict in ((duplicate, Verdict.NO_CONCERN), (raised, Verdict.SAME_PERSON)):
            with pytest.raises(InvalidInput) as refusal:
                say(flag, verdict)
            assert refusal.value.members["errors"][0]["pointer"] == "/verdict"

    def test_nothing_is_said_of_what_is_closed_or_anothers(self) -> None:
        make_registered()
        flag = flags(of_person())[0]
        with pytest.raises(NotFound):
            say(flag, Verdict.ANOTHER_PERSON, make_officer("nmcn"))
        services.withdraw(applicant=flag.application.applicant, uid=flag.application.uid, note="", now=NOW)
        with pytest.raises(ApplicationTransitionNotAllowed):
            say(flag, Verdict.ANOTHER_PERSON)
        with pytest.raises(ApplicationTransitionNotAllowed):
            services.raise_flag(officer=make_officer(), uid=flag.application.uid, words="x", now=NOW)

    def test_every_flag_and_every_word_on_it_is_recorded(self) -> None:
        make_registered()
        application, officer = of_person(), make_officer()
        say(flags(application)[0], Verdict.ANOTHER_PERSON, officer)
        records = AuditRecord.objects.filter(subject=str(application.uid), reason__in=["raise_flags", "give_verdict"])
        assert list(records.order_by("id").values_list("reason", "actor")) == [
            ("raise_flags", "worker"),
            ("give_verdict", officer.actor),
        ]


@pytest.mark.django_db
class TestTheSamePerson:
    def test_who_is_on_the_register_already_is_registered_as_that_person(self) -> None:
        person = make_registered(register_part="pcn-pharmacist-provisional")
        application = of_person()
        say(flags(application)[0], Verdict.SAME_PERSON)
        approved_by_two(application)
        assert [facts.regulator for facts in licenses_of(person.pk)] == ["pcn", "mdcn"]
        assert practitioner_of_account(application.applicant_id) == person.pk
        assert Practitioner.objects.count() == 1

    def test_who_is_another_gets_an_entry_of_their_own(self) -> None:
        make_registered()
        application = of_person()
        say(flags(application)[0], Verdict.ANOTHER_PERSON)
        approved_by_two(application)
        assert Practitioner.objects.count() == 2

    def test_the_newest_word_counts(self) -> None:
        make_registered(register_part="pcn-pharmacist-provisional")
        application = of_person()
        for verdict in (Verdict.SAME_PERSON, Verdict.ANOTHER_PERSON):
            say(flags(application)[0], verdict)
        approved_by_two(application)
        assert Practitioner.objects.count() == 2

    def test_two_entries_that_were_merged_are_one_person(self) -> None:
        kept = make_registered(register_part="pcn-pharmacist-provisional")
        merged = make_registered(register_part="nmcn-general-nurse")
        application = of_person()
        assert {flag.practitioner for flag in flags(application)} == {kept, merged}
        for flag in flags(application):
            say(flag, Verdict.SAME_PERSON)
        nurses = make_officer("nmcn"), make_officer("nmcn")
        confirm(propose(nurses[0], merged=merged, kept=kept), nurses[1])
        approved_by_two(application)
        assert {facts.regulator for facts in licenses_of(kept.pk)} == {"pcn", "nmcn", "mdcn"}

    def test_who_was_found_to_be_two_people_is_nobody_until_they_are_merged(self) -> None:
        for _ in range(2):
            make_registered(register_part="pcn-pharmacist-provisional")
        application = of_person()
        for flag in flags(application):
            say(flag, Verdict.SAME_PERSON)
        with pytest.raises(PersonDiffers, match="several"):
            approved_by_two(application)

    def test_whose_account_has_another_entry_is_refused(self) -> None:
        applicant = make_applicant()
        make_person("Bello", "Musa", account_id=applicant.pk)
        make_registered(register_part="pcn-pharmacist-provisional")
        application = of_person(applicant)
        say(flags(application, FlagKind.REGISTER_DIFFERS)[0], Verdict.NO_CONCERN)
        say(flags(application, FlagKind.DUPLICATE)[0], Verdict.SAME_PERSON)
        with pytest.raises(PersonDiffers, match="another entry"):
            approved_by_two(application)

    def test_of_two_accounts_of_one_person_the_first_has_the_entry(self) -> None:
        first, second = of_person(), of_person()
        say(flags(second)[0], Verdict.SAME_PERSON)
        approved_by_two(first)
        with pytest.raises(AccountTaken):
            approved_by_two(second)
        assert Practitioner.objects.count() == 1

    def test_nothing_is_changed_by_an_approval_that_is_refused(self) -> None:
        person = make_registered()
        application = of_person()
        say(flags(application)[0], Verdict.SAME_PERSON)
        with pytest.raises(AlreadyRegistered):
            approved_by_two(application)
        assert practitioner_of_account(application.applicant_id) is None
        assert len(licenses_of(person.pk)) == 1
