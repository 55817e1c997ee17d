"""The rules for words that no list has: spellings, short forms, slips."""

import pytest

from practitioners.names.lexicon import read
from practitioners.names.shortening import Elements
from practitioners.names.spelling import skeleton
from practitioners.names.typos import Typo, typo
from practitioners.tests.name_pairs import entries

ELEMENTS = Elements(heads=frozenset({"ade", "ayo", "olu", "temi"}), tails=frozenset({"ayo", "oluwa", "chukwu", "ola"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shoyinka", "soyinka"),
        ("mustapha", "mustafa"),
        ("khadija", "kadija"),
        ("sadiq", "sadik"),
        ("mahmood", "mahmud"),
        ("ibraheem", "ibrahim"),
        ("nneka", "neka"),
        ("zaynab", "zeinab"),
        ("sijuwade", "sijuade"),
        ("aliyu", "aliu"),
        ("obiorah", "obiora"),
        ("akinwunmi", "akinwumi"),
        ("aminatu", "aminah"),
        ("usmanu", "usman"),
        ("chibuzor", "chibuzo"),
        ("abdulrahman", "abdurrahman"),
        ("oluwasegun", "olushegun"),
    ],
)
def test_ways_of_writing_one_sound_are_one(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("bola", "bala"), ("musa", "isa"), ("amina", "aminu"), ("ade", "ada")])
def test_other_sounds_are_other_names(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_the_skeleton_of_a_skeleton_is_itself() -> None:
    for entry in entries():
        assert skeleton(skeleton(entry.folded)) == skeleton(entry.folded)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("adebayo", {"bayo"}),
        ("temiloluwa", {"temi", "loluwa"}),
        ("olufunmilayo", {"funmilayo", "olufunmi", "funmi"}),
        ("ifeanyichukwu", {"ifeanyi"}),
        ("ayoola", {"ayo"}),  # and not Ola
        ("ade", set()),
        ("bola", set()),
    ],
)
def test_a_name_is_shortened_by_an_element_or_two(name: str, short: set[str]) -> None:
    assert ELEMENTS.short_forms(name) == short


@pytest.mark.parametrize(
    ("name", "short"),
    [("damilare", "dami"), ("ginikanwa", "ginika"), ("mosunmola", "mosun"), ("kolawole", "wole")],
)
def test_a_name_is_clipped_to_a_few_syllables(name: str, short: str) -> None:
    assert short in ELEMENTS.clipped(name)


def test_a_name_may_lose_its_first_vowel() -> None:
    assert "biodun" in ELEMENTS.clipped("abiodun")
    assert "bola" not in ELEMENTS.clipped("abola")


def test_no_name_is_clipped_to_an_element() -> None:
    assert "temi" not in ELEMENTS.clipped("temidayo")


def test_a_listed_name_is_clipped_to_another_only_if_the_lists_say_so() -> None:
    lexicon = read()
    assert "dami" in lexicon.forms("damilare").short
    assert "okoro" not in lexicon.forms("okoronkwo").short


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ngozi", "ngzoi"),  # transposed
        ("ngozi", "gnozi"),
        ("ngozi", "ngoz"),  # left out
        ("ngozi", "ngozio"),  # added
        ("ngozi", "ngoxi"),  # the next key
        ("kelechi", "kelichi"),  # a vowel as it is heard
        ("okafor", "okwfor"),  # a consonant for a vowel
    ],
)
def test_a_letter_out_of_place_is_a_slip(one: str, other: str) -> None:
    assert typo(one, other) == typo(other, one) == Typo.ONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bola", "kola"),  # another first letter
        ("bola", "bala"),  # a vowel for a vowel in a short word
        ("adekola", "adesola"),  # a consonant for a consonant
        ("oluwatosin", "oluwatoyin"),
        ("adebiyi", "adesoyi"),
        ("ope", "tope"),
    ],
)
def test_a_letter_for_another_of_its_kind_is_doubtful(one: str, other: str) -> None:
    assert typo(one, other) == typo(other, one) == Typo.DOUBTFUL


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("oba", "obi", None),
        ("eke", "ekee", Typo.ONE),
        ("ngozi", "ngoziab", None),
        ("okafor", "okfaro", Typo.TWO),
        ("chinedu", "chizoba", None),
        ("same", "same", None),
    ],
)
def test_longer_words_allow_more_slips(one: str, other: str, found: Typo | None) -> None:
    assert typo(one, other) == typo(other, one) == found
