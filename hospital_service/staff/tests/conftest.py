import pytest

from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from hospitals.tests.factories import make_hospital
from license_gate.tests.fakes import fake_registry  # noqa: F401 -- a fixture


@pytest.fixture
def hospital():
    return make_hospital()


@pytest.fixture
def admin(hospital):
    """A caller who administers the hospital."""
    return as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
