"""Where the setting is on, officers, administrators and auditors act only after a sign-in with a code."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts import services
from accounts.factors import PASSWORD_AND_CODE
from accounts.rules import Role
from accounts.tests.authenticator import AUTH, Authenticator
from accounts.tests.factories import PASSWORD, as_bearer, as_client, as_user, make_user

pytestmark = pytest.mark.django_db
API = "/api/registry/"
QUEUE, AUDIT, MINE = f"{API}admin/applications/", f"{API}admin/audit/", f"{API}applications/"
REFUSED, FORBIDDEN = (403, "second_factor_required"), (403, "permission_denied")


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def outcome(answer):
    return 200 if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


def proved(user):
    return as_bearer(services.sign_in(user, PASSWORD_AND_CODE).access)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.OFFICER, QUEUE),
        (Role.NATIONAL_ADMINISTRATOR, QUEUE),
        (Role.NATIONAL_ADMINISTRATOR, AUDIT),
        (Role.AUDITOR, AUDIT),
    ],
)
def test_each_acts_after_a_code_and_not_after_a_password_alone(role, path, settings):
    user = make_user(role, regulator="mdcn")
    assert outcome(as_user(user).get(path)) == REFUSED
    assert outcome(proved(user).get(path)) == 200
    settings.SECOND_FACTOR_REQUIRED = False
    assert outcome(as_user(user).get(path)) == 200


def operations_of_officials():
    """Every operation below admin/, as (method, path)."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    below = {path: methods for path, methods in paths.items() if path.startswith(f"{API}admin/")}
    return [(method, path) for path, methods in below.items() for method in methods]


def test_no_address_of_officials_opens_to_a_password_alone():
    caller, somewhere = as_user(make_user(*Role, regulator="mdcn")), "01890000-0000-7000-8000-000000000000"
    outcomes = {}
    for method, path in operations_of_officials():
        filled = re.sub(r"\{\w+\}", somewhere, path)
        outcomes[method, path] = outcome(getattr(caller, method)(filled, {} if method != "get" else None))
    assert len(outcomes) > 10
    assert {case: got for case, got in outcomes.items() if got != REFUSED} == {}


def test_others_are_refused_as_ever():
    assert outcome(as_user(make_user(Role.PROFESSIONAL)).get(QUEUE)) == FORBIDDEN
    assert outcome(proved(make_user(Role.PROFESSIONAL)).get(QUEUE)) == FORBIDDEN
    assert outcome(as_user(make_user(Role.AUDITOR)).get(QUEUE)) == FORBIDDEN
    assert outcome(as_client("verify").get(QUEUE)) == FORBIDDEN
    assert outcome(APIClient().get(QUEUE)) == (401, "authentication_required")


@pytest.mark.parametrize("roles", [[Role.PROFESSIONAL], [Role.PROFESSIONAL, Role.OFFICER]], ids=["alone", "officer"])
def test_whoever_acts_for_themself_is_not_bothered(roles):
    caller = as_user(make_user(*roles, regulator="mdcn"))
    assert outcome(caller.get(MINE)) == 200
    opened = caller.post(MINE, {"kind": "first_registration", "register_part": "mdcn-medical-full"})
    assert opened.status_code == 201
    assert outcome(caller.get(f"{AUTH}me/")) == 200


def test_an_officer_signs_in_is_refused_sets_one_up_and_goes_on(api):
    officer = make_user(Role.OFFICER, regulator="mdcn")
    pair = api.post(f"{AUTH}token/", {"email": officer.email, "password": PASSWORD}).json()
    caller = as_bearer(pair["access"])
    assert outcome(caller.get(QUEUE)) == REFUSED
    secret = caller.post(f"{AUTH}second-factor/", {"current_password": PASSWORD}).json()["secret"]
    confirmed = caller.post(f"{AUTH}second-factor/confirm/", {"code": Authenticator(secret).code()}).json()
    assert outcome(as_bearer(confirmed["access"]).get(QUEUE)) == 200
    refreshed = api.post(f"{AUTH}token/refresh/", {"refresh": confirmed["refresh"]}).json()
    assert outcome(as_bearer(refreshed["access"]).get(QUEUE)) == 200
    assert outcome(caller.get(QUEUE)) == (401, "token_invalid")
