"""Where things lie: in the checkout, in a home below it, and outside it where root needs that."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
HOMES = LOCAL / "homes"
THROWAWAY = LOCAL / "throwaway"
# Root's checkout may be readable to root alone, so what other accounts run or write lies here.
OUTSIDE = Path("/var/lib/phb-local") / hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]


def is_root() -> bool:
    """Return whether PostgreSQL and nginx's workers must run as accounts other than ours."""
    return os.geteuid() == 0


@contextmanager
def one_at_a_time(lock_file: Path) -> Iterator[None]:
    """Let only one thread of one process at a time into the block; the others wait."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class HomeInUse(Exception):
    """Another process runs a system in the same home."""


class Home:
    """The folder of one running system: secrets, keys, logs, process records and data.

    `make run` lives in `.local/`, or in `.local/homes/NAME` where PHB_HOME gives a name; tests and benchmarks make
    throwaway homes below `.local/throwaway/`.
    A lock tells whether the process that owns a home is alive, whatever happened to it.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._lock: IO[str] | None = None

    @classmethod
    def main(cls) -> "Home":
        """Return the home of `make run` that PHB_HOME names, or the usual one."""
        name = os.environ.get("PHB_HOME")
        return cls.named(name) if name else cls(LOCAL, "main")

    @classmethod
    def named(cls, name: str) -> "Home":
        """Return the home that a second system has beside the usual one."""
        return cls(HOMES / name, f"home-{name}")

    @classmethod
    def lasting(cls) -> "list[Home]":
        """Return every home of `make run`: what they hold stays when it stops."""
        return [cls(LOCAL, "main"), *(cls.named(path.name) for path in sorted(HOMES.glob("*")))]

    @classmethod
    def throwaway(cls, kind: str) -> "Home":
        """Return a new home, claimed for this process; `remove` deletes it."""
        name = f"{kind}-{os.getpid()}"
        home = cls(THROWAWAY / name, name)
        home.claim()
        return home

    @classmethod
    def abandoned(cls) -> Iterator["Home"]:
        """Yield each throwaway home whose process is gone, claimed, so that it can be cleared away."""
        for path in sorted(THROWAWAY.glob("*")):
            home = cls(path, path.name)
            with suppress(HomeInUse):
                home.claim()
                yield home

    def folder(self, name: str) -> Path:
        """Return the subfolder, made when missing and readable to its owner alone."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    @property
    def data(self) -> Path:
        """Return where the data of PostgreSQL and nginx lie: outside the checkout when root runs them."""
        return OUTSIDE / self.name if is_root() else self.path / "data"

    @property
    def documents(self) -> Path:
        """Return where the registry keeps what people upload: nginx's workers can read it."""
        return self.data / "documents"

    def claim(self) -> None:
        """Take the home for this process. Raise HomeInUse, with the other's process id, while another has it."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (self.path / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            lock.close()
            raise HomeInUse(owner) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        """Let another process claim the home."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Delete everything that the home holds, inside the checkout and outside it."""
        self.release()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)
