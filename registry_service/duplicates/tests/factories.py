"""Merges for tests, carried by the services to whatever status a test begins with."""

from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import make_user
from changes.tests.factories import NOW
from duplicates import services
from duplicates.models import Merge
from duplicates.rules import Status
from licenses.tests.factories import make_license
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person


def make_officer(regulator: str = "mdcn") -> User:
    """An officer of a council."""
    return make_user(Role.OFFICER, regulator=regulator)


def make_registered(
    surname: str = "Okafor", given_names: str = "Adaeze", register_part: str = "mdcn-medical-full"
) -> Practitioner:
    """Somebody with a license."""
    person = make_person(surname, given_names)
    make_license(person=person, register_part=register_part)
    return person


def propose(officer: User, merged: Practitioner | None = None, kept: Practitioner | None = None) -> Merge:
    """A merge of two people, or of two doctors who are made for it."""
    return services.propose_merge(
        officer=officer,
        merged=(merged or make_registered()).uid,
        kept=(kept or make_registered()).uid,
        reason="entered_twice",
        note="Both have the same certificate.",
        now=NOW,
    )


def confirm(merge: Merge, officer: User) -> Merge:
    return services.confirm_merge(officer=officer, uid=merge.uid, note="", now=NOW)


def decline(merge: Merge, officer: User) -> Merge:
    return services.decline_merge(officer=officer, uid=merge.uid, note="Two cousins.", now=NOW)


def undo(merge: Merge, officer: User) -> Merge:
    return services.undo_merge(officer=officer, uid=merge.uid, note="It was a mistake.", now=NOW)


def make_merge(status: Status, first: User, second: User) -> Merge:
    """A merge in this status, which the first officer proposed."""
    merge = propose(first)
    if status in (Status.MERGED, Status.UNDONE):
        confirm(merge, second)
    if status == Status.UNDONE:
        undo(merge, second)
    if status == Status.DECLINED:
        decline(merge, second)
    merge.refresh_from_db()
    return merge
