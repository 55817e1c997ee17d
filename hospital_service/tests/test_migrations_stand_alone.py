"""Migrations are history: they import nothing of ours, which goes on changing."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

OURS = {*settings.PROJECT_APPS, "config"}
MIGRATIONS = sorted(Path(settings.BASE_DIR).glob("*/migrations/[0-9]*.py"))


def imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_it_imports_nothing_of_ours(path: Path) -> None:
    assert imported_by(path).isdisjoint(OURS)
