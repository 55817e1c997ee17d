"""Every mistake in a mapping is a sentence with the path of the key."""

import re

import pytest

from importing.mapping import KnownCodes, KnownPart, MappingError, NumberForm, check_heading, read_mapping
from importing.rules import Subject
from importing.tests.support import MAPPING
from licenses.rules import Status

KNOWN = KnownCodes(
    regulators=frozenset({"mlscn", "mdcn"}),
    register_parts={
        "mlscn-scientist-full": KnownPart("mlscn", ""),
        "mlscn-technician-full": KnownPart("mlscn", ""),
        "mdcn-medical-full": KnownPart("mdcn", ""),
    },
    reasons={
        Status.SUSPENDED: frozenset({"tribunal_order", "interim_order"}),
        Status.REMOVED: frozenset({"erased_by_tribunal", "own_request", "death"}),
    },
    specialties={"mlscn": {"histology": "histology"}},
    states={},
    titles=frozenset(),
)
GOOD = MAPPING.format(authority='"names", "registration"', more="")


def read(text: str):
    return read_mapping(text.encode(), KNOWN)


def test_a_mapping_without_mistakes():
    mapping = read(GOOD)
    assert mapping.authority_for == {Subject.NAMES, Subject.REGISTRATION}
    assert mapping.register_parts == {"scientist": "mlscn-scientist-full", "technician": "mlscn-technician-full"}
    assert mapping.status_words["struck off"].reason == "erased_by_tribunal"
    assert not mapping.status_words["owing"].holds_certificate
    assert mapping.encoding == "utf-8-sig"
    assert not mapping.complete


MISTAKES = [
    # what is written, what is written instead, the path, a word of the sentence
    ('name = "Test list"', "", "source.name", "required"),
    ('name = "Test list"', 'name = ""', "source.name", "between 1 and 80"),
    ('name = "Test list"', "name = 7", "source.name", "text in quotes"),
    ('regulator = "mlscn"', 'regulator = "xyz"', "source.regulator", "'xyz'"),
    ('encoding = "utf-8"', 'encoding = "latin-1"', "source.encoding", "'cp1252', 'utf-8'"),
    ('delimiter = ","', 'delimiter = "|"', "source.delimiter", "'|'"),
    ('["%Y-%m-%d"]', '["%d/%m/%y"]', "source.date_formats", "%Y"),
    ('["%Y-%m-%d"]', '["%d/%m/%Y %H"]', "source.date_formats", "nothing else"),
    ('["%Y-%m-%d"]', "[]", "source.date_formats", "one format at least"),
    ('["%Y-%m-%d"]', '"%Y-%m-%d"', "source.date_formats", "a list"),
    ('["names", "registration"]', '["names", "fees"]', "source.authority_for", "'fees'"),
    ('["names", "registration"]', '["names", 3]', "source.authority_for", "list of texts"),
    ('delimiter = ","', 'delimiter = ","\nlist_date = 2026-01-01', "source.list_date", "no such key"),
    ('delimiter = ","', 'delimiter = ","\ncomplete = "yes"', "source.complete", "true or false"),
    ('column = "PERSON"', "", "person.column", "required"),
    ('number = "NO"', "", "columns.number", "required"),
    ('surname = "SURNAME"', "", "columns.surname", "full_name instead"),
    ('surname = "SURNAME"', 'surname = "SURNAME"\nfull_name = "NAME"', "columns.full_name", "either"),
    ('surname = "SURNAME"', "surname = []", "columns.surname", "name a column"),
    ('registered_on = "REGISTERED"', "", "columns.registered_on", "authority for registration"),
    ('status = "STATUS"', "", "columns.status", "standing_from"),
    ('certificate_until = "CERT UNTIL"', "", "columns.certificate_from", "go together"),
    ('birth_date = "BORN"', 'born = "BORN"', "columns.born", "no such key"),
    ('write = "{rest}"', 'write = "MLS/"', "number.write", "{rest}"),
    ('write = "{rest}"', 'write = "{rest}/NG"', "number.write", "end with"),
    ('write = "{rest}"', "", "number.write", "required"),
    (
        'write = "{rest}"',
        'write = "{rest}"\nwrite_for = { mdcn-medical-full = "{rest}" }',
        "number.write_for.mdcn-medical-full",
        "no such part",
    ),
    ('"mlscn-scientist-full"', '"nobody"', "register_parts.SCIENTIST", "'nobody'"),
    ('"mlscn-scientist-full"', '"mdcn-medical-full"', "register_parts.SCIENTIST", "mlscn has no part"),
    ('"SCIENTIST" =', '"*" =', "register_parts.*", "names no register_part"),
    ('register_part = "CADRE"', "", "register_parts.*", "without a column"),
    ('"TECHNICIAN" =', '" Scientist." =', "register_parts. Scientist.", "same word"),
    ('standing = "registered" }', 'standing = "fine" }', "status_words.OK.standing", "'fine'"),
    ('reason = "interim_order"', 'reason = "death"', "status_words.INTERIM.reason", "'death'"),
    (', reason = "interim_order"', "", "status_words.INTERIM.reason", "required"),
    (
        '"OK" = { standing = "registered" }',
        '"OK" = { standing = "registered", reason = "death" }',
        "status_words.OK.reason",
        "no meaning",
    ),
    ('certificate = "none"', 'certificate = "no"', "status_words.OWING.certificate", "'as_listed', 'none'"),
    ('"OK" = { standing = "registered" }', '"OK" = "registered"', "status_words.OK", "a table"),
    ('period = "from_until"', 'period = "calendar_year"', "certificate.period", "licence_year"),
    ("[certificate]", "[specialty_words]\nX = 'nothing'\n[certificate]", "specialty_words.X", "'nothing'"),
    ("[certificate]", "[certificates]\n[certificate]", "certificates", "no such section"),
    ("[certificate]", "[skip]\nx = 1\n[certificate]", "skip", "[[skip]]"),
    ("[certificate]", "[[skip]]\ncolumn = 'CADRE'\n[certificate]", "skip[0].words", "required"),
    ("[certificate]", "[names]\nstyle = 'backwards'\n[certificate]", "names.style", "'surname_comma'"),
]


