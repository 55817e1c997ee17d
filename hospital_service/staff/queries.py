"""Who works where, as far as the asker may see."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.queries import in_hospitals_of
from license_gate.queries import evidence
from staff.models import Affiliation

_VERIFICATIONS = ("verification", "last_answer")
# Kept to the last byte as evidence, and shown to nobody in a list.
_BULKY = ("verification__body", "last_answer__body")


def affiliations_of(hospital_id: UUID) -> "QuerySet[Affiliation]":
    """Return everyone who works or worked at a hospital, with the latest verification and answer of each."""
    found = Affiliation.objects.filter(hospital_id=hospital_id)
    return found.select_related(*_VERIFICATIONS).defer(*_BULKY).order_by("id")


def present_affiliations(hospital_id: UUID, ids: Collection[UUID] | None = None) -> "QuerySet[Affiliation]":
    """Return those who work there now; only these, when `ids` is given."""
    found = affiliations_of(hospital_id).filter(left_on=None)
    return found if ids is None else found.filter(id__in=ids)


def affiliation_seen_by(user_id: UUID, affiliation_id: UUID) -> Affiliation | None:
    """Return an affiliation to its person and to whoever has a role in its hospital; to nobody else."""
    found = Affiliation.objects.filter(Q(user=user_id) | in_hospitals_of(user_id), pk=affiliation_id)
    return found.select_related(*_VERIFICATIONS).defer(*_BULKY).first()


def locked(ids: Collection[UUID]) -> dict[UUID, Affiliation]:
    """Lock affiliations until the transaction ends, in one order for everybody, and return them by id.

    Verifications are read by a statement of their own: joined to the locking one, they would be those
    of before it waited, and missing where somebody noted another meanwhile.
    """
    rows = Affiliation.objects.filter(id__in=ids).order_by("id").select_for_update(no_key=True)
    return {row.id: row for row in rows.prefetch_related(*(Prefetch(each, evidence()) for each in _VERIFICATIONS))}
