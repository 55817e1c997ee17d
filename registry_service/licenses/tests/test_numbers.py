"""License numbers: what the check character catches, what reading forgives, and what is refused."""

import random
import re

import pytest

from licenses.numbers import (
    ALPHABET,
    BODY_LENGTH,
    CouncilNumber,
    LicenseNumberInvalid,
    PHBNumber,
    council_key,
    make_number,
    read_number,
)

# MIL, DOU and OPT have letters that the body does not: the prefix is matched as it is.
PREFIXES = frozenset({"MED", "NUR", "MIL", "DOU", "OPT"})


def sample(count: int) -> list[str]:
    return [make_number(prefix) for prefix in sorted(PREFIXES) for _ in range(count)]


def is_read(text: str) -> bool:
    try:
        return isinstance(read_number(text, PREFIXES), PHBNumber)
    except LicenseNumberInvalid:
        return False


def echo_or_key(text: str) -> str:
    """What the number is compared as, or what its refusal echoes of it."""
    try:
        return str(read_number(text, PREFIXES))
    except LicenseNumberInvalid as refusal:
        echo = refusal.members["license_number"]
        return f"refused: {echo}" if len(echo) <= 60 else ""


def body_of(number: str) -> str:
    return number.replace("-", "")[6:]


def with_body(number: str, body: str) -> str:
    return number[:8] + body


class TestMaking:
    def test_numbers_have_one_form(self) -> None:
        form = re.compile(rf"PHB-[A-Z]{{3}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
        assert all(form.fullmatch(number) for number in sample(200))

    def test_a_number_is_read_as_it_was_made(self) -> None:
        assert all(read_number(number, PREFIXES) == PHBNumber(number) for number in sample(200))

    def test_numbers_cannot_be_counted(self) -> None:
        made = sample(400)
        assert len(set(made)) == len(made)
        assert len({body_of(number)[:1] for number in made}) == len(ALPHABET)


class TestCheckCharacter:
    def test_every_wrong_symbol_is_caught(self) -> None:
        for number in sample(40):
            body = body_of(number)
            for at, right in enumerate(body):
                for symbol in set(ALPHABET) - {right}:
                    assert not is_read(with_body(number, body[:at] + symbol + body[at + 1 :]))

    def test_swapped_neighbours_are_caught_but_for_one_in_hundreds(self) -> None:
        """ISO 7064's hybrid systems miss few swaps of neighbours; two check characters would miss none."""
        swapped = [
            with_body(number, body[:at] + body[at + 1] + body[at] + body[at + 2 :])
            for number in sample(600)
            for body in [body_of(number)]
            for at in range(BODY_LENGTH)
            if body[at] != body[at + 1]
        ]
        assert sum(is_read(text) for text in swapped) / len(swapped) < 0.005

    def test_the_prefix_counts(self) -> None:
        other = {"MED": "NUR", "NUR": "MED", "MIL": "MED", "DOU": "OPT", "OPT": "DOU"}
        moved = [number[:4] + other[number[4:7]] + number[7:] for number in sample(100)]
        assert sum(is_read(text) for text in moved) / len(moved) < 0.06


class TestForgiving:
    @pytest.mark.parametrize(
        "rewrite",
        [
            str.lower,
            str.swapcase,
            lambda number: number.replace("-", ""),
            lambda number: number.replace("-", " "),
            lambda number: number.replace("-", "\u2011"),
            lambda number: number.replace("-", "\u2013"),
            lambda number: f"  {number}\t",
            "\u00a0".join,
            "\u00ad".join,
            "\u200b".join,
            lambda number: "-".join(number.replace("-", "")),
        ],
    )
    def test_case_blanks_and_hyphens(self, rewrite) -> None:
        for number in sample(20):
            assert read_number(rewrite(number), PREFIXES) == PHBNumber(number)

    def test_letters_that_the_body_does_not_have_are_what_they_look_like(self) -> None:
        for number in sample(100):
            body = body_of(number)
            for look_alikes in ({"0": "O", "1": "I"}, {"0": "o", "1": "l"}):
                text = with_body(number, body.translate(str.maketrans(look_alikes)))
                assert read_number(text, PREFIXES) == PHBNumber(number)

    def test_the_prefix_is_not_rewritten(self) -> None:
        number = make_number("MIL")
        with pytest.raises(LicenseNumberInvalid, match="prefix"):
            read_number(number.replace("MIL", "M1L"), PREFIXES)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("PHB-XYZ-0000-0000", "no profession has this prefix"),
            ("PHB", "no profession has this prefix"),
            ("PHB-MED", "8 symbols follow the prefix"),
            ("PHB-MED-0000-000", "8 symbols follow the prefix"),
            ("PHB-MED-0000-00000", "8 symbols follow the prefix"),
            ("PHB-MED-0000-U000", "a symbol that no number has"),
            ("PHB-MED-0000-000\u0661", "a symbol that no number has"),
            ("PHB-MED-\uff10000-0000", "a symbol that no number has"),
            ("PHB/MED/0000/0000", "no profession has this prefix"),
        ],
    )
    def test_what_begins_like_ours_is_mistyped(self, text: str, problem: str) -> None:
        with pytest.raises(LicenseNumberInvalid, match=problem) as refusal:
            read_number(text, PREFIXES)
        assert refusal.value.members["license_number"] == text

    def test_a_wrong_check_character(self) -> None:
        number = make_number("MED")
        last = ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]
        with pytest.raises(LicenseNumberInvalid, match="check character"):
            read_number(number[:-1] + last, PREFIXES)

    @pytest.mark.parametrize("text", ["", " ", "---", "/", "....", "\u200b", "\u0301", "💊"])
    def test_no_letter_and_no_digit(self, text: str) -> None:
        with pytest.raises(LicenseNumberInvalid, match="no letter and no digit"):
            read_number(text, PREFIXES)

    def test_too_long_is_echoed_in_part(self) -> None:
        with pytest.raises(LicenseNumberInvalid, match="as long as this") as refusal:
            read_number("9" * 61, PREFIXES)
        assert refusal.value.members["license_number"] == "9" * 60
        assert isinstance(read_number("9" * 60, PREFIXES), CouncilNumber)

    def test_garbage_is_read_or_refused(self) -> None:
        letters = random.Random(7)
        alphabet = [
            *"PHBMED0123456789OILU-/ .\\",
            "\x00",
            "\ud800",
            "ß",
            "ﬁ",
            "\u0131",
            "\u0130",
            "٣",
            "é",
            "中",
            "\u202e",
        ]
        for _ in range(3000):
            text = "".join(letters.choice(alphabet) for _ in range(letters.randrange(70)))
            assert echo_or_key(text)


class TestCouncilNumbers:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("MDCN/R/12345", "MDCNR12345"),
            ("mdcn r 12345", "MDCNR12345"),
            ("MDCN\\R\\12345", "MDCNR12345"),
            ("M.D.C.N.-R\u201312345", "MDCNR12345"),
            (" 0042 ", "0042"),
            ("RN/12.345", "RN12345"),
        ],
    )
    def test_are_compared_without_case_and_punctuation(self, text: str, key: str) -> None:
        assert council_key(text) == key
        assert read_number(text, PREFIXES) == CouncilNumber(key)

    def test_leading_zeros_are_kept(self) -> None:
        """Whether 0042 and 42 are the same folio is the council's to say, not ours."""
        assert council_key("0042") != council_key("42")
