"""What a demonstration begins with: accounts, a service client, the cast, and a file that waits for an officer."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import User
from applications.models import ProfessionalApplication
from applications.rules import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(tmp_path):
    """What the command says, of two runs; the second finds everything there."""
    output = tmp_path / "demo.json"
    call_command("seed_demo", output=output)
    first = json.loads(output.read_text())
    call_command("seed_demo", output=output)
    assert json.loads(output.read_text()) == first
    return first


def test_it_tells_of_accounts_that_exist(told):
    emails = [account["email"] for account in told["accounts"]]
    assert sorted(emails) == sorted(User.objects.values_list("email", flat=True))


def test_one_file_waits_and_its_officer_is_shown_the_suspended_nurse(told):
    file = ProfessionalApplication.objects.get()
    assert (file.status, file.register_part.code) == (Status.SUBMITTED, "nmcn-general-nurse")
    assert file.checked_at is not None
    flag = file.flags.get()
    assert flag.practitioner.licenses.get().number == "PHB-NUR-DEM0-004R"
    assert ("birth_date", "same") in [(reason["fact"], reason["how"]) for reason in flag.reasons]


@override_settings(PHB_ENV="production")
def test_production_refuses_a_password_that_everyone_knows(tmp_path):
    with pytest.raises(CommandError, match="not in production"):
        call_command("seed_demo", output=tmp_path / "demo.json")
    assert not User.objects.exists()
