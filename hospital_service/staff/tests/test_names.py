"""When two writings of a name have nothing in common, without a database."""

import pytest

from staff.names import share_no_word


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Ngozi Eze", "Ngọzị Esther Eze-Adeyemi"),
        ("OGUNYEMI, ADEBAYO S.", "Adébáyọ̀ Samuel Ògúnyẹmí"),
        # Composed and decomposed letters.
        ("\u1e62\u1eb9\u0301gun", "S\u0323e\u0323\u0301gun"),
        ("Bala Dan-Kasa", "Ɓala Musa"),
        ("Saidu Bello", "Sa\u2019idu Peter Danjuma"),
        ("Yaradua", "Ƴar'adua"),
        ("Dr (Mrs) Amina Bello", "Amina Yusuf"),
        # Married: the given name stays.
        ("Grace Okafor", "Grace Bello"),
    ],
)
def test_one_word_is_enough(ours: str, theirs: str) -> None:
    assert share_no_word(ours, theirs) is False
    assert share_no_word(theirs, ours) is False


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Ngozi Eze", "Musa Aliyu Yusuf"),
        # A part of a word is another word.
        ("Ade Bola", "Adebola Ojo"),
        # Neither a title nor an initial makes two people one.
        ("Dr. Ngozi Eze", "Dr. Musa Yusuf"),
        ("ALHAJI Sani Bello", "Alhaji Musa Yusuf"),
        ("Nurse A. Bello", "Nurse A. Yusuf"),
    ],
)
def test_none_is_another_name(ours: str, theirs: str) -> None:
    assert share_no_word(ours, theirs) is True
    assert share_no_word(theirs, ours) is True


@pytest.mark.parametrize("nothing", ["", "  ", "Dr.", "A. B.", "—"])
def test_where_there_is_no_word_nothing_is_said(nothing: str) -> None:
    assert share_no_word(nothing, "Ngozi Eze") is None
    assert share_no_word("Ngozi Eze", nothing) is None
