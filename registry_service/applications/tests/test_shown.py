"""What is shown beside an application: what it costs, and what the register holds of the applicant already."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import as_user
from applications.models import ProfessionalApplication
from applications.tests.factories import DOCTORS, fill, make_applicant, make_draft, make_officer, pay, submit
from changes.tests.factories import NOW
from licenses.tests.factories import make_license, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person
from reference.models import Fee

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def mine(application: ProfessionalApplication) -> dict:
    return as_user(application.applicant).get(f"/api/registry/applications/{application.uid}/").json()


def seen(application: ProfessionalApplication) -> dict:
    return as_user(make_officer()).get(f"/api/registry/admin/applications/{application.uid}/").json()


class TestFees:
    def test_what_is_to_be_paid(self) -> None:
        assert mine(make_draft())["fee"] == {"amount_kobo": 4_500_000, "currency": "NGN", "is_paid": False}

    def test_what_was_paid_whatever_it_costs_since(self) -> None:
        draft = fill(make_draft())
        pay(draft)
        Fee.objects.filter(register_part__code=DOCTORS).update(amount_kobo=9_900_000)
        assert mine(draft)["fee"] == {"amount_kobo": 4_500_000, "currency": "NGN", "is_paid": True}

    def test_nothing_where_there_is_no_fee(self) -> None:
        assert mine(make_draft(register_part="nmcn-general-nurse"))["fee"] is None


def renaming(*register_parts: str) -> ProfessionalApplication:
    """A submitted change of name by somebody with a license in each of these parts."""
    applicant, person = make_applicant(), make_person("Okafor", "Adaeze")
    Practitioner.objects.filter(pk=person.pk).update(account=applicant)
    for part in register_parts:
        make_license(person=person, register_part=part)
    draft = make_draft(applicant, kind="name_change")
    return submit(fill(draft, surname="Bello", given_names="Adaeze", name_change_reason="marriage"))


class TestWhomTheRegisterHolds:
    def test_an_officer_sees_who_asks_and_with_what_standing(self) -> None:
        application = renaming(DOCTORS)
        person = Practitioner.objects.get(account=application.applicant)
        (license,) = person.licenses.all()
        suspend(license)
        assert seen(application)["entry"] == {
            "practitioner": str(person.uid),
            "full_name": "Adaeze Okafor",
            "birth_date": str(person.birth_date),
            "gender": person.gender,
            "licenses": [
                {
                    "license_number": license.number,
                    "register_part": DOCTORS,
                    "regulator": "mdcn",
                    "registered_on": "2015-06-01",
                    "status": "suspended",
                    "conditions": [],
                }
            ],
        }

    def test_nothing_of_whom_it_does_not_know(self) -> None:
        assert seen(submit(fill(make_draft())))["entry"] is None

    def test_the_number_of_statements_does_not_grow_with_the_licenses(self) -> None:
        counts = []
        for parts in ((DOCTORS,), (DOCTORS, "mdcn-dental-full", "mdcn-medical-specialist")):
            application = renaming(*parts)
            api = as_user(make_officer())
            with CaptureQueriesContext(connection) as statements:
                shown = api.get(f"/api/registry/admin/applications/{application.uid}/").json()
            assert len(shown["entry"]["licenses"]) == len(parts)
            counts.append(len(statements))
        assert counts[0] == counts[1]


class TestWhomItIsAbout:
    """Officers read the same name in the queue and in the file, whatever the account calls itself."""

    def test_what_builds_on_a_license_is_about_whom_the_register_holds(self) -> None:
        applicant, person = make_applicant(), make_person("Okafor", "Adaeze")
        Practitioner.objects.filter(pk=person.pk).update(account=applicant)
        make_license(person=person, register_part="mdcn-medical-provisional")
        draft = make_draft(applicant, kind="upgrade")
        assert (draft.surname, draft.given_names) == ("Okafor", "Adaeze")
        assert (draft.birth_date, draft.gender) == (person.birth_date, person.gender)
        application = submit(fill(draft, internship_hospital="LUTH", internship_ended_on=date(2026, 9, 30)))
        (row,) = as_user(make_officer()).get("/api/registry/admin/applications/").json()["results"]
        assert (row["applicant"], seen(application)["applicant"]) == ("Adaeze Okafor", "Adaeze Okafor")

    def test_a_new_name_is_the_applicants_to_say(self) -> None:
        application = renaming(DOCTORS)
        assert (application.surname, seen(application)["applicant"]) == ("Bello", "Adaeze Bello")
