"""Names as councils write them."""

import pytest

from importing.names import READERS, read_cells, read_former
from importing.rules import word_key
from practitioners.names import Name, fold

TITLES = frozenset(map(word_key, ("DR", "MRS", "PROF", "ALHAJI", "CHIEF", "PHARM")))


def shown(listed) -> tuple[str, str, str, tuple[str, ...]]:
    return listed.name.title, listed.name.surname, listed.name.given_names, listed.former_surnames


@pytest.mark.parametrize(
    ("surname", "given", "want"),
    [
        ("ADEKOYA", "Folarin Ayodeji", ("", "Adekoya", "Folarin Ayodeji", ())),
        ("ADEDAPO", "Prof. Bayode", ("Prof", "Adedapo", "Bayode", ())),
        ("DR (MRS) ODUKOYA", "Atinuke Grace", ("Dr (Mrs)", "Odukoya", "Atinuke Grace", ())),
        ("OKWUOSA (EJIKE)", "Nkiruka", ("", "Okwuosa", "Nkiruka", ("Ejike",))),
        ("OLADIPUPO nee ADISA", "Omotola", ("", "Oladipupo", "Omotola", ("Adisa",))),
        ("HAMIDU (née Tsofo)", "Hauwa\u2019u", ("", "Hamidu", "Hauwa\u2019u", ("Tsofo",))),
        ("NWACHUKWU (formerly IBE)", "Dr Ngozi", ("Dr", "Nwachukwu", "Ngozi", ("Ibe",))),
        ("ÒGÚNYẸMÍ", "Adéọlá Ayọ̀délé", ("", "Ògúnyẹmí", "Adéọlá Ayọ̀délé", ())),
        ("SA'IDU", "Ƙasim", ("", "Sa'idu", "Ƙasim", ())),
        ("AKINLABI-FADIPE", "I. A.B. J", ("", "Akinlabi-Fadipe", "I. A.B. J", ())),
        ("McDONALD", "ade", ("", "McDONALD", "ade", ())),
        # Never the last word: it is somebody's name.
        ("CHIEF", "DR", ("", "Chief", "Dr", ())),
        ("ALHAJI CHIEF", "", ("Alhaji", "Chief", "", ())),
        ("", "Musa Sani", ("", "Musa Sani", "", ())),
        ("NEE", "Ada", ("", "Nee", "Ada", ())),
        ("", "", ("", "", "", ())),
    ],
)
def test_surname_and_given_names_in_cells_of_their_own(surname, given, want):
    assert shown(read_cells(surname, given, TITLES)) == want


@pytest.mark.parametrize(
    ("style", "text", "want"),
    [
        ("surname_comma", "HARUNA, Emeka H.", ("", "Haruna", "Emeka H.", ())),
        ("surname_comma", "OSUJI, Mrs Chiọma", ("Mrs", "Osuji", "Chiọma", ())),
        ("surname_comma", "ISIGUZO, Ifunanya (formerly OBIMMA)", ("", "Isiguzo", "Ifunanya", ("Obimma",))),
        ("surname_comma", "HARUNA Emeka", ("", "Haruna", "Emeka", ())),
        ("surname_first", "ADEYEMI Folake Grace", ("", "Adeyemi", "Folake Grace", ())),
        ("surname_first", "Pharm (Dr) EGONU Ikenna", ("Pharm (Dr)", "Egonu", "Ikenna", ())),
        ("surname_first", "LAYENI Chief Adetosoye", ("Chief", "Layeni", "Adetosoye", ())),
        ("surname_first", "Alhaji SULEMANU Gado", ("Alhaji", "Sulemanu", "Gado", ())),
        ("surname_first", "FALETI (nee JAIYEOLA) Mosunmola", ("", "Faleti", "Mosunmola", ("Jaiyeola",))),
        ("surname_first", "FALETI nee JAIYEOLA Mosunmola Ada", ("", "Faleti", "Mosunmola Ada", ("Jaiyeola",))),
        ("surname_first", "MUSA", ("", "Musa", "", ())),
        ("given_first", "Dr. Emeka John HARUNA", ("Dr", "Haruna", "Emeka John", ())),
        ("given_first", "Omotola Oladipupo nee Adisa", ("", "Oladipupo", "Omotola", ("Adisa",))),
    ],
)
def test_full_names(style, text, want):
    assert shown(READERS[style](text, TITLES)) == want


def test_a_former_name_has_what_is_missing_from_the_present_one():
    present = Name("Garba", "Hadizatu")
    assert read_former("LAFIYA", "", present, TITLES) == Name("Lafiya", "Hadizatu")
    assert read_former("", "Hadiza", present, TITLES) == Name("Garba", "Hadiza")
    assert read_former("", "", present, TITLES) is None


@pytest.mark.parametrize(
    ("text", "surname"),
    [("(LAFIYA)", "Lafiya"), ("LAFIYA (Mrs)", "Lafiya"), ("(nee LAFIYA)", "Lafiya"), ("Mrs. LAFIYA", "Lafiya")],
)
def test_a_former_surname_in_brackets_is_one_all_the_same(text, surname):
    assert read_former(text, "", Name("Garba", "Hadizatu"), TITLES) == Name(surname, "Hadizatu")


@pytest.mark.parametrize("nothing", ["()", "( )", "(nee)", "(Mrs)", ","])
def test_a_former_name_of_nothing_is_none(nothing):
    for present in (Name("Garba", "Hadizatu"), Name("Garba")):
        assert read_former(nothing, "", present, TITLES) is None
        assert read_former("", nothing, present, TITLES) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ògúntádé", "oguntade"), ("Ọ́lọ́runtóbi", "oloruntobi"), ("Sa\u2019idu-ƁALA", "saidu bala"), ("", "")],
)
def test_names_are_folded_like_in_the_database(text, folded):
    assert fold(text) == folded


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Ọ́lọ́runtóbi", "SA'IDU Ƙasim", "Hauwa\u2019u", "Akinlabi-Fadipe I.", "Ŋ ß_x 12"])
def test_python_and_postgres_fold_alike(text):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT phb_fold(%s)", [text])
        assert fold(text) == cursor.fetchone()[0]
