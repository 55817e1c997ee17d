"""Look-ups that other modules make in the reference tables."""

from datetime import date

import pytest

from common.errors import InvalidInput, NotFound
from reference.models import Reason, RegisterPart
from reference.queries import (
    number_prefixes,
    reason_by_code,
    reason_given,
    register_part_by_code,
    register_part_ids,
    regulator_of_council_number,
    state_id_by_code,
)
from reference.rules import ReasonKind

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


def test_unknown_codes_are_not_found() -> None:
    for look_up in (register_part_by_code, reason_by_code):
        with pytest.raises(NotFound):
            look_up("nowhere")


def test_what_is_asked_for_every_answer_is_read_once_a_minute(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        for _ in range(3):
            assert "MED" in number_prefixes()
            regulator_of_council_number("MDCN/R/1")


@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        ("MDCN/R/12345", "", "mdcn"),
        ("  mdcn 12345", "", "mdcn"),
        ("12345", "", None),
        ("12345", "pcn", "pcn"),
        ("MDCN/R/12345", "pcn", "pcn"),
        ("XYZ/1", "", None),
        ("", "", None),
    ],
)
def test_the_council_of_a_number(number: str, said: str, code: str | None) -> None:
    council = regulator_of_council_number(number, said)
    assert (council.code if council else None) == code


class TestRegisterParts:
    def test_every_code_narrows(self) -> None:
        everything = register_part_ids()
        doctors = register_part_ids(profession="medical-doctor")
        assert len(everything) == RegisterPart.objects.count()
        assert set(register_part_ids(profession="medical-doctor", category="full")) < set(doctors) < set(everything)
        assert register_part_ids(profession="medical-doctor", regulator="pcn") == []

    @pytest.mark.parametrize("parameter", ["profession", "regulator"])
    def test_a_code_that_does_not_exist_is_named(self, parameter: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            register_part_ids(**{parameter: "nobody"})
        assert [error["pointer"] for error in refusal.value.members["errors"]] == [f"?{parameter}"]

    def test_states(self) -> None:
        assert state_id_by_code("LA")
        with pytest.raises(InvalidInput):
            state_id_by_code("XX")


def test_a_reason_is_given_for_what_it_is_for_while_it_holds() -> None:
    given = reason_given("requirements_met", ReasonKind.APPROVAL, TODAY)
    assert given.name == "Every requirement is met"
    Reason.objects.filter(code="marriage").update(valid_until=TODAY)
    for code, kind in (
        ("death", ReasonKind.APPROVAL),
        ("", ReasonKind.REJECTION),
        ("marriage", ReasonKind.NAME_CHANGE),
    ):
        with pytest.raises(InvalidInput) as refusal:
            reason_given(code, kind, TODAY, pointer="/somewhere")
        assert refusal.value.members["errors"][0]["pointer"] == "/somewhere"
