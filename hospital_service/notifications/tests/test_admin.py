"""The operators' pages of what was sent: they show no text, and change nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import PASSWORD, make_user
from notifications.models import OutgoingEmail, OutgoingSms
from notifications.tests.test_services import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    browser = Client()
    make_user(email="root@example.ng", is_staff=True, is_superuser=True)
    browser.post("/admin/login/", {"username": "root@example.ng", "password": PASSWORD})
    return browser


@pytest.fixture(params=["outgoingemail", "outgoingsms"])
def page(request):
    common = {"template": "accounts/code", "body": "Your code is 4711", "created_at": NOW, "next_attempt_at": NOW}
    for number in range(3):
        OutgoingEmail.objects.create(recipient=f"p{number}@example.ng", subject="Your code", **common)
        OutgoingSms.objects.create(recipient=f"+234803123456{number}", provider_reference="ATXid_0f5d", **common)
    return f"admin:notifications_{request.param}"


def test_lists_and_pages_show_to_whom_and_when_and_not_what(operator, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        shown = operator.get(reverse(f"{page}_changelist"), {"q": "1"})
    assert shown.status_code == 200
    model = shown.context["cl"].model
    row = operator.get(reverse(f"{page}_change", args=[model.objects.first().pk]))
    assert row.status_code == 200
    for answer in (shown, row):
        assert "accounts/code" in answer.content.decode()
        assert "4711" not in answer.content.decode()


def test_nothing_can_be_added_changed_or_deleted(operator, page):
    assert operator.get(reverse(f"{page}_add")).status_code == 403
    model = operator.get(reverse(f"{page}_changelist")).context["cl"].model
    pk = model.objects.first().pk
    assert operator.post(reverse(f"{page}_change", args=[pk]), {"recipient": "x"}).status_code == 403
    assert operator.post(reverse(f"{page}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_what_the_provider_calls_an_sms_is_shown(operator, page):
    pk = OutgoingSms.objects.values_list("pk", flat=True).first()
    assert "ATXid_0f5d" in operator.get(reverse("admin:notifications_outgoingsms_change", args=[pk])).content.decode()
