"""Who somebody is, and which accounts are one person's."""

from uuid import UUID

from identity.models import IdentityCheck


def identity_of(account_id: UUID) -> IdentityCheck | None:
    """Return what was proven last about the holder of an account, if anything."""
    return IdentityCheck.objects.of_account(account_id).proven().order_by("-id").first()


def accounts_with_identity(subject_hash: str, *, apart_from: UUID) -> set[UUID]:
    """Return the other accounts whose holder was proven to be this person."""
    others = IdentityCheck.objects.proven().filter(subject_hash=subject_hash).exclude(account_id=apart_from)
    return set(others.values_list("account_id", flat=True))
