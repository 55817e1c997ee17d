"""The registry of a test: a fake in memory, empty at first, or the real client against a server of the test's own."""

from collections.abc import Iterator

import pytest

from license_gate.registry import registry
from license_gate.registry_fake import FakeRegistry


@pytest.fixture
def fake_registry(settings) -> Iterator[FakeRegistry]:
    """The registry that this process asks during the test."""
    settings.REGISTRY_CLIENT = "fake"
    registry.cache_clear()
    fake = registry()
    assert isinstance(fake, FakeRegistry)
    yield fake
    registry.cache_clear()
