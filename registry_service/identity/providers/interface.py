"""What an identity provider can do for us, whichever it is."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class Person:
    """What a provider says about whoever made a number.

    `subject` is what it calls the person each time, and is never kept: the NIN itself, or NIMC's own name for it.
    `gender` is one of FHIR's words, or empty.
    """

    subject: str
    surname: str
    given_names: str
    birth_date: date
    gender: str = ""


class ProviderUnansweredError(Exception):
    """The provider did not answer in time, or not in a way that can be read: nothing is known."""


class IdentityProvider(Protocol):
    """The question is over by `IDENTITY_DEADLINE_SECONDS`; it may not be asked while a row is locked."""

    name: str

    def look_up(self, virtual_nin: str) -> Person | None:
        """Return whose number this is; None when it is nobody's, or too old.

        Raises:
            ProviderUnansweredError: it cannot be told.
        """
