"""Two public US lists of the same 2,000 people that disagree: no duplicate, and every difference reported."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from importing.services import Outcome
from importing.tests.support import FILES, data_dir, expected, imported, position, report
from licenses.models import LicenseSpecialty, PHBProfessionalRegistry, PractisingCertificate
from practitioners.models import Practitioner, PractitionerName
from practitioners.rules import NameUse
from reference.services import load_reference

NPPES = "register_sample_us_nppes.csv"
CMS = "register_sample_us_cms_clinicians.csv"
REFERENCE = FILES / "us_test_reference"

pytestmark = pytest.mark.skipif(
    not (data_dir() / NPPES).exists(), reason=f"the public US samples are not in {data_dir()} (PHB_DATA_DIR)"
)


@pytest.fixture
def us_codes(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The test regulator, for one test: what reference data the others find stays as it was."""
    with django_db_blocker.unblock():
        load_reference(folder=REFERENCE)
        yield
        with connections["owner"].cursor() as cursor:
            for table in ("specialty", "registerpart", "profession", "regulator"):
                cursor.execute(f"DELETE FROM reference_{table} WHERE code LIKE 'us-%'")


@pytest.fixture
def us(us_codes: None, committed_db: None, tmp_path: Path):
    def import_list(file: str, mapping: str, **options) -> Outcome:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return imported(data_dir() / file, FILES / mapping, report_dir=folder, **options)

    return import_list


def _people_that_differ(outcome: Outcome) -> dict[str, set[str]]:
    people = defaultdict(set)
    for row in report(outcome, "differences"):
        people[row["field"]].add(row["license"])
    return people


def test_the_same_people_in_two_lists_that_disagree(us):
    nppes, cms, again = expected("us.expected.json")["imports"]

    first = us(NPPES, "us_nppes.mapping.toml")
    assert (first.run.rows_done, report(first, "rejected")) == (nppes["rows"], [])
    assert Practitioner.objects.count() == nppes["people"]
    assert PHBProfessionalRegistry.objects.count() == nppes["licences"]
    assert PractisingCertificate.objects.count() == nppes["certificates"]
    with_former = Practitioner.objects.filter(names__use=NameUse.OLD, names__recorded__endswith=None).distinct()
    assert with_former.count() == nppes["people_with_former_name"]
    assert LicenseSpecialty.objects.count() == nppes["people_with_a_specialty_stored"]
    names = set(PractitionerName.objects.current().values_list("practitioner", "use", "surname", "given_names"))

    second = us(CMS, "us_cms.mapping.toml")
    assert (second.run.rows_done, report(second, "rejected")) == (cms["rows"], [])
    assert second.run.counts.get("people_added", 0) == cms["people_added"]
    assert second.run.counts.get("licenses_added", 0) == cms["licences_added"]
    assert LicenseSpecialty.objects.count() == second.run.counts["specialties_added"] == cms["specialties_stored"]
    per_person = Counter(LicenseSpecialty.objects.values_list("license", flat=True))
    assert sum(count > 1 for count in per_person.values()) == cms["people_with_several_specialties"]
    differ = _people_that_differ(second)
    assert {field: len(people) for field, people in differ.items()} | {
        "any_of_these": len(set().union(*differ.values()))
    } == cms["people_that_differ"]

    before = position()
    third = us(NPPES, "us_nppes.mapping.toml", again=True)
    assert third.run.counts.get("people_added", 0) == again["people_added"]
    assert set(PractitionerName.objects.current().values_list("practitioner", "use", "surname", "given_names")) == names
    differ = _people_that_differ(third)
    assert {field: len(people) for field, people in differ.items()} == again["people_that_differ"]
    assert position() == before


def test_no_difference_is_reported_twice_however_the_rows_are_parted(us):
    us(NPPES, "us_nppes.mapping.toml")
    in_one = us(CMS, "us_cms.mapping.toml", batch_size=10_000)
    in_many = us(CMS, "us_cms.mapping.toml", batch_size=100, again=True)
    assert report(in_many, "differences") == report(in_one, "differences")
