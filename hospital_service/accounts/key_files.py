"""Writing the ring's folder: a new key, and the retirement of an old one. Only operators' commands do it."""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from accounts.keys import NAME_FORMAT, read_keys


def write_key(folder: Path, *, signs_from: datetime) -> Path:
    """Make a new key and put it into the folder, readable by its owner alone.

    Raises:
        FileExistsError: when a key already signs from that second.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _write(folder / f"{_instant(signs_from)}.pem", pem)


def retire_keys(folder: Path, *, older_than: timedelta, now: datetime) -> list[Path]:
    """Reduce to their public half the keys that the next one replaced longer than `older_than` ago."""
    keys = sorted(read_keys(folder), key=lambda key: key.signs_from)
    retired = []
    for key, successor in pairwise(keys):
        if key.private and successor.signs_from <= now - older_than:
            public = folder / f"{_instant(key.signs_from)}.pub.pem"
            if not public.exists():
                _write(public, key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
            public.with_name(f"{_instant(key.signs_from)}.pem").unlink()
            retired.append(public)
    return retired


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(NAME_FORMAT)


def _write(path: Path, content: bytes) -> Path:
    """Let the file appear whole or not at all, and never in place of another: a ring may be reading."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
    return path
