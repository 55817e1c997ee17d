"""Operators add and end reference rows; nothing is deleted, and no code is changed."""

import pytest
from django.test import Client
from django.urls import reverse

from reference.models import (
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

pytestmark = pytest.mark.django_db

TABLES = [State, Lga, Regulator, Profession, RegisterPart, Specialty, PractisingTerm, Reason, Fee, ReviewRule]


@pytest.mark.parametrize("model", TABLES)
def test_pages_open_and_nothing_is_deleted(operator: Client, model: type) -> None:
    base = f"admin:reference_{model._meta.model_name}"
    row = model.objects.first()
    assert operator.get(reverse(f"{base}_changelist")).status_code == 200
    assert operator.get(reverse(f"{base}_add")).status_code == 200
    assert operator.get(reverse(f"{base}_change", args=[row.pk])).status_code == 200
    assert operator.post(reverse(f"{base}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_a_row_is_ended_and_keeps_its_code(operator: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    page = reverse("admin:reference_reason_change", args=[reason.pk])
    tried = {"code": "changed", "kind": "condition"}
    form = {**tried, "name": "At own request", "source": "s", "valid_until": "2027-01-01"}
    assert operator.post(page, form).status_code == 302
    reason.refresh_from_db()
    assert (reason.code, reason.kind, reason.name) == ("own_request", "removal", "At own request")
    assert str(reason.valid_until) == "2027-01-01"


def test_an_end_before_the_start_is_refused_in_words(operator: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    page = reverse("admin:reference_reason_change", args=[reason.pk])
    form = {"name": "x", "source": "s", "valid_from": "2027-01-01", "valid_until": "2026-01-01"}
    assert "It must end after it starts." in operator.post(page, form).content.decode()


@pytest.mark.parametrize(("percent", "refusal"), [("0", ""), ("100", ""), ("101", "0 to 100"), ("-1", "equal to 0")])
def test_the_share_of_decisions_that_are_looked_at_again_is_0_to_100(
    operator: Client, percent: str, refusal: str
) -> None:
    body = {"kind": "upgrade", "regulator": Regulator.objects.get(code="pcn").pk, "answer_days": "30"}
    answer = operator.post(
        reverse("admin:reference_reviewrule_add"),
        {**body, "reaudit_percent": percent, "valid_from": "2100-01-01"},
    )
    assert answer.status_code == (200 if refusal else 302)
    assert refusal in answer.content.decode()
