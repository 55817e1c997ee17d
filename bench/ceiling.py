"""What nginx alone can answer on this machine: a fixed body of the size of an answer, and nothing behind it."""

from pathlib import Path
from types import TracebackType

from local.paths import Home
from local.ports import free_port
from local.processes import Child, CommandFailed
from local.programs import nginx_program, nginx_user
from local.services import answers

BODY_BYTES = 780


class Ceiling:
    """An nginx with nothing to do; a context manager."""

    def __init__(self, home: Home) -> None:
        self.port = free_port()
        folder = home.data / "ceiling"
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        configuration = folder / "nginx.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        argv: list[str | Path] = [nginx_program(), "-p", folder, "-c", configuration, "-g", "daemon off;"]
        self._child = Child(home, "ceiling", argv, env={}, cwd=folder)

    @property
    def pid(self) -> int:
        """The first process, below which the others are."""
        return self._child.pid

    def __enter__(self) -> "Ceiling":
        self._child.start()
        while not answers(self.port, "/"):
            if not self._child.running:
                raise CommandFailed(self._child.tail())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.stop()

    def _configuration(self) -> str:
        return f"""
            {nginx_user()} worker_processes auto; error_log stderr; pid nginx.pid; events {{ worker_connections 1024; }}
            http {{ access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
                    uwsgi_temp_path t4; scgi_temp_path t5;
                    server {{ listen 127.0.0.1:{self.port};
                              location / {{ default_type application/json; return 200 '{"x" * BODY_BYTES}'; }} }} }}
        """
