"""TOML tables taken out key by key, so that each mistake becomes a sentence with the path of its key."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Table:
    """One table of the file, taken out key by key; what nobody asked for is a mistake."""

    path: str
    values: dict[str, Any]
    mistakes: list[str]
    taken: set[str] = field(default_factory=set)

    def wrong(self, key: str, sentence: str) -> None:
        self.mistakes.append(f"{self.path}.{key}: {sentence}")

    def take(self, key: str, kind: type, called: str, default: Any) -> Any:
        """Return the value of a key, or its default; `None` as default makes the key required."""
        self.taken.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.wrong(key, "it is required.")
            return kind()
        if not isinstance(value, kind):
            self.wrong(key, f"it must be {called}.")
            return kind()
        return value

    def text(self, key: str, default: str | None = None, among: Iterable[str] = ()) -> str:
        value = str(self.take(key, str, "text in quotes", default))
        if among and key in self.values and value not in among:
            self.wrong(key, f"it must be one of {', '.join(map(repr, sorted(among)))}, and is {value!r}.")
        return value

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        values = self.take(key, list, "a list of texts", default)
        if not all(isinstance(value, str) for value in values):
            self.wrong(key, "it must be a list of texts.")
            return []
        return list(values)

    def close(self) -> None:
        for key in sorted(self.values.keys() - self.taken):
            self.wrong(key, "there is no such key.")


def table_of(tables: dict[str, Any], name: str, mistakes: list[str], *, required: bool = False) -> Table:
    value = tables.get(name, {})
    if not isinstance(value, dict):
        mistakes.append(f"{name}: it must be a section, [{name}].")
        value = {}
    elif required and name not in tables:
        mistakes.append(f"{name}: the section [{name}] is required.")
    return Table(name, value, mistakes)
