"""The score says what a careful person would: what makes two records one person's, and what does not."""

from dataclasses import replace
from datetime import date

import pytest

from duplicates.likeness import Fact, Likeness, Record, likeness
from practitioners.names import Name

ADAEZE = Record(
    names=(Name("Okafor", "Adaeze Ngozi"),),
    birth_date=date(1996, 4, 17),
    gender="female",
    telephone="+2348031234567",
    email="adaeze@example.ng",
    school="University of Lagos",
    qualified_in=2022,
)
BARE = Record(names=ADAEZE.names)


def called(surname: str, given_names: str, **facts: object) -> Record:
    return Record(names=(Name(surname, given_names),), **facts)  # type: ignore[arg-type]


def how(found: Likeness, fact: Fact) -> list[str]:
    return [reason.how for reason in found.reasons if reason.fact == fact]


@pytest.mark.parametrize(
    "other",
    [
        ADAEZE,
        called("OKAFOR", "Adaeze", birth_date=date(1996, 4, 17)),
        called("Adaeze", "Ngozi Okafor", birth_date=date(1996, 4, 17)),
        called("Okafor", "Adaeze Ngozi", birth_date=date(1996, 4, 17), gender="female"),
        called("Okafor", "A. N.", birth_date=date(1996, 4, 17), telephone="+2348031234567"),
        called("Bello", "Adaeze Ngozi", birth_date=date(1996, 4, 17), gender="female"),
        called("Okafor", "Adaeze Ngozi", birth_date=date(1996, 4, 18), telephone="+2348031234567"),
        called("Okafor", "Adaeze", school="Lagos University", qualified_in=2022, telephone="+2348031234567"),
    ],
    ids=[
        "all the same",
        "a given name left out, and the birth date",
        "names in another order",
        "an upper and a lower case",
        "initials, birth date, telephone",
        "another surname, as after marriage",
        "a slip in the birth date, the same telephone",
        "no birth date, but school, year and telephone",
    ],
)
def test_one_person(other: Record) -> None:
    assert likeness(ADAEZE, other).is_likely
    assert likeness(other, ADAEZE).score == pytest.approx(likeness(ADAEZE, other).score)


@pytest.mark.parametrize(
    "other",
    [
        called("Musa", "Ibrahim", birth_date=date(1996, 4, 17)),
        called("Okafor", "Chidi", birth_date=date(1996, 4, 17)),
        called("Okafor", "Chidi", telephone="+2348031234567", birth_date=date(1999, 1, 2)),
        replace(ADAEZE, birth_date=date(1961, 9, 9), telephone="", email="", school="", qualified_in=None),
        replace(BARE, gender="female"),
        called("Okafor", "Adaeze", school="University of Lagos"),
        called("Okafor", "Chukwudi Ngozi", birth_date=date(1996, 4, 17), gender="male"),
    ],
    ids=[
        "one birthday",
        "one birthday and one surname",
        "a brother with the family's telephone",
        "a namesake of another age",
        "a namesake of whom no more is known",
        "a namesake from the same school",
        "a twin",
    ],
)
def test_two_people(other: Record) -> None:
    assert not likeness(ADAEZE, other).is_likely


def test_what_proves_identity_outweighs_everything_else() -> None:
    one, other = replace(ADAEZE, identity="a" * 64), called("Musa", "Ibrahim", birth_date=date(1970, 1, 1))
    assert likeness(one, replace(other, identity="a" * 64)).is_likely
    assert not likeness(one, replace(ADAEZE, identity="b" * 64, telephone="", email="")).is_likely


def test_a_council_number_with_any_likeness_of_the_name() -> None:
    numbers = frozenset({("mdcn", "MDCNR12345")})
    other = called("Okafor", "Chidi", council_numbers=numbers, birth_date=date(1996, 4, 17))
    assert likeness(replace(ADAEZE, council_numbers=numbers), other).is_likely


