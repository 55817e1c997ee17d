"""What a file is called: shown to people, and never used to store it."""

import unicodedata

from documents.rules import Finding, refuse

MAX_LENGTH = 120
# Letters that turn the direction of writing can make "gpj.exe" read "exe.jpg".
_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def unusable_name(filename: str) -> list[Finding]:
    """Refuse a name that is a path, or that holds what cannot be seen. No phone and no browser sends one."""
    if "/" in filename or "\\" in filename or any(_is_hidden(char) for char in filename):
        return [
            refuse(
                "name_not_plain",
                "The name of the file holds a folder or hidden characters. Give it a plain name, such as "
                "certificate.jpg, and send it again.",
            )
        ]
    return []


def display_name(filename: str) -> str:
    """Return the last part of the name as one line of visible text, at most MAX_LENGTH characters."""
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    visible = " ".join("".join(" " if _is_hidden(char) else char for char in last).split())
    stem, dot, extension = visible.rpartition(".")
    if len(visible) > MAX_LENGTH and dot and len(extension) <= 5:
        return stem[: MAX_LENGTH - len(extension) - 1] + dot + extension
    return visible[:MAX_LENGTH] or "document"


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _TURNS
