"""A provider that writes into a folder of the test's own, and templates of the tests' own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """SMS goes to the fake provider; call this for what it has sent."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    settings.SMS_PROVIDER, settings.SMS_SENDER, settings.SMS_FILE_PATH = "fake", "PHB", str(tmp_path / "sms")

    def lines() -> list[dict[str, str]]:
        file = tmp_path / "sms" / "sent.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return lines
