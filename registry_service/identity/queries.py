"""Who somebody is, and which accounts are one person's."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef

from common.errors import NotFound
from identity.models import IdentityCheck


def identity_of(account_id: UUID) -> IdentityCheck | None:
    """Return what was proven last about the holder of an account, if anything."""
    return IdentityCheck.objects.of_account(account_id).proven().order_by("-id").first()


def proof_of(account_id: UUID, uid: UUID) -> IdentityCheck:
    """Return one proof about the holder of an account.

    Raises:
        NotFound: there is none with this id.
    """
    found = IdentityCheck.objects.of_account(account_id).proven().filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def identities_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the keyed hash of what was proven last about the holders of these accounts, where anything was."""
    proofs = IdentityCheck.objects.proven().filter(account_id__in=account_ids).order_by("id")
    return dict(proofs.values_list("account_id", "subject_hash"))


def is_several_people(account_id: UUID) -> bool:
    """Return whether more than one person was proven to hold an account."""
    proofs = IdentityCheck.objects.of_account(account_id).proven()
    return proofs.values("subject_hash").distinct().count() > 1


def accounts_with_identity(subject_hash: str, *, apart_from: UUID | None) -> set[UUID]:
    """Return the other accounts whose holder was proven to be this person."""
    proofs = IdentityCheck.objects.proven().filter(subject_hash=subject_hash)
    return set(proofs.values_list("account_id", flat=True)) - {apart_from}


def proven_since(account: OuterRef, instant: OuterRef) -> Exists:
    """Return, for the query that these columns belong to, whether something was proven of an account since then."""
    return Exists(IdentityCheck.objects.of_account(account).proven().filter(answered_at__gt=instant))
