"""Bytes become rows, rows become records or are rejected for the first reason that applies."""

from datetime import date
from pathlib import Path

import pytest

from importing.files import UnreadableFile, open_list
from importing.mapping import read_mapping
from importing.periods import DateReader
from importing.reading import Record, RowReader, read_rows
from importing.rules import RowRejected
from importing.tests.support import COLUMNS, LIST_DATE, MAPPING
from importing.tests.test_mapping import KNOWN
from licenses.rules import Period

GOOD = "1,100,OKORO,Ada,1980-01-01,F,SCIENTIST,2005-05-05,OK,,,,,,,"


def opened(folder: Path, content: bytes, encoding: str = "utf-8-sig", delimiter: str = ","):
    path = folder / "list.csv"
    path.write_bytes(content)
    return open_list(path, encoding=encoding, delimiter=delimiter)


def read(folder: Path, *rows: str | bytes, more: str = "") -> list[Record | RowRejected]:
    """Read rows under the test heading, with a mapping that is the authority for names and registration."""
    content = b"\n".join(row if isinstance(row, bytes) else row.encode() for row in (COLUMNS, *rows))
    listed = opened(folder, content)
    mapping = read_mapping(MAPPING.format(authority='"names", "registration"', more="").encode() + more.encode(), KNOWN)
    reader = RowReader(mapping, KNOWN, listed.heading, LIST_DATE)
    return [result for _, result in read_rows(reader, listed.rows())]


def reason(folder: Path, row: str | bytes, more: str = "") -> str:
    result = read(folder, row, more=more)[0]
    return result.reason.value if isinstance(result, RowRejected) else "taken"


def changed(**cells: str) -> str:
    """Return the good row with other cells, by their column."""
    columns = COLUMNS.split(",")
    values = dict(zip(columns, GOOD.split(","), strict=True)) | {k.replace("_", " "): v for k, v in cells.items()}
    return ",".join(values[column] for column in columns)


def test_lines_are_counted_as_the_file_has_them(tmp_path):
    listed = opened(tmp_path, b'\xef\xbb\xbfA,B\r\n1,"x\r\ny"\n\n , \n2,z\n"3",\n')
    assert listed.heading == ["A", "B"]
    assert [(row.line, row.cells) for row in listed.rows()] == [(2, ["1", "x\r\ny"]), (6, ["2", "z"]), (7, ["3", ""])]
    assert listed.row_count == 3


def test_a_row_is_reported_as_it_was_with_marks_for_bytes_that_are_no_text(tmp_path):
    rows = list(opened(tmp_path, b'A,B\n"x\ny";\xe9\x00,"b"\n').rows())
    assert rows[0].text == '"x\ny";\\xe9\\x00,"b"'


def test_windows_encoding_and_semicolons(tmp_path):
    rows = list(opened(tmp_path, "A;B\nSA\u2019IDU;André\n".encode("cp1252"), "cp1252", ";").rows())
    assert rows[0].cells == ["SA\u2019IDU", "André"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"A,B\n" + b'"' + b"x" * 200_000])
def test_what_is_no_list_is_said_before_anything_is_read(tmp_path, content):
    with pytest.raises(UnreadableFile):
        opened(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableFile, match="No such file"):
        open_list(tmp_path / "none.csv", encoding="utf-8", delimiter=",")


