"""What is restricted, and how records name who acts and what it is about. This is the one place that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db.models import TextChoices

if TYPE_CHECKING:
    from accounts.models import RoleAssignment


class Action(TextChoices):
    READ = "read", "Was shown"
    CHANGE = "change", "Changed"


class SubjectKind(TextChoices):
    APPLICATION = "application", "Application"
    PRACTITIONER = "practitioner", "Practitioner"
    LICENSE = "license", "License"
    DOCUMENT = "document", "Document"
    IDENTITY = "identity", "Proof of who somebody is"
    AUDIT = "audit", "The audit itself"
    REFERENCE = "reference", "A council, a rule or another reference row"
    ACCOUNT = "account", "An account and its roles"
    SERVICE_CLIENT = "service_client", "Service client"
    PAYMENT = "payment", "Payment of a fee"
    REGISTER = "register", "The register, changed by the thousand"
    OTHER = "other", "Something else on the operators' pages"


_ABOUT_A_PERSON = frozenset({"birth_date", "gender", "state", "lga", "telephone", "email"})

# The fields of which every look by somebody else than the person is recorded. What is not here may be shown to
# whoever may see its subject, without a trace.
RESTRICTED: dict[SubjectKind, frozenset[str]] = {
    SubjectKind.APPLICATION: _ABOUT_A_PERSON | {"documents", "flags", "identity"},
    SubjectKind.PRACTITIONER: _ABOUT_A_PERSON | {"identifiers", "photograph", "duplicates"},
    # Anyone may read all of a license.
    SubjectKind.LICENSE: frozenset(),
    # Scans and photographs alike.
    SubjectKind.DOCUMENT: frozenset({"content"}),
    SubjectKind.IDENTITY: frozenset({"surname", "given_names", "birth_date", "gender", "last_digits"}),
    # Who looked at whom says something about both.
    SubjectKind.AUDIT: frozenset({"actor", "subject"}),
    # Anyone may read the rules.
    SubjectKind.REFERENCE: frozenset(),
    # Whoever appoints people has to find them.
    SubjectKind.ACCOUNT: frozenset(),
    SubjectKind.SERVICE_CLIENT: frozenset(),
    SubjectKind.PAYMENT: frozenset(),
    SubjectKind.REGISTER: frozenset(),
    SubjectKind.OTHER: frozenset(),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: `user:<id>`, `client:<id>`, `worker`, a command by its name, or `import: <name of a list>`.

    `role` is the one in which they do it, as accounts.rules names it; `operator` on the operators' pages
    where no role lets them in, and empty for a machine. `regulator` is the code of an officer's council.
    """

    name: str
    role: str = ""
    regulator: str = ""

    @classmethod
    def of(cls, role: "RoleAssignment") -> Self:
        """A person in one of their roles."""
        return cls(role.user.actor, role.role, role.regulator)


@dataclass(frozen=True)
class Subject:
    """What is looked at or changed.

    `id` is the number under which people know it (empty: a list), `regulator` the code of the council
    whose business it is, or empty.
    """

    kind: SubjectKind
    id: str
    regulator: str = ""


@dataclass(frozen=True)
class Change:
    """What changed of one subject: the fields by name, and by which act (`act_with_reason`).

    A note in words has no place here: it may hold what is restricted, and stands with its subject anyway.
    """

    subject: Subject
    changed: Iterable[str]
    act: str


def act_with_reason(act: str, coded_reason: str) -> str:
    """Return an act as records name it, with the code of its reason if there is one."""
    return f"{act}: {coded_reason}" if coded_reason else act
