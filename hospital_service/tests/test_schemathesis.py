"""Every operation of the OpenAPI file, asked rightly and wrongly by each kind of caller, answers as the file says.

All of schemathesis's checks are on but one. positive_data_acceptance is left out, since much that fits the schema is
refused rightly: ids of nobody's, cursors of nobody's, used links, passwords that are wrong or easily guessed. The
checks on chains of calls (use_after_free, ensure_resource_availability, object_level_authorization) are on and find
nothing to do here: the modules' own tests tell those stories.
"""

from uuid import UUID

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from schemathesis.config import SchemathesisConfig

from accounts.rules import Role
from accounts.services import sign_in
from accounts.tests.factories import PASSWORD, make_user
from hospitals.tests.factories import make_hospital
from license_gate.registry_fake import FakeRegistry
from staff.tests.factories import make_affiliation

EMAIL = "person@example.ng"
NUMBERS = ["PHB-MED-DEM0-001B", "PHB-MED-DEM0-0029", "MDCN/R/980001"]
HOSPITAL = "0190a1b2-c3d4-7000-8000-000000000001"
AFFILIATIONS = [f"0190a1b2-c3d4-7000-8000-00000000010{last}" for last in range(3)]

CONFIG = SchemathesisConfig.from_dict(
    {
        # The same requests in every run: what fails here fails again.
        "seed": 1,
        "checks": {"positive_data_acceptance": {"enabled": False}},
        "output": {"sanitization": {"enabled": False}},
        # What exists is asked for often enough that answers are read too, and not only refusals.
        "dictionaries": {
            "hospitals": {"values": [HOSPITAL]},
            "affiliations": {"values": AFFILIATIONS},
            "numbers": {"values": NUMBERS},
            "states": {"values": ["LA"]},
            "emails": {"values": [EMAIL]},
            "passwords": {"values": [PASSWORD]},
        },
        "parameters": {
            "path.id": {"dictionary": "hospitals", "probability": 0.5},
            "query.hospital": {"dictionary": "hospitals", "probability": 0.5},
            "body.hospital": {"dictionary": "hospitals", "probability": 0.9},
            "path.affiliation_id": {"dictionary": "affiliations", "probability": 0.5},
            "body.affiliations[*]": {"dictionary": "affiliations", "probability": 0.5},
            "body.license_number": {"dictionary": "numbers", "probability": 0.5},
            "query.state": {"dictionary": "states", "probability": 0.5},
            "body.email": {"dictionary": "emails", "probability": 0.5},
            "body.password": {"dictionary": "passwords", "probability": 0.5},
        },
    }
)
SCHEMA = schemathesis.openapi.from_path(
    settings.BASE_DIR.parent / "shared_contracts" / "openapi" / "hospital.v1.yaml", config=CONFIG
)
SCHEMA.app = WSGIHandler()


@pytest.fixture
def callers(committed_db: None, fake_registry: FakeRegistry) -> list[dict[str, str]]:
    """The headers of someone without a token and of a hospital's administrator; three people work at the hospital."""
    hospital = make_hospital(id=UUID(HOSPITAL))
    employed = [make_affiliation(hospital, id=UUID(each)).license_number for each in AFFILIATIONS]
    for number in [*employed, *NUMBERS]:
        fake_registry.add(number)
    admin = make_user(Role.HOSPITAL_ADMIN, hospital=hospital, email=EMAIL)
    return [{}, {"Authorization": f"Bearer {sign_in(admin).access}"}]


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_answers_are_what_the_openapi_file_says(case: schemathesis.Case, callers: list[dict[str, str]]) -> None:
    for headers in callers:
        case.call_and_validate(headers=headers)
