"""nginx in front of the services, with the configuration that containers use too."""

import os
import shutil
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path

from local import processes, stopping
from local.paths import ROOT, Home, is_root
from local.ports import is_taken
from local.processes import Child, CommandFailed
from local.programs import nginx_program, nginx_user

SOURCE = ROOT / "gateway"
COMPOSE = SOURCE / "compose"
START_SECONDS = 10


@dataclass(frozen=True)
class Limits:
    """The settings of the gateway, in nginx's own units. The defaults are what compose/limits.conf states.

    Rates and bursts are per client address. A request that carries `unlimited_token` in X-PHB-Limits-Token is
    counted by none of them; an empty token lifts nothing.
    """

    body: str = "1m"
    upload: str = "12m"
    general_rate: str = "100r/s"
    general_burst: int = 200
    auth_rate: str = "10r/s"
    auth_burst: int = 40
    verify_rate: str = "100r/s"
    verify_burst: int = 200
    batch_rate: str = "10r/s"
    batch_burst: int = 20
    search_rate: str = "5r/s"
    search_burst: int = 20
    connections: int = 100
    read_timeout: str = "30s"
    kept_seconds: int = 60
    joined_wait: str = "250ms"
    cache_folder: str = "/var/cache/nginx/public"
    unlimited_token: str = ""

    def lifted_for(self, token: str) -> "Limits":
        """Return the same settings, with this token counted by none of them."""
        return replace(self, unlimited_token=token)

    @classmethod
    def high(cls) -> "Limits":
        """Return rates that no test reaches by accident."""
        return cls(general_rate="10000r/s", general_burst=10_000, auth_rate="10000r/s", auth_burst=10_000,
                   verify_rate="10000r/s", verify_burst=10_000, batch_rate="10000r/s", batch_burst=10_000,
                   search_rate="10000r/s", search_burst=10_000, connections=1_000)  # fmt: skip


def limits_conf(limits: Limits) -> str:
    """Return limits.conf for these settings."""
    token = f'\n    "{limits.unlimited_token}"  "";' if limits.unlimited_token else ""
    return f"""\
# Every limit of the gateway. local/gateway.py writes it; compose/limits.conf has its defaults (`make gateway-files`).

# --- What a request may be and how long it may take ---------------------------------------------------------

client_max_body_size {limits.body};
client_body_buffer_size 64k;
large_client_header_buffers 4 32k;

client_header_timeout 10s;
client_body_timeout 15s;
send_timeout 15s;
keepalive_timeout 65s;

proxy_connect_timeout 2s;
proxy_send_timeout 15s;
proxy_read_timeout {limits.read_timeout};
proxy_next_upstream_timeout 3s;

# --- How often one address may ask --------------------------------------------------------------------------

# Whoever sends this token is not counted; the services never see it.
map $http_x_phb_limits_token $phb_client {{
    default  $binary_remote_addr;{token}
}}

# The first that fits. A preflight, by which a browser asks whether it may ask, costs next to nothing; refused, it would
# leave the page without any reason. So it is counted with the general traffic.
map "$request_method $uri" $phb_traffic {{
    default                                     general;
    "~^[A-Z]* /[.]problem$"                     none;
    "~^OPTIONS "                                general;
    "~^[A-Z]+ /api/(registry/)?auth/"           auth;
    "~^[A-Z]+ /admin/login/"                    auth;
    "~^[A-Z]+ /api/registry/verify/batch/$"     batch;
    "~^[A-Z]+ /api/registry/verify/"            verify;
    "~^[A-Z]+ /api/registry/search/"            search;
}}

# A request is counted in the zone of its kind alone; an empty key is not counted.
map $phb_traffic $phb_general {{ default "";  general $phb_client; }}
map $phb_traffic $phb_auth    {{ default "";  auth    $phb_client; }}
map $phb_traffic $phb_verify  {{ default "";  verify  $phb_client; }}
map $phb_traffic $phb_batch   {{ default "";  batch   $phb_client; }}
map $phb_traffic $phb_search  {{ default "";  search  $phb_client; }}

limit_req_zone $phb_general zone=general:10m rate={limits.general_rate};
limit_req_zone $phb_auth    zone=auth:10m    rate={limits.auth_rate};
limit_req_zone $phb_verify  zone=verify:10m  rate={limits.verify_rate};
limit_req_zone $phb_batch   zone=batch:10m   rate={limits.batch_rate};
limit_req_zone $phb_search  zone=search:10m  rate={limits.search_rate};
limit_req zone=general burst={limits.general_burst} nodelay;
limit_req zone=auth    burst={limits.auth_burst} nodelay;
limit_req zone=verify  burst={limits.verify_burst} nodelay;
# A search reads thousands of names where verify reads one license.
limit_req zone=search  burst={limits.search_burst} nodelay;
# The whole hospital service asks from one address, and gives each round of up to 1,000 numbers, one batch, a second or
# two: held back, a healthy registry would look dead to it. So what comes too fast is refused at once.
limit_req zone=batch   burst={limits.batch_burst} nodelay;
limit_req_status 429;

limit_conn_zone $phb_client zone=connections:10m;
limit_conn connections {limits.connections};
limit_conn_status 429;

# Seconds to wait, said where the gateway itself refuses; a service that refuses says its own.
map "$status:$upstream_status:$phb_traffic" $phb_retry_after {{
    default         "";
    "429::auth"     5;
    "~^429::"       1;
}}

# --- How long public reads are kept -------------------------------------------------------------------------

proxy_cache_path {limits.cache_folder} levels=1:2 keys_zone=phb_public:10m max_size=200m inactive=2m use_temp_path=off;
# Reference lists and statistics are kept at most this long; the figures themselves are computed every five minutes.
# (Answers of verify: one second, see nginx.conf.)
proxy_cache_valid 200 {limits.kept_seconds}s;
# Whoever waits for another's answer asks for itself after this long. nginx looks whether the answer has come only
# twice a second, or when this time is over: longer joins more questions while the registry is slow, shorter spares
# the caller the wait while it is quick.
proxy_cache_lock_timeout {limits.joined_wait};
"""


