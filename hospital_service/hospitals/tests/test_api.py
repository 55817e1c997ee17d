"""The directory: open to anyone, narrowed by filters that never guess."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.tests.factories import as_bearer, as_user, make_user
from hospitals.models import Hospital
from hospitals.queries import directory, hospital_exists
from hospitals.tests.factories import make_hospital

pytestmark = pytest.mark.django_db
URL = "/api/hospitals/"


def names(answer):
    assert answer.status_code == 200, answer.content
    return [hospital["name"] for hospital in answer.json()["results"]]


@pytest.fixture
def three():
    make_hospital(name="Zuma Foot General Hospital", state="NI", ownership="government")
    make_hospital(name="Marina Lights Teaching Hospital", state="LA", level="tertiary", ownership="government")
    make_hospital(name="Mainland Bridge Clinic", state="LA", level="primary", ownership="private")


def test_anyone_may_look_a_hospital_up(api):
    hospital = make_hospital(name="Zuma Foot General Hospital", hfr_code="27/01/1/1/1/0001")
    shown = {
        "id": str(hospital.id),
        "name": "Zuma Foot General Hospital",
        "facility_type": "General Hospital",
        "level": "secondary",
        "ownership": "",
        "state": "NI",
        "lga": None,
        "hfr_code": "27/01/1/1/1/0001",
    }
    assert api.get(f"{URL}{hospital.id}/").json() == shown
    assert api.get(URL).json()["results"] == [shown]


def test_a_person_who_is_signed_in_may_too_and_a_bad_token_is_refused():
    make_hospital()
    assert len(names(as_user(make_user()).get(URL))) == 1
    assert as_bearer("nonsense").get(URL).status_code == 401


@pytest.mark.parametrize("pk", [uuid4(), "nonsense", "1"])
def test_a_hospital_that_is_none_is_not_found(api, pk):
    answer = api.get(f"{URL}{pk}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Mainland Bridge Clinic", "Marina Lights Teaching Hospital", "Zuma Foot General Hospital"]),
        ("name=LIGHTS", ["Marina Lights Teaching Hospital"]),
        ("name=hospital&state=la", ["Marina Lights Teaching Hospital"]),
        ("state=LA", ["Mainland Bridge Clinic", "Marina Lights Teaching Hospital"]),
        ("state=KN", []),
        ("level=primary", ["Mainland Bridge Clinic"]),
        ("ownership=government&level=secondary", ["Zuma Foot General Hospital"]),
        ("name=%25", []),
        ("name=_ain", []),
    ],
)
def test_the_list_is_by_name_and_narrowed_by_filters(api, three, query, found):
    assert names(api.get(f"{URL}?{query}")) == found


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("states=LA", "?states"),
        ("level=best", "?level"),
        ("ownership=royal", "?ownership"),
        ("state=LAG", "?state"),
        ("name=" + "x" * 101, "?name"),
        ("page_size=0", "?page_size"),
        ("page_size=201", "?page_size"),
        ("page_size=ten", "?page_size"),
        ("cursor=nonsense", "?cursor"),
        ("cursor=cD3DqQ%3D%3D", "?cursor"),
    ],
)
def test_what_nothing_reads_or_nobody_can_mean_is_refused(api, three, query, pointer):
    answer = api.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("query", ["name=%00", "name=%ff", "state=%ed%a0%80"])
def test_bytes_that_are_no_text_are_refused(api, query):
    assert api.get(f"{URL}?{query}").json()["code"] == "malformed_request"


def test_pages_follow_each_other_also_among_hospitals_of_one_name(api):
    for _ in range(5):
        make_hospital(name="General Hospital")
    seen, answer = [], api.get(f"{URL}?page_size=2").json()
    while True:
        seen += [hospital["id"] for hospital in answer["results"]]
        if answer["next"] is None:
            break
        answer = api.get(answer["next"]).json()
    assert len(seen) == len(set(seen)) == 5


def test_a_list_takes_one_question_however_many_rows(api, django_assert_num_queries):
    for _ in (1, 3):
        for _ in range(2):
            make_hospital()
        with django_assert_num_queries(1):
            names(api.get(URL))


def test_nothing_is_written_here(api):
    caller = as_user(make_user())
    for method in ("post", "put", "patch", "delete"):
        assert getattr(caller, method)(URL, {}).status_code == 405
        assert getattr(caller, method)(f"{URL}{make_hospital().id}/", {}).status_code == 405


def test_a_part_of_a_name_is_looked_for_in_the_way_that_has_an_index():
    assert 'UPPER("hospitals_hospital"."name"::text) LIKE' in str(directory().filter(name__icontains="x").query)


def test_a_hospital_exists_or_does_not():
    assert hospital_exists(make_hospital().id)
    assert not hospital_exists(uuid4())


def test_a_facility_code_belongs_to_one_hospital():
    make_hospital(hfr_code="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_hospital(hfr_code="1")


def test_a_level_of_care_is_one_of_three():
    with pytest.raises(ValidationError):
        Hospital(level="quaternary").full_clean(exclude=["state", "lga"])
