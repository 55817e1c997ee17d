"""States and local government areas: loaded whole, once, and open to anyone."""

import pytest

from accounts.tests.factories import as_user, make_user
from reference.models import Lga, State
from reference.queries import lga_codes_by_state, lga_ids, state_ids
from reference.services import load_reference

pytestmark = pytest.mark.django_db


def test_every_state_and_local_government_area_is_there_and_a_second_load_adds_nothing():
    assert (State.objects.count(), Lga.objects.count()) == (37, 774)
    assert load_reference() == {"states": 0, "lgas": 0}


def test_what_is_missing_is_added_again():
    Lga.objects.filter(code="NG027023").update(code="XX", name="Elsewhere")
    assert load_reference() == {"states": 0, "lgas": 1}


def test_names_that_stand_in_two_states_are_told_apart_by_their_codes():
    assert Lga.objects.filter(name="Surulere").count() == 2
    assert "NG027023" in lga_codes_by_state()["NI"]
    assert set(lga_ids()) == set().union(*lga_codes_by_state().values())
    assert len(state_ids()) == 37


def test_other_names_of_a_place_are_kept():
    assert Lga.objects.get(code="NG027018").aliases == ["Muya"]


def test_anyone_may_read_them_and_anyone_may_keep_them_for_a_minute(api):
    states = api.get("/api/states/")
    assert states.headers["Cache-Control"] == "public, max-age=60"
    assert states.json()["results"][0] == {
        "code": "AB",
        "name": "Abia",
        "capital": "Umuahia",
        "geopolitical_zone": "South-East",
        "iso_3166_2": "NG-AB",
    }
    assert as_user(make_user()).get("/api/lgas/").status_code == 200


def test_the_areas_of_one_state_are_asked_for_by_its_code(api):
    answer = api.get("/api/lgas/?state=fc").json()
    assert [(area["name"], area["state"]) for area in answer["results"]][1] == ("Abuja Municipal", "FC")
    assert len(answer["results"]) == 6


def test_a_parameter_that_nothing_reads_is_refused_and_the_refusal_is_not_kept(api):
    for url in ("/api/states/?zone=x", "/api/lgas/?lga=x"):
        refused = api.get(url)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
        assert "Cache-Control" not in refused.headers


def test_a_list_takes_one_question_however_long_the_page(api, django_assert_num_queries):
    for size in (1, 3, 200):
        for path in ("states", "lgas"):
            with django_assert_num_queries(1):
                assert api.get(f"/api/{path}/?page_size={size}").status_code == 200
