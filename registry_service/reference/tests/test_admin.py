"""Operators add and end reference rows; nothing is deleted, and no code is changed."""

from typing import Any

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


def changed(operator: Client, row: Any, **given: str) -> str:
    """What the page says of a row that is given these values beside its own; nothing when it was saved."""
    form = {"code": "changed", "name": row.name, "source": "s", "valid_from": row.valid_from or "", **given}
    page = reverse(f"admin:reference_{row._meta.model_name}_change", args=[row.pk])
    answer = operator.post(page, form)
    row.refresh_from_db()
    return "" if answer.status_code == 302 else answer.content.decode()


def test_a_row_is_ended_and_keeps_its_code(operator: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    assert changed(operator, reason, kind="condition", valid_until="2100-01-01") == ""
    assert (reason.code, reason.kind, str(reason.valid_until)) == ("own_request", "removal", "2100-01-01")


def test_the_words_in_which_somebody_was_refused_or_suspended_stay(operator: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    assert changed(operator, reason, name="Erased for fraud") == ""
    assert reason.name == "Removed at own request"


def test_what_every_holder_is_told_of_a_part_of_the_register_stays(operator: Client) -> None:
    part = RegisterPart.objects.get(code="mdcn-medical-full")
    assert changed(operator, part, category="temporary", supervised="on") == ""
    assert (part.category, part.supervised) == ("full", False)


def test_an_end_before_the_start_is_refused_in_words(operator: Client) -> None:
    form = {"code": "x", "kind": "removal", "name": "x", "valid_from": "2100-01-01", "valid_until": "2099-01-01"}
    answer = operator.post(reverse("admin:reference_reason_add"), form)
    assert "It must end after it starts." in answer.content.decode()


class TestDays:
    """What held of a row on a day that is over stays as it was."""

    def test_one_that_has_begun_keeps_its_first_day(self, operator: Client) -> None:
        specialty = Specialty.objects.earliest("id")
        said = changed(operator, specialty, valid_from="2100-01-01")
        assert "It has begun, and its first day stays as it was." in said

    def test_none_ends_before_today(self, operator: Client) -> None:
        said = changed(operator, Profession.objects.earliest("id"), plural="x", valid_until="2026-01-01")
        assert "It ends today at the earliest" in said

    def test_one_that_has_ended_stays_so(self, operator: Client) -> None:
        part = RegisterPart.objects.earliest("id")
        RegisterPart.objects.filter(pk=part.pk).update(valid_until="2026-01-01")
        assert "It has ended, and its last day stays as it was." in changed(operator, part, valid_until="2100-01-01")

    def test_one_that_is_yet_to_begin_is_put_off(self, operator: Client) -> None:
        reason = Reason.objects.get(code="own_request")
        Reason.objects.filter(pk=reason.pk).update(valid_from="2099-01-01")
        reason.refresh_from_db()
        assert changed(operator, reason, valid_from="2100-01-01") == ""
        assert str(reason.valid_from) == "2100-01-01"
        assert "It begins today at the earliest" in changed(operator, reason, valid_from="2020-01-01")


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
