"""What must be true of a service before it starts: keys, tables, reference data, demo data, files, a register.

Every command is safe to repeat. They are repeated only when something in the service's folder has changed since
they last succeeded, or when its data are new.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from local.console import say, step
from local.paths import Home
from local.postgres import PostgresServer
from local.services import CLIENT_ID, REGISTRY, Service, manage, owner_environment


class Preparation:
    """The preparation of one service in one home, and what is known to be done."""

    def __init__(self, service: Service, home: Home, postgres: PostgresServer, variables: Mapping[str, str]) -> None:
        self._service = service
        self._variables = variables
        self._owner_variables = owner_environment(variables, postgres)
        self._log = home.folder("logs") / f"prepare-{service.name}.log"
        self._state_file = home.folder("state") / f"{service.name}.json"
        self.demo_file = home.folder("demo") / f"{service.name}.json"
        if postgres.made:
            self._state_file.unlink(missing_ok=True)

    def prepare(self) -> None:
        """Run every command, unless nothing has changed since they last ran."""
        source = digest(self._service.folder)
        if self._state.get("source") == source and self.demo_file.exists():
            return
        with step(f"Preparing {self._service.name}: tables, reference data, demo data"):
            self._manage("rotate_keys", "--if-missing")
            manage(self._service, self._owner_variables, "migrate", "--database", "owner", log=self._log)
            self._manage("load_reference")
            if self._service == REGISTRY:
                self._make_hospitals_client()
            self._manage("seed_demo", "--output", str(self.demo_file))
            self._manage("collectstatic", "--noinput")
        self._remember(source=source)

    def _make_hospitals_client(self) -> None:
        """Let the registry know the client through which the hospital asks; both read its secret from one file."""
        secret = self._variables["REGISTRY_CLIENT_SECRET_FILE"]
        name = ("--name", "PHB hospital service", "--scopes", "verify")
        self._manage("create_service_client", "--client-id", CLIENT_ID, *name, "--secret-file", secret)

    def fill_register(self, people: int) -> None:
        """Generate a register of this many people, unless it holds as many already. Its progress is seen."""
        if self._service != REGISTRY or int(self._state.get("people", 0)) >= people:
            return
        say(f"  ..    Generating a register of {people:,} people")
        manage(self._service, self._variables, "generate_register", "--people", str(people))
        self.note_people(people)

    def note_people(self, people: int) -> None:
        """Remember how many people were generated into the register."""
        self._remember(people=people)

    @property
    def demo(self) -> dict[str, object]:
        """Return what seed_demo wrote: accounts and examples for whoever tries the system."""
        demo: dict[str, object] = json.loads(self.demo_file.read_text(encoding="utf-8"))
        return demo

    @property
    def people(self) -> int:
        """Return how many people were generated into the register so far."""
        return int(self._state.get("people", 0))

    @property
    def _state(self) -> dict[str, str | int]:
        state: dict[str, str | int] = {}
        if self._state_file.exists():
            state = json.loads(self._state_file.read_text(encoding="utf-8"))
        return state

    def _remember(self, **news: str | int) -> None:
        self._state_file.write_text(json.dumps(self._state | news), encoding="utf-8")

    def _manage(self, *arguments: str) -> None:
        manage(self._service, self._variables, *arguments, log=self._log)


def digest(folder: Path) -> str:
    """Return a digest of every file below a folder; what programs leave behind there does not count, nor do tests."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part in {"__pycache__", "tests"} for part in parts) or not path.is_file():
            continue
        total.update("/".join(parts).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
