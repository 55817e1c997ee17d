"""Strict reading of environment variables: a wrong value stops the start, it is never guessed at."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_WORDS = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


def env_str(name: str, default: str | None = None) -> str:
    """Return the variable, or `default`; refuse to start when there is neither."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}. .env.example says what it is for.")
    return value


def env_bool(name: str, default: bool) -> bool:
    """Return on/off, true/false or 1/0 as a bool; anything else stops the start."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.lower() not in _WORDS:
        raise ImproperlyConfigured(f"{name} is {word!r}; write on or off.")
    return _WORDS[word.lower()]


def env_int(name: str, default: int) -> int:
    """Return a whole number; anything else stops the start."""
    word = os.environ.get(name)
    if word is None:
        return default
    try:
        return int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {word!r}; write a whole number.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts, without blanks around them."""
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def env_choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """Return one of `choices`; anything else stops the start."""
    word = env_str(name, default)
    if word not in choices:
        raise ImproperlyConfigured(f"{name} is {word!r}; choose one of: {', '.join(choices)}.")
    return word


def env_secret(name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file that `<name>_FILE` points at.

    A `_FILE` that cannot be read stops the start: falling back to a default
    would run the service with a secret that nobody chose.
    """
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return env_str(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {error.strerror}.") from None
