"""What there is to try on a new machine; safe to repeat, and never in production."""

import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import as_user
from common.asker import asking_as_worker
from hospitals.models import Hospital
from staff.models import Affiliation
from staff.services import leave_hospital
from staff.tasks import verify_due_licenses

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(tmp_path):
    path = tmp_path / "demo.json"
    call_command("seed_demo", output=path)
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_account_signs_in_and_has_the_role_that_is_said(demo):
    for account in demo["accounts"]:
        tokens = APIClient().post("/api/auth/token/", {name: account[name] for name in ("email", "password")})
        me = APIClient(headers={"Authorization": f"Bearer {tokens.json()['access']}"}).get("/api/auth/me/").json()
        assert me["roles"] == account["roles"]
    assert [account["email"] for account in demo["accounts"]] == [
        "national.admin@demo.phb.ng",
        "admin@zuma.demo.phb.ng",
        "doctor@zuma.demo.phb.ng",
        "admin@marina.demo.phb.ng",
    ]


def test_there_are_forty_hospitals_and_two_with_staff_that_nobody_has_verified_yet(demo):
    assert Hospital.objects.filter(source="demo").count() == 40
    names = {hospital["id"]: hospital["name"] for hospital in demo["hospitals"]}
    assert sorted(names.values()) == ["Marina Lights Teaching Hospital", "Zuma Foot General Hospital"]
    for email, count in (("admin@zuma.demo.phb.ng", 9), ("admin@marina.demo.phb.ng", 2)):
        account = next(account for account in demo["accounts"] if account["email"] == email)
        hospital = account["roles"][0]["hospital"]
        listed = as_user(User.objects.get(email=email)).get(f"/api/staff/?hospital={hospital}").json()["results"]
        assert [row["id"] for row in listed] == [row["id"] for row in demo["staff"] if row["hospital"] == hospital]
        assert [row["verification"] for row in listed] == [None] * count


def test_the_worker_asks_about_them(demo, fake_registry):
    assert verify_due_licenses(timezone.now()) == 11
    assert "RM 980005" in [question.license_number for question in fake_registry.questions]


def test_one_account_opens_the_operators_pages(demo):
    (operator,) = User.objects.filter(is_superuser=True)
    assert operator.email == "national.admin@demo.phb.ng"
    assert [account["operator"] for account in demo["accounts"]] == [True, False, False, False]


def test_a_second_run_changes_nothing_and_brings_back_nobody(demo):
    with asking_as_worker():
        leave_hospital(affiliation_id=UUID(demo["staff"][0]["id"]), now=timezone.now())
    said = StringIO()
    call_command("seed_demo", stdout=said)
    assert json.loads(said.getvalue()) == demo
    with asking_as_worker():
        assert Affiliation.objects.exclude(left_on=None).count() == 1
    assert Hospital.objects.count() == 40


def test_it_is_refused_in_production(settings):
    settings.PHB_ENV = "production"
    with pytest.raises(CommandError, match="not for production"):
        call_command("seed_demo")
    assert not User.objects.exists()
