"""Modules lie flat in this folder, so their names must not be taken by an installed package."""

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize("name", [*settings.PROJECT_APPS, "config"])
def test_a_module_of_this_name_is_ours(name: str) -> None:
    assert Path(import_module(name).__file__ or "").is_relative_to(settings.BASE_DIR)
