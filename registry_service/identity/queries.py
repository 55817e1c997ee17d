"""Who somebody is, and which accounts are one person's."""

from collections.abc import Collection
from uuid import UUID

from identity.models import IdentityCheck


def identity_of(account_id: UUID) -> IdentityCheck | None:
    """Return what was proven last about the holder of an account, if anything."""
    return IdentityCheck.objects.of_account(account_id).proven().order_by("-id").first()


def identities_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the keyed hash of what was proven last about the holders of these accounts, where anything was."""
    proofs = IdentityCheck.objects.proven().filter(account_id__in=account_ids).order_by("id")
    return dict(proofs.values_list("account_id", "subject_hash"))


def accounts_with_identity(subject_hash: str, *, apart_from: UUID | None) -> set[UUID]:
    """Return the other accounts whose holder was proven to be this person."""
    proofs = IdentityCheck.objects.proven().filter(subject_hash=subject_hash)
    return set(proofs.values_list("account_id", flat=True)) - {apart_from}
