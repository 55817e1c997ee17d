"""The two Django services: what they are told, how they are started, and when they are ready."""

import http.client
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import processes, stopping
from local.paths import ROOT, Home
from local.ports import free_port
from local.postgres import PostgresServer
from local.processes import Child, CommandFailed
from local.secrets import secret_file
from local.venvs import SERVICES, Venv

READY_SECONDS = 60
CLIENT_ID = "hospital-service"
# The names under which the gateway is reached here; a service refuses any other.
ALLOWED_HOSTS = "127.0.0.1,localhost,registry.localhost,registry.phb.ng,api.phb.ng"
# What a person may set to see more or to try other sizes; nothing else of their environment reaches the services.
PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "COLUMNS", "TERM", "LOG_LEVEL", "WEB_CONCURRENCY", "WEB_THREADS",
    "WEB_WORKER_CLASS", "PHB_DATA_DIR", "PHB_WRITE_EXAMPLES",
)  # fmt: skip


@dataclass(frozen=True)
class Service:
    """One of the two services as the checkout holds it."""

    name: str
    issuer: str

    @property
    def folder(self) -> Path:
        """Return the folder that its programs run in."""
        return ROOT / f"{self.name}_service"

    @property
    def venv(self) -> Venv:
        """Return its environment."""
        return SERVICES[self.name]


REGISTRY = Service("registry", "https://registry.phb.ng")
HOSPITAL = Service("hospital", "https://api.phb.ng")
ALL = {service.name: service for service in (REGISTRY, HOSPITAL)}


def environment(
    service: Service, home: Home, postgres: PostgresServer, *, base_url: str, kind: str = "local"
) -> dict[str, str]:
    """Return everything that a process of the service reads from its environment.

    `kind` is `local` or `test`. Only the runtime role is named; `owner_environment` adds what migrating needs.
    """
    variables = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    variables |= {
        "PYTHONUNBUFFERED": "1",
        "PHB_ENV": kind,
        "HTTPS": "off",
        "DJANGO_SECRET_KEY_FILE": str(secret_file(home, f"django_{service.name}")),
        "DATABASE_URL": postgres.url("app"),
        "ALLOWED_HOSTS": ALLOWED_HOSTS,
        "PUBLIC_URL": base_url,
        "FRONTEND_URL": base_url,
        "TOKEN_ISSUER": service.issuer,
        "SIGNING_KEYS_DIR": str(home.folder("keys") / service.name),
        "EMAIL_BACKEND": "file",
        "EMAIL_FILE_PATH": str(home.folder(f"mail/{service.name}")),
        "SMS_PROVIDER": "fake",
        "SMS_FILE_PATH": str(home.folder(f"sms/{service.name}")),
        "STATIC_ROOT": str(home.folder(f"static/{service.name}")),
        "LOG_FORMAT": "json",
        # The client through which the hospital asks the registry: made by the registry, used by the hospital.
        "REGISTRY_CLIENT_ID": CLIENT_ID,
        "REGISTRY_CLIENT_SECRET_FILE": str(secret_file(home, "registry_client")),
    }
    if service == REGISTRY:
        variables["DOCUMENTS_ROOT"] = str(home.documents)
        variables["DOCUMENTS_THROUGH_GATEWAY"] = "off" if kind == "test" else "on"
        variables["IDENTITY_PROVIDER"] = "fake"
        variables["IDENTITY_HASH_KEY_FILE"] = str(secret_file(home, "identity_hash_key"))
    if service == HOSPITAL:
        variables |= {"REGISTRY_SERVICE_URL": base_url, "REGISTRY_CLIENT": "fake" if kind == "test" else "real"}
    return variables


def owner_environment(variables: Mapping[str, str], postgres: PostgresServer) -> dict[str, str]:
    """Return the environment of a process that migrates: the owner's connection stands beside the runtime's."""
    return {**variables, "DATABASE_OWNER_URL": postgres.url("owner")}


class RunningService:
    """The processes of one service: gunicorn and the worker.

    `variables` is what the processes read; `port` stays the same when the service is stopped and started again,
    so that the gateway finds it where it was.
    """

    def __init__(self, service: Service, home: Home, variables: Mapping[str, str]) -> None:
        self.service = service
        self.port = free_port()
        self.variables = dict(variables)
        self._home = home
        self.children: list[Child] = []

    def start(self) -> None:
        """Start gunicorn and the worker, and return without waiting for them."""
        python = self.service.venv.python
        metrics = self._home.path / "metrics" / self.service.name
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        web = self.variables | {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}
        gunicorn = ["-m", "gunicorn", "config.wsgi", "-c", "config/gunicorn.py", "--bind", f"127.0.0.1:{self.port}"]
        self.children = [
            self._child("", [python, *gunicorn], web),
            self._child("-worker", [python, "manage.py", "worker"], self.variables),
        ]
        for child in self.children:
            child.start()

    def wait_until_ready(self) -> None:
        """Return once the service says that it may take traffic."""
        deadline = time.monotonic() + READY_SECONDS
        while not answers(self.port, "/readyz"):
            for child in self.children:
                if not child.running:
                    raise CommandFailed(f"{child.name} did not start:\n{child.tail()}")
            if time.monotonic() > deadline:
                raise CommandFailed(f"{self.service.name} is not ready:\n{self.children[0].tail()}")
            stopping.wait(0.1)

    def stop(self) -> None:
        """Let running requests and tasks finish, then end the processes."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        self.children = []

    def kill(self) -> None:
        """End every process at once, as a crash would."""
        for child in self.children:
            child.kill()
        self.children = []

    def _child(self, suffix: str, argv: list[str | Path], variables: Mapping[str, str]) -> Child:
        name = f"{self.service.name}{suffix}"
        return Child(self._home, name, argv, env=variables, cwd=self.service.folder)


def answers(port: int, path: str) -> bool:
    """Return whether a GET on a port of this machine is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def manage(service: Service, variables: Mapping[str, str], *arguments: str, log: Path | None = None) -> None:
    """Run a management command of the service to its end; its output goes to `log`, or is seen when that is None."""
    processes.run([service.venv.python, "manage.py", *arguments], env=variables, cwd=service.folder, log=log)
