"""Where the setting is on, administrators act only after a sign-in with a code; their staff are not bothered."""

import pytest
from rest_framework.test import APIClient

from accounts import services
from accounts.factors import PASSWORD_AND_CODE
from accounts.models import RoleAssignment
from accounts.rules import Role
from accounts.tests.authenticator import AUTH, Authenticator
from accounts.tests.factories import PASSWORD, as_bearer, as_user, make_user
from common.asker import asking_as_worker
from hospitals.tests.factories import make_hospital
from staff.tests.factories import make_affiliation, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_registry")]
ADMINISTRATORS = [Role.HOSPITAL_ADMIN, Role.NATIONAL_ADMINISTRATOR]
REFUSED = (403, "second_factor_required")
STAFF = "/api/staff/"
JOINING = {"full_name": "Ada Obi", "job_title": "Nurse", "license_number": "PHB-NUR-NEW"}


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def zuma():
    return make_hospital()


@pytest.fixture
def row(zuma):
    return make_affiliation(zuma)


def outcome(answer):
    return answer.status_code if answer.status_code < 300 else (answer.status_code, answer.json()["code"])


def proved(user):
    return as_bearer(services.sign_in(user, PASSWORD_AND_CODE).access)


def everything(caller, row):
    """What comes of each call about a hospital's staff, in the order in which they can follow one another."""
    hospital = str(row.hospital_id)
    answers = [
        caller.get(f"{STAFF}?hospital={hospital}"),
        caller.get(f"{STAFF}{row.id}/"),
        caller.get(f"{STAFF}{row.id}/verifications/"),
        caller.post(STAFF, {**JOINING, "hospital": hospital}),
        caller.post(f"{STAFF}verify/", {"hospital": hospital}),
        caller.post(f"{STAFF}{row.id}/verify/", {}),
        caller.post(f"{STAFF}{row.id}/leave/", {}),
    ]
    return [outcome(answer) for answer in answers]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_acts_after_a_code_and_not_after_a_password_alone(role, zuma, row):
    user = make_user(role, hospital=zuma)
    assert everything(as_user(user), row) == [REFUSED] * 7
    assert stored(row).left_on is None
    assert everything(proved(user), row) == [200, 200, 200, 201, 200, 200, 200]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_with_the_setting_off_a_password_is_enough(role, zuma, row, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert everything(as_user(make_user(role, hospital=zuma)), row) == [200, 200, 200, 201, 200, 200, 200]


@pytest.mark.parametrize("role", sorted(set(Role) - set(ADMINISTRATORS)))
def test_staff_without_such_a_role_are_not_bothered(role, zuma, row):
    caller = as_user(make_user(role, hospital=zuma))
    needed = (403, "hospital_role_needed")
    assert everything(caller, row) == [200, 200, 200, needed, needed, needed, needed]


def test_a_doctor_who_administers_too_sees_as_a_doctor_and_does_not_administer(zuma, row):
    caller = as_user(make_user(Role.DOCTOR, Role.HOSPITAL_ADMIN, hospital=zuma))
    assert everything(caller, row) == [200, 200, 200, REFUSED, REFUSED, REFUSED, REFUSED]


def test_a_doctor_here_who_administers_elsewhere_is_a_doctor_here(zuma, row):
    user = make_user(Role.DOCTOR, hospital=zuma)
    marina = make_affiliation(make_hospital())
    with asking_as_worker():
        RoleAssignment.objects.create(user=user, role=Role.HOSPITAL_ADMIN, hospital=marina.hospital)
    caller = as_user(user)
    needed = (403, "hospital_role_needed")
    assert everything(caller, row) == [200, 200, 200, needed, needed, needed, needed]
    assert everything(caller, marina) == [REFUSED] * 7


def test_an_administrator_reads_about_themself(zuma):
    user = make_user(Role.HOSPITAL_ADMIN, hospital=zuma)
    own = make_affiliation(zuma, user=user)
    caller = as_user(user)
    assert [outcome(caller.get(f"{STAFF}{own.id}/{end}")) for end in ("", "verifications/")] == [200, 200]
    assert outcome(caller.post(f"{STAFF}{own.id}/leave/", {})) == REFUSED


def test_strangers_and_nobody_are_refused_as_ever(row):
    stranger, role_needed, nothing = as_user(make_user()), (403, "hospital_role_needed"), (404, "not_found")
    assert everything(stranger, row) == [role_needed, nothing, nothing, role_needed, role_needed, nothing, nothing]
    assert everything(APIClient(), row) == [(401, "authentication_required")] * 7


def test_an_administrator_signs_in_is_refused_sets_one_up_and_goes_on(api, zuma):
    user = make_user(Role.HOSPITAL_ADMIN, hospital=zuma)
    staff = f"{STAFF}?hospital={zuma.id}"
    pair = api.post(f"{AUTH}token/", {"email": user.email, "password": PASSWORD}).json()
    caller = as_bearer(pair["access"])
    assert outcome(caller.get(staff)) == REFUSED
    secret = caller.post(f"{AUTH}second-factor/", {"current_password": PASSWORD}).json()["secret"]
    confirmed = caller.post(f"{AUTH}second-factor/confirm/", {"code": Authenticator(secret).code()}).json()
    assert outcome(as_bearer(confirmed["access"]).get(staff)) == 200
    refreshed = api.post(f"{AUTH}token/refresh/", {"refresh": confirmed["refresh"]}).json()
    assert outcome(as_bearer(refreshed["access"]).get(staff)) == 200
    assert outcome(caller.get(staff)) == (401, "token_invalid")