def uploads_conf(limits: Limits) -> str:
    """Return uploads.conf for these settings."""
    return f"""\
# How large a body with a document may be: the largest document (documents/rules.py of the registry), and some room for
# what stands around it. local/gateway.py writes it; compose/uploads.conf has its default (`make gateway-files`).
client_max_body_size {limits.upload};
"""


def documents_conf(folder: Path) -> str:
    """Return documents.conf for a folder that nginx's workers can read."""
    return f"alias {folder}/;\n"


def addresses_conf(registry_port: int, hospital_port: int) -> str:
    """Return addresses.conf for services on ports of this machine."""
    upstreams = {"phb_registry": registry_port, "phb_hospital": hospital_port}
    return "".join(
        f"upstream {name} {{\n"
        f"    server 127.0.0.1:{port} max_fails=0;\n"
        "    keepalive 32;\n"
        "    keepalive_timeout 60s;\n"
        "}\n"
        for name, port in upstreams.items()
    )


def listen_conf(port: int) -> str:
    """Return listen.conf for plain HTTP on a port that only this machine reaches."""
    return f"listen 127.0.0.1:{port};\nset $phb_scheme http;\n"


class Gateway:
    """nginx on a loopback port, in front of services on other ports of this machine."""

    def __init__(self, home: Home, port: int) -> None:
        self.port = port
        self._home = home
        self.configuration = home.folder("gateway")
        self._prefix = home.data / "gateway"
        self.child: Child | None = None

    def configure(self, *, registry_port: int, hospital_port: int, limits: Limits) -> None:
        """Write the files that nginx.conf includes, beside a copy of it."""
        for name in ("nginx.conf", "problems.conf"):
            shutil.copyfile(SOURCE / name, self.configuration / name)
        self._write("addresses.conf", addresses_conf(registry_port, hospital_port))
        self._write("listen.conf", listen_conf(self.port))
        self._write("documents.conf", documents_conf(self._home.documents))
        self._write("uploads.conf", uploads_conf(limits))
        self._write("limits.conf", limits_conf(replace(limits, cache_folder=f"{self._prefix}/cache")))

    def start(self) -> None:
        """Start nginx and return when it accepts connections."""
        self._prefix.mkdir(parents=True, exist_ok=True)
        if is_root():
            # The workers are nobody: they reach their own temporary files and the cache here, and nothing of ours.
            self._home.data.chmod(0o755)
            self._prefix.chmod(0o755)
        self.child = Child(
            self._home,
            "gateway",
            nginx_command(self.configuration / "nginx.conf", self._prefix, "daemon off;"),
            env={"PATH": os.environ.get("PATH", os.defpath)},
            cwd=self._prefix,
            stop_signal=signal.SIGQUIT,  # nginx's graceful shutdown
        )
        self.child.start()
        deadline = time.monotonic() + START_SECONDS
        while not is_taken(self.port):
            if not self.child.running or time.monotonic() > deadline:
                raise CommandFailed(f"nginx did not start:\n{self.child.tail()}")
            stopping.wait(0.05)

    def stop(self) -> None:
        """Let running requests finish for a few seconds, then end nginx."""
        if self.child is not None:
            self.child.stop(seconds=5)

    def _write(self, name: str, text: str) -> None:
        path = self.configuration / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def nginx_command(configuration: Path, prefix: Path, directives: str = "", program: Path | None = None) -> list[str]:
    """Return the command that runs nginx with a configuration, its own files below `prefix`."""
    own = f"pid {prefix}/nginx.pid; {nginx_user()} {directives}"
    return [str(program or nginx_program()), "-e", "stderr", "-p", f"{prefix}/", "-c", str(configuration), "-g", own]


def check_configuration(configuration: Path, prefix: Path, program: Path, log: Path) -> None:
    """Let an nginx read a configuration without serving it. Raise CommandFailed with its words when it refuses."""
    prefix.mkdir(parents=True, exist_ok=True)
    command = [*nginx_command(configuration, prefix, program=program), "-t"]
    processes.run(command, env={"PATH": os.environ.get("PATH", os.defpath)}, cwd=prefix, log=log)
