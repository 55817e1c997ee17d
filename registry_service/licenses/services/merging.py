"""A person who was entered twice: the licenses of both entries become one person's, or two people's again.

No number ever stops working. What stands against the holder is never lost on the way: whatever the entry that goes has
of that, the entry that stays must have first.
"""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from changes.services import RegisterChange
from common.errors import DomainError
from licenses.models import (
    Condition,
    LicenseSpecialty,
    MergedLicense,
    PHBProfessionalRegistry,
    PractisingCertificate,
    RegisterPeriod,
    Removal,
    RenewalGrace,
    Suspension,
)
from licenses.services import acts
from licenses.services.acts import leave_trace
from licenses.services.register import add_period
from practitioners.queries import recorded_death
from practitioners.services import merge_person, undo_merge_of_person

# What limits a holder, and what a holder has a right to.
_AGAINST = (Suspension, Removal, Condition)
_IN_FAVOUR = (PractisingCertificate, RenewalGrace)
_CALLED: dict[type[RegisterPeriod], str] = {
    PractisingCertificate: "certificates",
    RenewalGrace: "graces",
    LicenseSpecialty: "specialties",
}


class MergeWouldHide(DomainError):
    """Something stands against one of the two entries that the other would not show."""

    code = "merge_would_hide"
    title = "The merge would hide something"
    detail = "The entry that stays does not have this: {hidden}. Enter it there first."


def merge_people(change: RegisterChange, *, merged_id: int, kept_id: int) -> None:
    """Let one of two entries of a person count for both, with all licenses.

    A license in a part of the register where the other entry has one too is replaced by that one, which takes over the
    certificates and specialties that it lacks. Both numbers go on leading to it.

    Raises:
        EntryMerged: one of the two is merged already.
        MergeWouldHide: a death, a suspension, a removal or a condition would not show any more.
    """
    merge_person(change, practitioner_id=merged_id, into_id=kept_id)
    _check_death(merged_id, kept_id)
    held = {license.register_part_id: license for license in _locked([kept_id])}
    for license in _locked([merged_id]):
        stays = held.get(license.register_part_id)
        if stays is None:
            license.practitioner_id = kept_id
            leave_trace(change, license, acts.MERGE, change.today)
        else:
            _check_shows_as_much(license, stays, change.today)
            taken_over = _take_over(change, license, stays)
            license.replaced_by = stays
            leave_trace(change, license, acts.REPLACE, change.today, replaced_by=stays.number)
            leave_trace(change, stays, acts.MERGE, change.today, also=taken_over)
        license.save(update_fields=["practitioner", "replaced_by"])
        MergedLicense.objects.create(license=license, merged_id=merged_id, replaced_by=stays, recorded_in_id=change.id)
        change.touch(PHBProfessionalRegistry, license.pk, *([stays.pk] if stays else []))


def undo_merge_of_people(change: RegisterChange, *, merged_id: int) -> None:
    """Let two entries count for themselves again: each has the licenses that it had, and what came since stays.

    Raises:
        NotFound: the person is not merged into another one.
    """
    merged_in = undo_merge_of_person(change, practitioner_id=merged_id)
    merges = MergedLicense.objects.current().filter(merged_id=merged_id).order_by("license_id")
    for merge in merges.select_related("replaced_by__register_part__regulator").select_for_update(of=["self"]):
        license = _of_regulators().select_for_update(of=["self"], no_key=True).get(pk=merge.license_id)
        license.practitioner_id, license.replaced_by_id = merged_id, None
        license.save(update_fields=["practitioner", "replaced_by"])
        MergedLicense.objects.filter(pk=merge.pk).close(change.id)
        change.touch(PHBProfessionalRegistry, license.pk)
        leave_trace(change, license, acts.UNDO_MERGE, change.today)
        if merge.replaced_by is not None:
            given_back = _give_back(change, merge.replaced_by, merged_in)
            leave_trace(change, merge.replaced_by, acts.UNDO_MERGE, change.today, also=given_back)


def _of_regulators() -> QuerySet[PHBProfessionalRegistry]:
    return PHBProfessionalRegistry.objects.select_related("register_part__regulator")


def _locked(practitioner_ids: list[int]) -> list[PHBProfessionalRegistry]:
    licenses = _of_regulators().filter(practitioner_id__in=practitioner_ids, replaced_by=None)
    return list(licenses.order_by("id").select_for_update(of=["self"], no_key=True))


def _check_death(merged_id: int, kept_id: int) -> None:
    gone, stays = recorded_death(merged_id), recorded_death(kept_id)
    if gone is not None and stays != gone:
        raise MergeWouldHide(hidden=f"the death on {gone}")


def _check_shows_as_much(license: PHBProfessionalRegistry, stays: PHBProfessionalRegistry, today: date) -> None:
    """Check that whatever stands against a license, from now or from some day on, stands against the other too."""
    not_over = Q(valid__endswith=None) | Q(valid__endswith__gt=today)
    for kind in _AGAINST:
        there = {_against(period) for period in kind.objects.current().filter(license=stays)}
        for period in kind.objects.current().filter(not_over, license=license).select_related("reason"):
            if _against(period) not in there:
                raise MergeWouldHide(hidden=f"{kind._meta.verbose_name} ({period.reason.name}, {_days(period.valid)})")


def _against(period: Suspension | Removal | Condition) -> tuple[int, date | None, date | None]:
    return period.reason_id, period.valid.lower, period.valid.upper


def _days(valid: DateRange) -> str:
    return f"from {valid.lower}" + (f" to {valid.upper}" if valid.upper else "")


def _take_over(change: RegisterChange, license: PHBProfessionalRegistry, stays: PHBProfessionalRegistry) -> set[str]:
    """Record for a license the certificates, grace and specialties of another one, for days on which it has none.

    Returns which kinds of them there were.
    """
    taken_over: set[str] = set()
    for kind in _IN_FAVOUR:
        for period in kind.objects.current().filter(license=license).order_by("valid"):
            if not kind.objects.current().filter(license=stays, valid__overlap=period.valid).exists():
                taken_over |= _copy(change, period, stays)
    held = LicenseSpecialty.objects.current().filter(license=stays)
    for specialty in LicenseSpecialty.objects.current().filter(license=license):
        if not held.filter(specialty_id=specialty.specialty_id, valid__overlap=specialty.valid).exists():
            taken_over |= _copy(change, specialty, stays)
    return taken_over


def _copy(change: RegisterChange, period: RegisterPeriod, to: PHBProfessionalRegistry) -> set[str]:
    """Record the same for another license, from the day of its registration on; returns what kind of fact it is."""
    start, end = max(period.valid.lower, to.registered_on), period.valid.upper
    if end is not None and end <= start:
        return set()
    names = {"number", "specialty_id"} & vars(period).keys()
    says = {name: getattr(period, name) for name in names}
    add_period(change, type(period)(license=to, valid=DateRange(start, end), **says))
    return {_CALLED[type(period)]}


def _give_back(change: RegisterChange, license: PHBProfessionalRegistry, merged_in: int) -> set[str]:
    """Close what a license took over in a change; returns which kinds of facts."""
    given_back: set[str] = set()
    for kind, called in _CALLED.items():
        taken_over = kind.objects.current().filter(license=license, recorded_in_id=merged_in)
        if taken_over.exists():
            taken_over.close(change.id)
            change.touch(PHBProfessionalRegistry, license.pk)
            given_back.add(called)
    return given_back
