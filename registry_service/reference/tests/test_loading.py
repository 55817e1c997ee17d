"""`load_reference`: what it adds, what it leaves alone; and whether the files themselves hold together."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from licenses.numbers import ALPHABET
from reference.models import (
    DocumentRequirement,
    DocumentType,
    Fee,
    Lga,
    PractisingTerm,
    Profession,
    Reason,
    RegisterPart,
    Regulator,
    ReviewRule,
    Specialty,
    State,
)
from reference.services import load_reference

pytestmark = pytest.mark.django_db

TABLES = [State, Lga, Regulator, Profession, RegisterPart, Specialty, PractisingTerm, Reason, DocumentType]
TABLES += [DocumentRequirement, Fee, ReviewRule]


def test_the_country_is_whole() -> None:
    assert State.objects.count() == 37
    assert Lga.objects.count() == 774
    assert all(table.objects.exists() for table in TABLES)


def test_loading_again_adds_nothing_and_changes_nothing() -> None:
    Regulator.objects.filter(code="mdcn").update(website="https://changed.example.ng")
    assert set(load_reference().values()) == {0}
    assert Regulator.objects.get(code="mdcn").website == "https://changed.example.ng"


def test_update_sets_rows_to_what_the_files_say() -> None:
    Regulator.objects.filter(code="mdcn").update(website="https://changed.example.ng")
    assert set(load_reference(update=True).values()) == {0}
    assert Regulator.objects.get(code="mdcn").website == "https://mdcn.gov.ng"


def test_a_row_that_is_missing_is_added() -> None:
    Reason.objects.filter(code="own_request").update(code="renamed")
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert " 1 removal reasons" in out.getvalue()
    assert Reason.objects.filter(code__in=["own_request", "renamed"]).count() == 2


def test_every_fact_has_a_source() -> None:
    for table in (Regulator, Profession, RegisterPart, Specialty, PractisingTerm, Reason, Fee):
        assert not table.objects.filter(source="").exists()


def test_a_parts_profession_and_regulator_belong_together() -> None:
    for part in RegisterPart.objects.select_related("profession"):
        assert part.profession.regulator_id == part.regulator_id, part.code


def test_prefixes_stay_different_when_they_are_misread() -> None:
    misread = str.maketrans("OILU", "011V")
    prefixes = [prefix.translate(misread) for prefix in Profession.objects.values_list("number_prefix", flat=True)]
    assert len(set(prefixes)) == len(prefixes)
    assert all(set(prefix) <= set(ALPHABET) and len(prefix) == 3 for prefix in prefixes)


def test_examples_have_the_form_that_they_are_examples_of() -> None:
    for part in RegisterPart.objects.exclude(number_pattern=""):
        assert re.fullmatch(part.number_pattern, part.number_example), part.code


def test_a_fact_ends_after_it_starts() -> None:
    regulator = Regulator.objects.first()
    with pytest.raises(IntegrityError, match="regulator_ends_after_it_starts"), transaction.atomic():
        Regulator.objects.filter(pk=regulator.pk).update(valid_from="2026-01-01", valid_until="2026-01-01")
