from collections.abc import Iterator

import pytest
import responses

from license_gate.tests.fakes import fake_registry  # noqa: F401 -- a fixture


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