@pytest.mark.parametrize(("before", "after", "path", "word"), MISTAKES)
def test_a_mistake_is_one_sentence_with_the_path_of_its_key(before, after, path, word):
    assert before in GOOD
    with pytest.raises(MappingError) as caught:
        read(GOOD.replace(before, after, 1))
    said = [mistake for mistake in caught.value.mistakes if mistake.startswith(f"{path}: ")]
    assert any(word in mistake for mistake in said), caught.value.mistakes
    assert all(re.fullmatch(r"\S.*\.", mistake) for mistake in caught.value.mistakes)


def test_all_mistakes_are_said_at_once():
    with pytest.raises(MappingError) as caught:
        read(GOOD.replace('"utf-8"', '"x"').replace('number = "NO"', ""))
    assert len(caught.value.mistakes) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[source", b"", b"source = 1", b"[source]\n"])
def test_what_is_no_mapping_at_all(content):
    with pytest.raises(MappingError) as caught:
        read_mapping(content, KNOWN)
    assert caught.value.mistakes


def test_columns_that_the_list_does_not_have_or_has_twice():
    mapping = read(GOOD)
    heading = [column for column in mapping.columns_read if column != "SURNAME"]
    check_heading(mapping, [*heading, "SURNAME", "MORE"])
    with pytest.raises(MappingError, match=r"columns\.surname: the list has no column 'SURNAME'"):
        check_heading(mapping, heading)
    with pytest.raises(MappingError, match=r"person\.column: the list has several columns called 'PERSON'"):
        check_heading(mapping, [*heading, "SURNAME", "PERSON"])


@pytest.mark.parametrize(
    ("form", "cell", "number"),
    [
        ("MDCN/R/", "MDCN/R/268965", "MDCN/R/268965"),
        ("MDCN/R/", "mdcn/r/ 268 965", "MDCN/R/268965"),
        ("MDCN/R/", "MDCN-R-268965", "MDCN/R/268965"),
        ("MDCN/R/", "MDCN R. 268965", "MDCN/R/268965"),
        ("MDCN/R/", "R/268965", "MDCN/R/268965"),
        ("MDCN/R/", "268965", "MDCN/R/268965"),
        ("MDCN/R/", "mdcn/r/269427a", "MDCN/R/269427A"),
        ("MDCN/R/", "MDCN/R/", ""),
        ("", "021002", "021002"),
        ("", "ppmv / oy / 00412", "PPMV/OY/00412"),
        ("", "", ""),
    ],
)
def test_numbers_are_written_in_one_form(form, cell, number):
    assert NumberForm(form).write(cell) == number
