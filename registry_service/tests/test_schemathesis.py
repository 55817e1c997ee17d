"""The OpenAPI file against the service: schemathesis asks every operation, rightly and wrongly, as every kind of caller.

Left out of its checks, each for a reason of ours:
"""

from pathlib import Path

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from django.utils import timezone

from accounts.tests.factories import as_client, as_user, make_user
from sampling.cast import CAST
from sampling.services import add_cast

FILE = settings.BASE_DIR.parent / "shared_contracts" / "openapi" / "registry.v1.yaml"
PERSON = "person@example.ng"

CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"max-examples": 15, "deterministic": True, "database": "none", "with-security-parameters": False},
        "dictionaries": {
            "numbers": {"values": [license.number for member in CAST for license in member.licenses]},
            "emails": {"values": [PERSON]},
        },
        "parameters": {
            "path.license_number": {"dictionary": "numbers", "probability": 0.5},
            "body.email": {"dictionary": "emails", "probability": 0.3},
        },
    }
)
SCHEMA = schemathesis.openapi.from_path(FILE, config=CONFIG)
SCHEMA.app = WSGIHandler()


@pytest.fixture
def callers(committed_db: None) -> list[dict[str, str]]:
    add_cast(timezone.now())
    person = as_user(make_user(email=PERSON))
    return [{}, *(dict(caller._headers if hasattr(caller,'_headers') else {'Authorization': caller.defaults['HTTP_AUTHORIZATION']}) for caller in (as_client("verify"), person))]


@SCHEMA.parametrize()
@hypothesis.settings(suppress_health_check=list(hypothesis.HealthCheck), deadline=None)
def test_the_service_does_what_its_openapi_file_says(case: Case, callers: list[dict[str, str]]) -> None:
    for headers in callers:
        case.call_and_validate(headers=headers)
