"""The fake provider, and Dojah at the wire: what leaves, and what is believed of what comes back."""

from datetime import date
from typing import Any

import pytest
import responses
from requests.exceptions import ReadTimeout

from identity.providers.dojah import Dojah
from identity.providers.fake import FakeProvider
from identity.providers.interface import Person, ProviderUnansweredError

NUMBER = "AB012345678910YZ"
ADDRESS = "https://api.dojah.example/api/v1/kyc/vnin"
ENTITY = {
    "vnin": NUMBER,
    "firstname": "Adaeze",
    "middlename": "Ngozi",
    "surname": "Okafor",
    "user_id": "WXABCD-1234",
    "gender": "F",
    "mobile": "08031234567",
    "dateOfBirth": "1996-04-17",
    "photo": "/9j/4AAQ",
}


def look_up() -> Person | None:
    return Dojah("https://api.dojah.example", "app-1", "secret-1", seconds=5).look_up(NUMBER)


def says(status: int = 200, **answer: Any) -> None:
    responses.get(ADDRESS, status=status, **answer)


class TestDojah:
    @responses.activate
    def test_it_is_asked_with_our_keys_and_says_who_it_is(self) -> None:
        says(json={"entity": ENTITY})
        assert look_up() == Person("WXABCD-1234", "Okafor", "Adaeze Ngozi", date(1996, 4, 17), "female")
        request = responses.calls[0].request
        assert request.params == {"vnin": NUMBER}
        assert (request.headers["AppId"], request.headers["Authorization"]) == ("app-1", "secret-1")

    @responses.activate
    @pytest.mark.parametrize("day", ["1996-04-17", "17-04-1996", "17/04/1996", "1996-04-17T00:00:00Z"])
    def test_a_birth_date_is_read_in_any_usual_writing(self, day: str) -> None:
        says(json={"entity": {**ENTITY, "dateOfBirth": day}})
        assert look_up().birth_date == date(1996, 4, 17)

    @responses.activate
    def test_a_number_that_it_does_not_know_is_nobodys(self) -> None:
        says(404, json={"error": "vnin not found"})
        assert look_up() is None

    @responses.activate
    @pytest.mark.parametrize("status", [400, 422, 424])
    def test_what_failed_on_their_side_or_ours_says_nothing_of_the_number(self, status: int) -> None:
        says(status, json={"error": "NIMC is not reachable"})
        with pytest.raises(ProviderUnansweredError):
            look_up()

    @responses.activate
    def test_nor_does_an_address_that_is_not_theirs(self) -> None:
        says(404, json={"detail": "no such page"})
        with pytest.raises(ProviderUnansweredError):
            look_up()

    @responses.activate
    @pytest.mark.parametrize(
        "entity",
        [
            None,
            [],
            {**ENTITY, "vnin": "AB012345678911YZ"},
            {**ENTITY, "user_id": ""},
            {**ENTITY, "surname": None},
            {**ENTITY, "dateOfBirth": "yesterday"},
        ],
    )
    def test_an_answer_that_names_nobody_or_somebody_else_is_none(self, entity: Any) -> None:
        says(json={"entity": entity})
        with pytest.raises(ProviderUnansweredError):
            look_up()

    @responses.activate
    @pytest.mark.parametrize("status", [302, 401, 402, 403, 429, 500, 503])
    def test_a_provider_that_is_out_of_order_or_does_not_know_us_says_nothing_of_the_number(self, status: int) -> None:
        says(status, body="<html>")
        with pytest.raises(ProviderUnansweredError):
            look_up()

    @responses.activate
    def test_silence_is_no_answer_and_the_error_does_not_repeat_the_number(self) -> None:
        says(body=ReadTimeout(f"no answer to {NUMBER}"))
        with pytest.raises(ProviderUnansweredError) as failure:
            look_up()
        assert NUMBER not in str(failure.value)


class TestFake:
    def test_two_numbers_of_one_person_and_one_of_nobody(self) -> None:
        fake = FakeProvider()
        first, second = fake.look_up("AB000119960417CD"), fake.look_up("QQ000219960417ZZ")
        assert first == second
        assert first.birth_date == date(1996, 4, 17)
        assert fake.look_up("AB000119960418CD").subject != first.subject
        assert fake.look_up("XX000119960417CD") is None
