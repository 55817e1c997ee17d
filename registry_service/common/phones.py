"""Telephone numbers: one way to write each of them, E.164, as +2348031234567."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

HOME = "NG"
LONGEST = 16
"""Characters that a number in E.164 may have, its + included."""
ADVICE = "Write a telephone number as 0803 123 4567, or one of another country with its code, as +44 7911 123456."

_COUNTRY_CODE = 234
# Numbers of North America do not show whether a telephone is a mobile one.
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class InvalidPhone(ValueError):
    """Text that can be nobody's telephone number; it says to whoever wrote it what to write instead."""

    def __init__(self) -> None:
        super().__init__(ADVICE)


def normal_phone(text: str) -> str:
    """Return a number in E.164, however it was written; without a country code it is a Nigerian one.

    A number is good when the numbering plan of its country has it; whether anybody answers there
    is not known. A range that a country opens is known once the library of numbering plans is
    brought up to date.

    Raises:
        InvalidPhone: it is no number, no number of its country, or more than a number.
    """
    number = _read(text)
    if number.country_code == _COUNTRY_CODE and not phonenumbers.is_valid_number(number):
        number = _of_today(number)
    phone = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    # Some free numbers, inside their country, are longer than any that can be dialled from elsewhere.
    if not phonenumbers.is_valid_number(number) or len(phone) > LONGEST:
        raise InvalidPhone
    return phone


def is_mobile(phone: str) -> bool:
    """Say whether a text message can be sent to a number in E.164; False too for what is not written so."""
    try:
        number = phonenumbers.parse(phone)
    except NumberParseException:
        return False
    is_normal = phonenumbers.format_number(number, PhoneNumberFormat.E164) == phone
    return is_normal and phonenumbers.number_type(number) in _MOBILE


def _read(text: str) -> phonenumbers.PhoneNumber:
    written = text.strip()
    # The library would read 0803CALLME1 as its keys say.
    if any(map(str.isalpha, written)):
        raise InvalidPhone
    if written.startswith("00"):
        # What is dialled before a country code in most of the world; Nigeria's own is 009.
        written = f"+{written[2:]}"
    try:
        number = phonenumbers.parse(written, HOME)
    except NumberParseException:
        raise InvalidPhone from None
    # E.164 has no extensions: one would be lost without a word.
    if number.extension:
        raise InvalidPhone
    return number


def _of_today(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """Return the present form of a fixed line's eight old digits: 01 463 0643 has been 0201 463 0643 since 2024.

    The Nigerian Communications Commission put 02 before every fixed number (notice of 19 September 2023).
    """
    digits = phonenumbers.national_significant_number(number).removeprefix("0")
    # 0903 123 45 is a mobile number that lacks two digits, rather than a line in Abuja, where none begins with 0 or 1.
    if len(digits) != 8 or digits.startswith(("90", "91")):
        return number
    return phonenumbers.parse(f"20{digits}", HOME)