def test_the_same_scan_counts_more_than_one_that_looks_alike() -> None:
    one = replace(BARE, files=frozenset({"a"}))
    same, alike = (
        replace(BARE, files=frozenset({"a"})),
        replace(BARE, files=frozenset({"b"}), pictures=frozenset({"a"})),
    )
    assert how(likeness(one, same), Fact.DOCUMENT) == ["same"]
    assert how(likeness(one, alike), Fact.DOCUMENT) == ["alike"]
    assert likeness(one, same).score > likeness(one, alike).score > likeness(BARE, BARE).score


@pytest.mark.parametrize(("bearers", "how_much"), [(1, 20.0), (2, 19.0), (32, 15.0)])
def test_a_whole_name_counts_for_as_much_as_it_is_rare(bearers: int, how_much: float) -> None:
    swapped = called("Adaeze", "Ngozi Okafor")
    (reason,) = likeness(BARE, swapped, {BARE.names[0].words: bearers}).reasons
    assert (reason.fact, reason.weight) == (Fact.NAME, how_much)
    assert reason.words == ("Okafor, Adaeze Ngozi", "Adaeze, Ngozi Okafor")


def test_a_name_with_a_word_more_is_no_whole_one() -> None:
    counted = {BARE.names[0].words: 1}
    assert likeness(BARE, called("Okafor", "Adaeze"), counted) == likeness(BARE, called("Okafor", "Adaeze"))


def test_a_former_name_counts_like_the_one_in_use() -> None:
    married = Record(
        names=(Name("Bello", "Adaeze"), Name("Okafor", "Adaeze Ngozi")), birth_date=date(1996, 4, 17), gender="female"
    )
    assert likeness(ADAEZE, married).score > 0.99


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (date(1996, 4, 17), "same"),
        (date(1996, 4, 7), "one part differs"),
        (date(1969, 4, 17), "one part differs"),
        (date(1997, 5, 17), "other"),
    ],
)
def test_birth_dates_agree_in_degrees(other: date, said: str) -> None:
    assert how(likeness(ADAEZE, replace(BARE, birth_date=other)), Fact.BIRTH_DATE) == [said]


def test_a_swapped_day_and_a_first_of_january_count_less_than_a_birth_date() -> None:
    def weight(a: date, b: date) -> float:
        found = likeness(replace(BARE, birth_date=a), replace(BARE, birth_date=b))
        return next(reason.weight for reason in found.reasons if reason.fact == Fact.BIRTH_DATE)

    same = weight(date(1996, 4, 7), date(1996, 4, 7))
    assert weight(date(1996, 4, 7), date(1996, 7, 4)) < same
    assert weight(date(1996, 1, 1), date(1996, 1, 1)) < same


def test_the_reasons_add_up_to_the_score_and_the_weightiest_comes_first() -> None:
    found = likeness(ADAEZE, called("Okafor", "Adaeze Ngozi", birth_date=date(1996, 4, 17), gender="male"))
    bits = sum(reason.weight for reason in found.reasons) - 20
    assert found.score == pytest.approx(1 / (1 + 2**-bits))
    weights = [abs(reason.weight) for reason in found.reasons]
    assert weights == sorted(weights, reverse=True)
    assert how(found, Fact.GENDER) == ["other"]


def test_reasons_hold_words_of_names_and_no_other_values() -> None:
    text = str(likeness(ADAEZE, ADAEZE).reasons)
    for value in (ADAEZE.telephone, ADAEZE.email, "1996", "Lagos"):
        assert value not in text


def test_what_is_not_known_weighs_nothing() -> None:
    assert {reason.fact for reason in likeness(BARE, ADAEZE).reasons} == {Fact.NAME}


def test_however_long_a_name_is_namesakes_have_it_too() -> None:
    long = Record(names=(Name("Okafor", "Adaeze Ngozi Chiamaka Ifeoma"),))
    assert sum(reason.weight for reason in likeness(long, long).reasons) == pytest.approx(18)
