"""However a telephone number is written, it is one value; and what is none is refused in a sentence."""

import pytest
from rest_framework.exceptions import ValidationError

from common.fields import PhoneField
from common.phones import LONGEST, InvalidPhone, is_mobile, normal_phone

SENTENCE = "Write a telephone number as 0803 123 4567, or one of another country with its code, as +44 7911 123456."


@pytest.mark.parametrize(
    "written",
    [
        "08031234567",
        "0803 123 4567",
        " 0803-123-4567 ",
        "0803.123.4567",
        "(0803) 123 4567",
        "8031234567",
        "2348031234567",
        "234 803 123 4567",
        "2340803 123 4567",
        "+2348031234567",
        "+234 803 123 4567",
        "+234 (0) 803 123 4567",
        "+234(0)8031234567",
        "+23408031234567",
        "002348031234567",
        "00 234 803 123 4567",
        # As telephones copy them: with marks of direction, blanks and hyphens that do not break.
        "\u202a+234\u00a0803\u00a0123\u00a04567\u202c",
        "0803\u2011123\u20114567",
        "٠٨٠٣١٢٣٤٥٦٧",
    ],
)
def test_a_nigerian_number_is_one_however_it_is_written(written: str) -> None:
    assert normal_phone(written) == "+2348031234567"


@pytest.mark.parametrize(
    "prefix",
    [
        "0701",
        "0704",
        "0708",
        "0802",
        "0804",
        "0809",
        "0811",
        "0818",
        "0901",
        "0907",
        "0909",
        "0912",
        "0913",
        "0915",
        "0916",
    ],
)
def test_every_mobile_network_of_nigeria_has_mobile_numbers(prefix: str) -> None:
    phone = normal_phone(f"{prefix} 123 4567")
    assert phone == f"+234{prefix[1:]}1234567"
    assert is_mobile(phone)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0201 463 0643", "+2342014630643"),
        # As they were until 2023, and still stand on letterheads; the examples are those of the Commission's notice.
        ("01 463 0643", "+2342014630643"),
        ("094630643", "+2342094630643"),
        ("08 446 0643", "+2342084460643"),
        ("064460643", "+2342064460643"),
        ("+234 1 463 0643", "+2342014630643"),
        ("+234 (0) 1 463 0643", "+2342014630643"),
        ("0700 225 5426", "+2347002255426"),
        ("0800 123 4567", "+2348001234567"),
    ],
)
def test_fixed_lines_and_special_numbers_are_numbers_and_no_mobile_ones(written: str, phone: str) -> None:
    assert normal_phone(written) == phone
    assert not is_mobile(phone)


@pytest.mark.parametrize(
    ("written", "phone", "mobile"),
    [
        ("+44 7911 123456", "+447911123456", True),
        ("0044 7911 123456", "+447911123456", True),
        ("+44 (0) 20 7946 0958", "+442079460958", False),
        ("+966 50 123 4567", "+966501234567", True),
        ("+971 50 123 4567", "+971501234567", True),
        ("+27 82 123 4567", "+27821234567", True),
        # North America does not tell mobile numbers from others, so a message is tried.
        ("+1 415 555 2671", "+14155552671", True),
    ],
)
def test_professionals_live_abroad(written: str, phone: str, mobile: bool) -> None:
    assert normal_phone(written) == phone
    assert is_mobile(phone) == mobile


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "none",
        "+",
        "00",
        "+234",
        "12345",
        "*310#",
        "0803 123 456",
        "0803 123 45678",
        "0903 123 45",
        "0913 123 45",
        "0999 123 4567",
        "01 463 064",
        # A free number in Nigeria, and too long for E.164.
        "0800 1234 5678 90",
        "447911123456",
        "+999 123 456 789",
        "+44 7911 12345",
        "0803CALLME1",
        "0803 123 4567 (home)",
        "08031234567, 08051234567",
        "08031234567/08051234567",
        "08031234567 08051234567",
        "08031234567\n08051234567",
        "01 463 0643 #12",
        "0803 123 4567, 12",
        "+2348031234567;ext=5",
        "9" * 1000,
    ],
)
def test_what_is_no_number_or_more_than_one_is_refused_with_one_sentence(written: str) -> None:
    with pytest.raises(InvalidPhone) as refusal:
        normal_phone(written)
    assert str(refusal.value) == SENTENCE


@pytest.mark.parametrize("text", ["", "nobody", "08031234567", "2348031234567", "+234 803 123 4567", "+999123", "+"])
def test_what_is_not_written_in_e164_is_no_mobile_number(text: str) -> None:
    assert not is_mobile(text)


def test_no_number_is_longer_than_a_column_for_one() -> None:
    assert len(normal_phone("0800 1234 5678 9")) == LONGEST


def test_normal_numbers_stay_as_they_are() -> None:
    for phone in ("+2348031234567", "+2342014630643", "+14155552671"):
        assert normal_phone(phone) == phone


class TestField:
    def test_text_goes_in_and_the_normal_number_comes_out(self) -> None:
        assert PhoneField().run_validation(" 0803 123 4567 ") == "+2348031234567"

    @pytest.mark.parametrize("given", ["0803", 2348031234567, True, ["0803 123 4567"]])
    def test_what_is_no_number_is_invalid_in_words_for_whoever_wrote_it(self, given: object) -> None:
        with pytest.raises(ValidationError) as refusal:
            PhoneField().run_validation(given)
        (detail,) = refusal.value.detail
        assert (str(detail), detail.code) == (SENTENCE, "invalid")

    def test_it_may_be_blank_where_that_is_asked_for(self) -> None:
        assert PhoneField(allow_blank=True).run_validation(" ") == ""
        with pytest.raises(ValidationError) as refusal:
            PhoneField().run_validation("")
        assert [detail.code for detail in refusal.value.detail] == ["blank"]
