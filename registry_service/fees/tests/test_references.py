"""References that people copy from a screen to a bank form and back."""

import pytest

from fees.references import ALPHABET, make_reference, read_reference
from fees.rules import PaymentReferenceInvalid


def test_it_is_read_as_people_write_it() -> None:
    reference = make_reference()
    for written in (reference, reference.lower(), reference.replace("-", " "), reference.replace("PAY-", "")):
        assert read_reference(written) == reference


def test_one_wrong_symbol_is_noticed_wherever_it_is() -> None:
    reference = make_reference()
    for place, symbol in enumerate(reference):
        if place < 4 or symbol == "-":
            continue
        for other in set(ALPHABET) - {symbol}:
            with pytest.raises(PaymentReferenceInvalid):
                read_reference(reference[:place] + other + reference[place + 1 :])


@pytest.mark.parametrize("written", ["", "PAY", "PAY-", "PAY-7K3M", "x" * 1000, "PAY-ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "\0" * 12])
def test_what_is_none_is_refused(written: str) -> None:
    with pytest.raises(PaymentReferenceInvalid):
        read_reference(written)


def test_none_is_made_twice() -> None:
    assert len({make_reference() for _ in range(10_000)}) == 10_000
