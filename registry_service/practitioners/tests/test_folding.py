"""Names as they are compared: in the database and in Python alike."""

import pytest

from practitioners.names import fold
from practitioners.queries import folded

pytestmark = pytest.mark.django_db

SAME = [
    ("Ọlọ́pàádé", "olopaade"),
    ("ṢẸ́GUN", "segun"),
    ("Ṣẹ́gun".encode().decode(), "segun"),
    ("Ńwáńkwọ́", "nwankwo"),
    ("Ụ̀zọ̀", "uzo"),
    ("ɓala Ɗan-Ƙasa Ƴar'adua", "bala dan kasa yaradua"),
    ("Sa'idu", "saidu"),
    ("Sa\u2019idu", "saidu"),
    ("Sa\u02bcidu", "saidu"),
    ("Sa\u00b4idu", "saidu"),
    ("Sa`idu", "saidu"),
    ("Kǝri Ǝri", "keri eri"),
    ("Ebuŋ", "ebun"),
    ("İbrahim", "ibrahim"),
    ("  Adé-Ọlá,  Jr. ", "ade ola jr"),
    ("Nnamdi (Zik) O'Neill", "nnamdi zik oneill"),
    ("100%_\\", "100"),
    ("---", ""),
    ("", ""),
]


@pytest.mark.parametrize(("name", "expected"), SAME)
def test_marks_hooks_and_punctuation_do_not_count(name: str, expected: str) -> None:
    assert folded(name) == expected
    assert fold(name) == expected


def test_composed_and_decomposed_letters_are_the_same() -> None:
    composed, decomposed = "\u1e62\u1eb9\u0301gun", "S\u0323e\u0323\u0301gun"
    assert folded(composed) == folded(decomposed) == "segun"


def test_folding_twice_changes_nothing() -> None:
    for name, expected in SAME:
        assert folded(folded(name)) == expected