def test_a_good_row(tmp_path):
    record = read(tmp_path, changed(CERT_FROM="2026-01-01", CERT_UNTIL="2026-12-31"))[0]
    assert isinstance(record, Record)
    assert record.certificates == (Period(date(2026, 1, 1), date(2027, 1, 1)),)
    assert (record.number, record.person_number, record.line) == ("100", "1", 2)
    assert (record.birth_date, record.gender.value) == (date(1980, 1, 1), "female")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (GOOD + ",", "wrong_column_count"),
        ("TOTAL,1", "wrong_column_count"),
        (changed(SURNAME="OKO\x1bRO"), "unreadable_text"),
        (changed(SURNAME="OKO\ufffdRO"), "unreadable_text"),
        (changed(SURNAME="SÃ©un"), "unreadable_text"),
        (changed(SURNAME="ANDR").encode().replace(b"ANDR", b"ANDR\xc9"), "unreadable_text"),
        (changed(SURNAME="X" * 151), "unreadable_text"),
        (changed(GIVEN="X" * 200), "taken"),
        (changed(GIVEN="X" * 201), "unreadable_text"),
        # Without a surname the given names are it.
        (changed(SURNAME="", GIVEN="X" * 150), "taken"),
        (changed(SURNAME="", GIVEN="X" * 151), "unreadable_text"),
        (changed(SURNAME="()", GIVEN="X" * 151), "unreadable_text"),
        (changed(GIVEN=f"Ada (nee {'X' * 151})"), "unreadable_text"),
        # Two letters each when only the first of a word is a capital.
        (changed(SURNAME="\u0130" * 90), "unreadable_text"),
        (changed(SURNAME="Hauwa\u2019u Seán"), "taken"),
        (changed(NO=""), "missing_number"),
        (changed(NO=" -/. "), "missing_number"),
        (changed(PERSON=""), "missing_number"),
        (changed(SURNAME="", GIVEN=""), "missing_name"),
        (changed(SURNAME=""), "taken"),
        (changed(CADRE="ASSISTANT"), "unknown_register"),
        (changed(CADRE=" scientist. "), "taken"),
        (changed(STATUS="??"), "unknown_status"),
        (changed(STATUS=""), "unknown_status"),
        (changed(BORN="1980-02-30"), "invalid_date"),
        (changed(BORN="01/02/1980"), "invalid_date"),
        (changed(BORN=""), "taken"),
        (changed(REGISTERED=""), "invalid_date"),
        (changed(REGISTERED="9999-12-31"), "invalid_date"),
        (changed(CERT_FROM="2026-01-01"), "invalid_date"),
        (changed(CERT_FROM="2026-01-01", CERT_UNTIL="2025-12-31"), "invalid_date"),
        (changed(STATUS="SUSPENDED", FROM="2026-01-02", UNTIL="2026-01-01"), "invalid_date"),
        (changed(STATUS="RETIRED", FROM="2005-05-04"), "invalid_date"),
        (changed(STATUS="RETIRED", FROM="2005-05-05"), "taken"),
        (changed(BORN="2026-11-24", REGISTERED="2026-11-24"), "date_in_future"),
        (changed(REGISTERED="2026-11-24"), "date_in_future"),
        (changed(REGISTERED="2026-11-23"), "taken"),
        (changed(CERT_FROM="2026-11-24", CERT_UNTIL="2027-11-23"), "date_in_future"),
        (changed(REGISTERED="1979-12-31"), "registered_before_birth"),
        # The first reason in the order of MAPPING.md, where several apply.
        (changed(NO="", SURNAME="", GIVEN="X" * 151, CADRE="?", STATUS="?", BORN="?"), "unreadable_text"),
        (changed(NO="", SURNAME="", GIVEN="", CADRE="?", STATUS="?", BORN="?"), "missing_number"),
        (changed(SURNAME="", GIVEN="", CADRE="?", STATUS="?", BORN="?"), "missing_name"),
        (changed(CADRE="?", STATUS="?", BORN="?"), "unknown_register"),
        (changed(STATUS="?", BORN="?", REGISTERED="2099-01-01"), "unknown_status"),
        (changed(BORN="?", REGISTERED="2099-01-01"), "invalid_date"),
    ],
)
def test_a_row_is_rejected_for_the_first_reason_that_applies(tmp_path, row, code):
    assert reason(tmp_path, row) == code


def test_rows_that_are_no_people(tmp_path):
    skip = "\n[[skip]]\ncolumn = 'CADRE'\nwords = ['Premises - Retail']\n"
    assert reason(tmp_path, changed(CADRE="PREMISES -  RETAIL.", NO=""), more=skip) == "not_a_person"


def test_the_same_row_twice_is_one(tmp_path):
    results = read(tmp_path, GOOD, changed(NO="101"), GOOD, "TOTAL", "TOTAL")
    assert [getattr(result, "reason", None) for result in results] == [
        None,
        None,
        "duplicate_row",
        "wrong_column_count",
        "wrong_column_count",
    ]


def test_what_is_not_read_may_hold_anything(tmp_path):
    columns, row = COLUMNS.replace("PHONE", "PHONE,REMARKS"), GOOD.encode() + b",\xff\x00"
    listed = opened(tmp_path, columns.encode() + b"\n" + row)
    mapping = read_mapping(MAPPING.format(authority='"names"', more="").encode(), KNOWN)
    reader = RowReader(mapping, KNOWN, listed.heading, LIST_DATE)
    assert isinstance(reader.read(next(listed.rows())), Record)


@pytest.mark.parametrize(
    ("text", "years"),
    [("", []), ("2026", [2026]), ("2026/2027", [2026, 2027]), ("2027 / 2026", [2026, 2027]), ("20226", None)],
)
def test_years(text, years):
    assert DateReader(()).read_years(text) == years


@pytest.mark.parametrize("text", ["26", "2026-2027", "2026/27", "year", "0000", "9999"])
def test_what_is_no_year(text):
    assert DateReader(()).read_years(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/03/1979", date(1979, 3, 14)),
        ("3/5/1998", date(1998, 5, 3)),
        ("14-Mar-1979", date(1979, 3, 14)),
        ("14-MAR-1979", date(1979, 3, 14)),
        ("31/02/1985", None),
        ("14-Mai-1979", None),
        ("14/03/79", None),
        ("14.03.1979", None),
        ("0/3/1979", None),
    ],
)
def test_dates(text, day):
    assert DateReader(("%d/%m/%Y", "%d-%b-%Y")).read(text) == day
