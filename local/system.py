"""The whole system: two PostgreSQL servers, two services with their workers, and the gateway."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from local import stopping
from local.console import step
from local.gateway import Gateway, Limits
from local.paths import Home
from local.ports import free_port, is_taken
from local.postgres import PostgresServer
from local.preparation import Preparation
from local.processes import Child, CommandFailed, end_leftovers
from local.secrets import secret
from local.services import ALL, RunningService, environment, manage

WATCH_SECONDS = 0.3


class System:
    """One running system, for `make run`, the stories in e2e/ and the benchmark.

    `port` is the gateway's (0: any that is free), `people` how many the register is filled with. `throwaway` trades
    safety for speed and `stop` deletes everything. `variables` are added to what both services read.
    Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        home: Home,
        *,
        port: int = 0,
        people: int = 0,
        throwaway: bool = False,
        limits: Limits | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self.port = port or free_port()
        self.people = people
        self.limits_token = secret(home, "limits_token")
        self.postgres: dict[str, PostgresServer] = {}
        self.services: dict[str, RunningService] = {}
        self.gateway = Gateway(home, self.port)
        self._throwaway = throwaway
        self._limits = limits or Limits()
        self._extra = dict(variables or {})
        self._preparations: dict[str, Preparation] = {}

    @classmethod
    def throwaway(
        cls,
        kind: str,
        *,
        people: int = 2_000,
        limits: Limits | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> "System":
        """Return a system in a home of its own, on free ports, that is deleted when it stops; not started yet."""
        clear_abandoned_homes()
        home = Home.throwaway(kind)
        return cls(home, people=people, throwaway=True, limits=limits or Limits.high(), variables=variables)

    # --- Start and stop ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and return when it answers through the gateway; stop what was started when that fails."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, in the order that lets running requests finish; no process of ours is left."""
        self.gateway.stop()
        _at_once([service.stop for service in self.services.values()])
        _at_once([server.stop for server in self.postgres.values()])
        if self._throwaway:
            self.home.remove()

    def wait(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Return only by an exception: StopAsked, or CommandFailed when a program has ended by itself.

        `meanwhile` is called a few times a second, and may raise CommandFailed too.
        """
        while True:
            stopping.wait(WATCH_SECONDS)
            meanwhile()
            for child in self.children:
                if not child.running:
                    raise CommandFailed(
                        f"{child.name} ended by itself with code {child.exit_code}. "
                        f"The end of {child.log}:\n{child.tail()}"
                    )

    def __enter__(self) -> "System":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- For stories and measurements -------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Return the address of the gateway, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def registry_url(self) -> str:
        """Return the address under which everything is the registry's."""
        return f"http://registry.localhost:{self.port}"

    def service_url(self, name: str) -> str:
        """Return the address of a service's own port, where it is scraped."""
        return f"http://127.0.0.1:{self.services[name].port}"

    @property
    def children(self) -> list[Child]:
        """Return every program that runs for as long as the system does; each leads its own process group."""
        of_services = [child for service in self.services.values() for child in service.children]
        single = [server.child for server in self.postgres.values()] + [self.gateway.child]
        return of_services + [child for child in single if child is not None]

    @property
    def demo(self) -> dict[str, object]:
        """Return what `demo.json` in the home holds: addresses, and what each service's seed_demo said."""
        return {
            "url": self.base_url,
            "registry_url": self.registry_url,
            "people": self._preparations["registry"].people,
            "limits_token": self.limits_token,
            **{name: preparation.demo for name, preparation in self._preparations.items()},
        }

    def variables(self) -> dict[str, str]:
        """Return what programs that speak to the system read from their environment."""
        return {
            "PHB_URL": self.base_url,
            "PHB_REGISTRY_URL": self.registry_url,
            "PHB_DEMO": str(self.home.path / "demo.json"),
            "PHB_MAIL": str(self.home.path / "mail"),
            "PHB_LIMITS_TOKEN": self.limits_token,
        }

    def stop_service(self, name: str, *, crash: bool = False) -> None:
        """Stop `registry` or `hospital`, gunicorn and worker; `crash` kills them where they stand."""
        service = self.services[name]
        (service.kill if crash else service.stop)()

    def start_service(self, name: str) -> None:
        """Start a service again, on the port that it had, and return when it is ready."""
        self.services[name].start()
        self.services[name].wait_until_ready()

    def manage(self, name: str, *arguments: str) -> None:
        """Run a management command of a service against this system; its output is seen."""
        service = self.services[name]
        manage(service.service, service.variables, *arguments)

    def beside(self, name: str, purpose: str, *arguments: str) -> Child:
        """Start a management command of a service beside the system; its output goes to a log. The caller stops it."""
        service = self.services[name]
        argv: list[str | Path] = [service.service.venv.python, "manage.py", *arguments]
        child = Child(self.home, purpose, argv, env=service.variables, cwd=service.service.folder)
        child.start()
        return child

    @property
    def people_held(self) -> int:
        """Return how many people have been generated into the register."""
        return self._preparations["registry"].people

    def note_people(self, people: int) -> None:
        """Remember that the register has been filled to this size."""
        self._preparations["registry"].note_people(people)

    # --- How it is done ---------------------------------------------------------------------------------------

    def _start(self) -> None:
        if is_taken(self.port):
            raise CommandFailed(
                f"Port {self.port} is taken. Stop what uses it, or choose another: PHB_PORT=8081 make run"
            )
        self.postgres = {name: PostgresServer(self.home, name, throwaway=self._throwaway) for name in ALL}
        with step("PostgreSQL for registry and hospital"):
            _at_once([server.start for server in self.postgres.values()])
        for name, service in ALL.items():
            variables = environment(service, self.home, self.postgres[name], base_url=self.base_url) | self._extra
            self.services[name] = RunningService(service, self.home, variables)
            self._preparations[name] = Preparation(service, self.home, self.postgres[name], variables)
        _at_once([preparation.prepare for preparation in self._preparations.values()])
        self._preparations["registry"].fill_register(self.people)
        with step("Registry, hospital, their workers and the gateway"):
            _at_once([service.start for service in self.services.values()])
            self._start_gateway()
            _at_once([service.wait_until_ready for service in self.services.values()])
        self._write_demo()

    def _start_gateway(self) -> None:
        ports = {name: service.port for name, service in self.services.items()}
        self.gateway.configure(
            registry_port=ports["registry"],
            hospital_port=ports["hospital"],
            limits=self._limits.lifted_for(self.limits_token),
        )
        self.gateway.start()

    def _write_demo(self) -> None:
        path = self.home.path / "demo.json"
        path.touch(0o600)
        path.write_text(json.dumps(self.demo, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def clear_abandoned_homes() -> None:
    """End and delete what tests and benchmarks left behind when they were killed."""
    for home in Home.abandoned():
        end_leftovers(home)
        home.remove()


def _at_once(actions: list[Callable[[], None]]) -> None:
    """Do things at the same time, and raise the first failure when all of them have ended."""
    with ThreadPoolExecutor(max_workers=max(1, len(actions))) as pool:
        for future in [pool.submit(action) for action in actions]:
            future.result()
