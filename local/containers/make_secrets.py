"""Makes, once, every secret of the composed system, each where only its readers mount it.

/secrets/<service>           what the running service reads
/secrets/<service>_database  what only the database and the set-up read
/secrets/client              what the hospital shows to the registry, and the registry's set-up stores as a hash
/keys/<service>              left empty for the service's own set-up, which makes its signing keys there

Who may read a file is decided by who mounts its volume, so inside one every account may.
"""

import os
import secrets
from pathlib import Path

SERVICES = ("registry", "hospital")
SERVICE_ACCOUNT = 10001  # the user and group of both images


def main() -> None:
    """Make what is missing; what is there stays as it is."""
    for service in SERVICES:
        make_for(service, Path("/secrets") / service, Path("/secrets") / f"{service}_database")
        os.chown(f"/keys/{service}", SERVICE_ACCOUNT, SERVICE_ACCOUNT)
    keep(Path("/secrets/client/registry_client_secret"), secrets.token_urlsafe(48))
    keep(Path("/secrets/registry/identity_hash_key"), secrets.token_urlsafe(48))


def make_for(service: str, own: Path, database: Path) -> None:
    """Make the secrets of one service, and the addresses in which its database passwords stand."""
    keep(own / "django_secret_key", secrets.token_urlsafe(64))
    keep(database / "superuser_password", secrets.token_urlsafe(32))
    for role, folder in (("owner", database), ("app", own)):
        password = keep(database / f"{role}_password", secrets.token_urlsafe(32))
        address = f"postgresql://{service}_{role}:{password}@{service}_db/{service}"
        keep(folder / f"database_{role}_url", address)


def keep(path: Path, secret: str) -> str:
    """Return what the file holds, after writing `secret` into it when there is none."""
    if not path.exists():
        # Written beside and moved into place: a container that is killed leaves a whole secret or none.
        draft = path.with_name(f".{path.name}")
        draft.write_text(secret, encoding="ascii")
        draft.chmod(0o444)
        draft.rename(path)
    return path.read_text(encoding="ascii")


if __name__ == "__main__":
    main()
