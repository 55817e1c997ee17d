"""A person's name as a value."""

from dataclasses import dataclass

from practitioners.names.folding import fold, spelled


@dataclass(frozen=True)
class Name:
    """A name without regard to since when it is used; the title is no part of what is compared."""

    surname: str
    given_names: str = ""
    title: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two names share when they are the same but for case and spaces."""
        return spelled(self.surname), spelled(self.given_names)

    @property
    def words(self) -> frozenset[str]:
        """The words of the name, folded; an initial is no word."""
        return frozenset(word for word in fold(f"{self.surname} {self.given_names}").split() if len(word) > 1)

    def __str__(self) -> str:
        return f"{self.surname}, {self.given_names}" if self.given_names else self.surname
