"""Every operation of the OpenAPI file, asked rightly and wrongly by each kind of caller, answers as the file says.

All of schemathesis's checks are on but one. positive_data_acceptance is left out, since much that fits the schema is
refused rightly: unknown codes, cursors of nobody's, used links, passwords that are wrong or easily guessed. The checks
on chains of calls (use_after_free, ensure_resource_availability, object_level_authorization) are on and find nothing
to do here: the modules' own tests tell those stories.
"""

from uuid import UUID

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone
from schemathesis.config import SchemathesisConfig

from accounts.rules import Role
from accounts.services import sign_in
from accounts.tests.factories import PASSWORD, make_user
from accounts.tokens import client_token
from applications.models import ProfessionalApplication
from applications.tests.factories import fill, make_draft, make_officer, submit
from sampling.cast import CAST
from sampling.services import add_cast
from search.services import refresh_statistics

EMAIL = "person@example.ng"
NUMBERS = [license.number for member in CAST for license in member.licenses]
NAMES = [member.surname for member in CAST]
SUBMITTED, DRAFT = UUID(int=1), UUID(int=2)

CONFIG = SchemathesisConfig.from_dict(
    {
        # The same requests in every run: what fails here fails again.
        "seed": 1,
        "checks": {
            "positive_data_acceptance": {"enabled": False},
            "missing_required_header": {"expected-statuses": [400, 401, 403, 404, 406, 415, 422, 428]},
        },
        "output": {"sanitization": {"enabled": False}},
        # What exists is asked for often enough that answers are read too, and not only refusals.
        "dictionaries": {
            "numbers": {"values": NUMBERS},
            "names": {"values": NAMES},
            "professions": {"values": ["medical-doctor", "nurse"]},
            "regulators": {"values": ["mdcn", "nmcn"]},
            "states": {"values": ["LA"]},
            "register_parts": {"values": ["mdcn-medical-full", "nmcn-general-nurse"]},
            "applications": {"values": [str(SUBMITTED), str(DRAFT)]},
            "versions": {"values": ['"1"', '"2"', '"3"']},
            "emails": {"values": [EMAIL]},
            "passwords": {"values": [PASSWORD]},
        },
        "parameters": {
            "path.license_number": {"dictionary": "numbers", "probability": 0.5},
            "query.q": {"dictionary": "names", "probability": 0.5},
            "query.profession": {"dictionary": "professions", "probability": 0.5},
            "query.regulator": {"dictionary": "regulators", "probability": 0.5},
            "query.register_part": {"dictionary": "register_parts", "probability": 0.5},
            "path.uid": {"dictionary": "applications", "probability": 0.7},
            "header.If-Match": {"dictionary": "versions", "probability": 0.7},
            "body.register_part": {"dictionary": "register_parts", "probability": 0.7},
            "query.state": {"dictionary": "states", "probability": 0.5},
            "body.items[*].license_number": {"dictionary": "numbers", "probability": 0.5},
            "body.email": {"dictionary": "emails", "probability": 0.5},
            "body.password": {"dictionary": "passwords", "probability": 0.5},
        },
    }
)
SCHEMA = schemathesis.openapi.from_path(
    settings.BASE_DIR.parent / "shared_contracts" / "openapi" / "registry.v1.yaml", config=CONFIG
)
SCHEMA.app = WSGIHandler()


@pytest.fixture
def callers(committed_db: None) -> list[dict[str, str]]:
    """The headers of nobody, of a service client, of an applicant, of an officer and of an auditor; the register
    holds the cast."""
    now = timezone.now()
    add_cast(now)
    refresh_statistics(now)
    applicant = make_user(email=EMAIL)
    for uid, part in ((SUBMITTED, "mdcn-medical-full"), (DRAFT, "mdcn-dental-full")):
        application = fill(make_draft(applicant, register_part=part))
        ProfessionalApplication.objects.filter(pk=application.pk).update(uid=uid)
    submit(ProfessionalApplication.objects.get(uid=SUBMITTED))
    people = [sign_in(person).access for person in (applicant, make_officer(), make_user(Role.AUDITOR))]
    tokens = [client_token("hospital-service", ["search", "verify"]), *people]
    return [{}, *({"Authorization": f"Bearer {token}"} for token in tokens)]


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_answers_are_what_the_openapi_file_says(case: schemathesis.Case, callers: list[dict[str, str]]) -> None:
    for headers in callers:
        case.call_and_validate(headers=headers)
