"""What a virtual NIN looks like, and what is kept in place of the person's name."""

import pytest

from identity.rules import IdentityNumberInvalid, IdentityNumberIsSecret, keyed_hash, normal_virtual_nin

KEY = "k" * 32


def normal(text: str) -> str:
    return normal_virtual_nin(text, enterprise_code="715461")


@pytest.mark.parametrize(
    "text", ["AB012345678910YZ", "ab012345678910yz", " AB01 2345 6789 10YZ ", "AB-012345678910-YZ"]
)
def test_it_is_read_however_it_was_typed(text: str) -> None:
    assert normal(text) == "AB012345678910YZ"


@pytest.mark.parametrize(
    "text", ["", "AB01234567891YZ", "AB0123456789101YZ", "1B012345678910YZ", "AB012345678910Y", "x" * 40]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(IdentityNumberInvalid):
        normal(text)


@pytest.mark.parametrize("text", ["12345678910", "123 4567 8910", "123-4567-8910"])
def test_the_nin_itself_is_refused_with_what_to_do_instead_and_not_repeated(text: str) -> None:
    with pytest.raises(IdentityNumberIsSecret, match=r"\*346\*3\*, your NIN, \*715461#") as refusal:
        normal(text)
    assert "8910" not in str(refusal.value)


def test_the_hash_is_the_persons_under_one_key() -> None:
    assert keyed_hash("WXABCD-1234", KEY) == keyed_hash(" wxabcd-1234 ", KEY)
    assert (
        len({keyed_hash("WXABCD-1234", KEY), keyed_hash("WXABCD-1235", KEY), keyed_hash("WXABCD-1234", "j" * 32)}) == 3
    )
