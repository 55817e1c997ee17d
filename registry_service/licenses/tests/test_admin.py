"""The operators' pages show the register and change nothing, for anyone."""

import pytest
from django.test import Client
from django.urls import reverse

from licenses.models import PHBProfessionalRegistry
from licenses.tests.factories import make_license, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [PHBProfessionalRegistry, Practitioner])
def test_pages_show_and_do_not_change(operator: Client, model: type) -> None:
    license = make_license(person=make_person("Ọláyínká", "Ṣadé"), regulator_number="MDCN/R/1")
    suspend(license)
    row = license if model is PHBProfessionalRegistry else license.practitioner
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert operator.get(reverse(f"{base}_changelist")).status_code == 200
    page = operator.get(reverse(f"{base}_change", args=[row.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert operator.post(reverse(f"{base}_change", args=[row.pk]), {"number": "X"}).status_code == 403
    assert operator.get(reverse(f"{base}_add")).status_code == 403
    assert operator.post(reverse(f"{base}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_people_are_found_by_any_name_without_marks(operator: Client) -> None:
    make_license(person=make_person("Ọláyínká", "Ṣadé"))
    make_person("Musa", "Ibrahim")
    page = operator.get(reverse("admin:practitioners_practitioner_changelist"), {"q": "sade olayinka"})
    assert "Ṣadé Ọláyínká" in page.content.decode()
    assert "Ibrahim Musa" not in page.content.decode()


def test_licenses_are_found_by_number(operator: Client) -> None:
    license, other = make_license(regulator_number="MDCN/R/1"), make_license()
    for number in (license.number, "MDCNR1"):
        page = operator.get(reverse("admin:licenses_phbprofessionalregistry_changelist"), {"q": number})
        assert license.number in page.content.decode()
        assert other.number not in page.content.decode()
