"""Merging takes two officers of the councils concerned; every pair of status and transition; what the tables refuse."""

from dataclasses import asdict
from itertools import product

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit.models import AuditRecord
from changes.models import RecordedChange
from changes.tests.factories import act
from common.errors import InvalidInput, NotFound
from common.testing import at_once
from common.tests.waiting import while_open
from duplicates.models import Merge
from duplicates.queries import likely_duplicates
from duplicates.rules import (
    TRANSITIONS,
    MergeOfOneself,
    MergeProposedAlready,
    MergeSecondOfficerNeeded,
    MergeTransitionNotAllowed,
    Status,
    Transition,
)
from duplicates.tests.factories import confirm, decline, make_merge, make_officer, make_registered, propose, undo
from licenses.models import Suspension
from licenses.queries import licenses_of
from licenses.tests.factories import make_license, suspend
from practitioners.services import give_account

ACTS = {Transition.CONFIRM: confirm, Transition.DECLINE: decline, Transition.UNDO: undo}
# What the audit says of both people: of what changes the register, as the register records it.
TOLD = {
    Transition.CONFIRM: "merge_person; Merge {uid} confirmed.",
    Transition.DECLINE: "decline_merge: entered_twice",
    Transition.UNDO: "undo_merge_of_person; Merge {uid} undone.",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
def test_every_pair(status: Status, transition: Transition) -> None:
    first, second = make_officer(), make_officer()
    merge = make_merge(status, first, second)
    changes, records = RecordedChange.objects.count(), AuditRecord.objects.filter(subject_kind="practitioner")
    recorded = records.count()
    source, target = TRANSITIONS[transition]
    if status is source:
        ACTS[transition](merge, second)
        merge.refresh_from_db()
        assert merge.status == target
        assert RecordedChange.objects.count() == changes + (transition is not Transition.DECLINE)
        last = records.order_by("id")[recorded:]
        assert sorted(record.subject for record in last) == sorted([str(merge.merged.uid), str(merge.kept.uid)])
        told = {(second.actor, "officer", "mdcn", "mdcn", TOLD[transition].format(uid=merge.uid))}
        assert {
            (record.actor, record.actor_role, record.actor_regulator, record.regulator, record.reason)
            for record in last
        } == told
    else:
        with pytest.raises(MergeTransitionNotAllowed):
            ACTS[transition](merge, second)
        merge.refresh_from_db()
        assert (merge.status, RecordedChange.objects.count()) == (status, changes)
        assert records.count() == recorded


@pytest.mark.django_db
class TestProposing:
    def test_it_says_how_likely_it_is_and_why(self) -> None:
        merge = propose(make_officer())
        assert {reason["fact"] for reason in merge.reasons} == {"name", "birth_date", "gender"}
        assert merge.score > 0.9
        assert merge.councils == merge.merged_councils == ["mdcn"]

    def test_it_is_as_likely_as_the_list_says_among_many_of_that_name(self) -> None:
        officer, others = make_officer(), [make_registered() for _ in range(30)]
        merge = propose(officer, merged=others[0], kept=others[1])
        shown = next(each for each in likely_duplicates(officer, others[0].uid) if each.person.id == others[1].pk)
        assert merge.score == shown.likeness.score
        assert merge.reasons == [asdict(each) for each in shown.likeness.reasons]

    def test_an_entry_is_part_of_one_merge_at_a_time(self) -> None:
        officer, person = make_officer(), make_registered()
        merge = propose(officer, merged=person)
        with pytest.raises(MergeProposedAlready):
            propose(officer, merged=person)
        decline(merge, officer)
        propose(officer, merged=person)

    def test_only_by_an_officer_of_a_council_that_has_registered_either(self) -> None:
        with pytest.raises(NotFound):
            propose(make_officer("nmcn"))

    def test_not_of_one_entry(self) -> None:
        person = make_registered()
        with pytest.raises(InvalidInput):
            propose(make_officer(), merged=person, kept=person)

    def test_nobody_merges_themselves(self) -> None:
        officer, person = make_officer(), make_registered()
        act(give_account, practitioner_id=person.pk, account_id=officer.pk)
        with pytest.raises(MergeOfOneself):
            propose(officer, merged=person)
        merge = propose(make_officer(), merged=person)
        for step in (confirm, decline):
            with pytest.raises(MergeOfOneself):
                step(merge, officer)


@pytest.mark.django_db
class TestConfirming:
    def test_whoever_proposed_it_does_not(self) -> None:
        officer = make_officer()
        with pytest.raises(MergeSecondOfficerNeeded):
            confirm(propose(officer), officer)

    def test_an_officer_of_a_council_that_has_registered_the_entry_that_goes_does(self) -> None:
        doctor, nurse = make_registered(), make_registered(register_part="nmcn-general-nurse")
        merge = propose(make_officer("mdcn"), merged=nurse, kept=doctor)
        assert (merge.councils, merge.merged_councils) == (["mdcn", "nmcn"], ["nmcn"])
        with pytest.raises(MergeSecondOfficerNeeded):
            confirm(merge, make_officer("mdcn"))
        with pytest.raises(NotFound):
            confirm(merge, make_officer("pcn"))
        confirm(merge, make_officer("nmcn"))
        assert [license.regulator for license in licenses_of(doctor.pk)] == ["mdcn", "nmcn"]

    def test_who_and_why_stands_in_the_register(self) -> None:
        second = make_officer()
        merge = confirm(propose(make_officer()), second)
        change = RecordedChange.objects.latest("id")
        assert (change.actor, change.reason) == (second.actor, f"Merge {merge.uid} confirmed.")


@pytest.mark.django_db
class TestTheTable:
    def update(self, merge: Merge, assignments: str, *values: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE duplicates_merge SET {assignments} WHERE id = %s", [*values, merge.pk])

    def test_one_officer_does_not_do_both(self) -> None:
        merge = propose(make_officer())
        with pytest.raises(IntegrityError, match="merge_second_officer_is_another"):
            self.update(merge, "status = 'merged', decided_by_id = proposed_by_id, decided_at = now()")

    def test_nothing_is_decided_or_undone_by_nobody(self) -> None:
        merge = propose(make_officer())
        with pytest.raises(IntegrityError, match="merge_decided_by_somebody"):
            self.update(merge, "status = 'merged'")
        confirm(merge, make_officer())
        with pytest.raises(IntegrityError, match="merge_undone_by_somebody"):
            self.update(merge, "status = 'undone'")

    @pytest.mark.parametrize(("status", "target"), list(product(Status, Status)))
    def test_no_step_that_the_rules_do_not_have(self, status: Status, target: Status) -> None:
        merge = make_merge(status, make_officer(), make_officer())
        if (status, target) in TRANSITIONS.values():
            return
        with pytest.raises(IntegrityError, match="a merge never goes from"):
            self.update(merge, "status = %s", target.value)

    @pytest.mark.parametrize("statement", ["DELETE FROM duplicates_merge", "UPDATE duplicates_merge SET kept_id = 1"])
    def test_what_was_proposed_stays(self, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.usefixtures("committed_db")
def test_of_many_who_confirm_decline_and_undo_at_once_each_step_happens_once() -> None:
    officers = [make_officer() for _ in range(8)]
    merges = [propose(officers[0]) for _ in range(4)]

    def work(number: int) -> None:
        step = (confirm, decline, confirm, undo)[number // 8]
        try:
            step(merges[number % 4], officers[number % 8])
        except (MergeTransitionNotAllowed, MergeSecondOfficerNeeded):
            return

    assert at_once(32, work) == [None] * 32
    for merge in merges:
        merge.refresh_from_db()
        merged = RecordedChange.objects.filter(reason=f"Merge {merge.uid} confirmed.").count()
        undone = RecordedChange.objects.filter(reason=f"Merge {merge.uid} undone.").count()
        assert (merged, undone) == {
            Status.PROPOSED: (0, 0),
            Status.MERGED: (1, 0),
            Status.DECLINED: (0, 0),
            Status.UNDONE: (1, 1),
        }[Status(merge.status)]
        assert len(licenses_of(merge.kept_id)) == 1


@pytest.mark.usefixtures("committed_db")
def test_two_merges_of_one_entry_at_once_make_one() -> None:
    officer, person = make_officer(), make_registered()
    others = [make_registered() for _ in range(6)]
    outcomes = at_once(6, lambda number: propose(officer, merged=person, kept=others[number]))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Merge", *["MergeProposedAlready"] * 5]


@pytest.mark.django_db
def test_a_license_that_is_issued_meanwhile_goes_over_as_well() -> None:
    first, second = make_officer(), make_officer()
    merge = propose(first)
    license = make_license(person=merge.merged, register_part="mdcn-dental-full")
    confirm(merge, second)
    assert license.number in [held.number for held in licenses_of(merge.kept_id)]


@pytest.mark.usefixtures("committed_db")
def test_a_license_is_suspended_while_its_holder_is_merged_into_another_entry() -> None:
    merged, kept = make_registered(), make_registered(register_part="mdcn-dental-full")
    proposed, second = propose(make_officer(), merged, kept), make_officer()
    license = merged.licenses.get()
    assert while_open(lambda: confirm(proposed, second), lambda: suspend(license)) is None
    license.refresh_from_db()
    assert license.practitioner_id == kept.pk
    assert Suspension.objects.current().filter(license=license).count() == 1
