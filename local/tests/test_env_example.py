"""`.env.example` explains every variable that the services read, and none that they do not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Read by the commands of this folder.
OF_THE_COMMANDS = {"PHB_PORT", "PHB_PEOPLE", "PHB_HOME"}
_READ = re.compile(r"(?:env_\w+|environ\.get)\(\s*[\"']([A-Z_]+)[\"']")


def variables_read(service: str) -> set[str]:
    files = (path for path in (ROOT / service).rglob("*.py") if "tests" not in path.parts)
    return {name for path in files for name in _READ.findall(path.read_text(encoding="utf-8"))}


def variables_explained() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return {name.removesuffix("_FILE") for name in re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)}


@pytest.mark.parametrize("service", ["registry_service", "hospital_service"])
def test_every_variable_that_a_service_reads_is_explained(service: str) -> None:
    assert sorted(variables_read(service) - variables_explained()) == []


def test_nothing_is_explained_that_nobody_reads() -> None:
    read = variables_read("registry_service") | variables_read("hospital_service") | OF_THE_COMMANDS
    assert sorted(variables_explained() - read) == []
