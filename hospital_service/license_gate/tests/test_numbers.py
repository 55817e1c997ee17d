import pytest

from license_gate.numbers import could_be_a_number, is_phb_number, is_same_council_number, is_same_phb_number

HELD = "PHB-MLS-7K0M-19QX-C"


@pytest.mark.parametrize(
    "typed",
    [
        HELD,
        "phb-mls-7k0m-19qx-c",
        "PHB MLS 7K0M 19QX C",
        " PHBMLS7K0M19QXC ",
        "PHB-MLS-7KOM-I9QX-C",
        "phb-mls-7kom-l9qx-c",
        "PHB-MLS\u20137K0M\u201319QX\u2013C",
    ],
)
def test_the_writings_that_the_registry_forgives_mean_the_same_license(typed: str) -> None:
    assert is_phb_number(typed)
    assert is_same_phb_number(typed, HELD)


@pytest.mark.parametrize(
    "typed", ["PHB-MLS-7K0M-19QX-D", "PHB-MED-7K0M-19QX-C", "PHB-M1S-7K0M-19QX-C", "PHB-MLS", "PHB", "", HELD + "0"]
)
def test_any_other_character_means_another_license_and_the_prefix_matches_to_the_letter(typed: str) -> None:
    assert not is_same_phb_number(typed, HELD)


def test_a_record_whose_number_is_not_written_by_the_registry_is_nobodys() -> None:
    assert not is_same_phb_number("PHBMED1", "PHBMED1")


def test_a_council_number_is_the_same_with_other_separators() -> None:
    assert is_same_council_number("mdcn r-12345.", "MDCN/R/12345")
    assert not is_same_council_number("MDCN/R/1234", "MDCN/R/12345")
    assert not is_same_council_number("RN/O1", "RN/01")


@pytest.mark.parametrize("text", ["", " ", "..", ".", "/", "-\u2013-", "A\x00B", "A\nB", "\ud800A", "7" * 65])
def test_what_cannot_be_a_number_is_not_worth_asking(text: str) -> None:
    assert not could_be_a_number(text)


@pytest.mark.parametrize("text", [HELD, "MDCN/R/12345", "1", "RN 12.345", "Ọ1"])
def test_what_might_be_a_number_is_for_the_registry_to_judge(text: str) -> None:
    assert could_be_a_number(text)
