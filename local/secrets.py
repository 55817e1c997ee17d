"""Secrets of one home: made once, each in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

from local.paths import Home, one_at_a_time


def secret_file(home: Home, name: str) -> Path:
    """Return the file that holds the secret, which is made when there is none."""
    path = home.folder("secrets") / name
    with one_at_a_time(path.with_name(".lock")):
        if not path.exists():
            _make(path)
    return path


def secret(home: Home, name: str) -> str:
    """Return the secret itself."""
    return secret_file(home, name).read_text(encoding="utf-8")


def _make(path: Path) -> None:
    """Write beside and move into place: a run that is killed leaves a whole secret or none."""
    draft = path.with_name(f".{path.name}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    draft.rename(path)
