from pathlib import Path

import pytest

from importing.tests.support import Lists


@pytest.fixture
def lists(committed_db: None, tmp_path: Path) -> Lists:
    """Small lists of one council, in a database that keeps what they do until the test ends."""
    return Lists(tmp_path)
