"""Paying for an application over HTTP, and the address where providers tell us of it."""

import json
from typing import Any
from uuid import uuid4

import pytest
import responses
import time_machine
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.tests.factories import as_client, as_user
from applications.models import ProfessionalApplication
from applications.tests.factories import (
    add_documents,
    fill,
    make_applicant,
    make_draft,
    make_officer,
    pay,
    submit,
    withdraw,
)
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.tests.problems import refused
from fees.models import FeePayment
from fees.references import make_reference
from fees.rules import Status
from fees.tests.factories import (
    AMOUNT,
    PAYSTACK,
    REMITA,
    RRR,
    make_payment,
    paystack_notice,
    paystack_says,
    use_paystack,
    use_remita,
)

pytestmark = pytest.mark.django_db

HOOKS = "/api/registry/payments/webhooks/"
FAKE = "/api/registry/payments/fake/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def address(application: ProfessionalApplication) -> str:
    return f"/api/registry/applications/{application.uid}/payment/"


def hook(api: APIClient, provider: str, headers: dict[str, str], body: bytes) -> Any:
    return api.generic("POST", f"{HOOKS}{provider}/", body, content_type="application/json", headers=headers)


class TestPaying:
    def test_a_draft_is_paid_for_and_only_then_submitted(self, api: APIClient) -> None:
        draft = fill(make_draft())
        add_documents(draft)
        applicant = as_user(draft.applicant)
        submitting = f"/api/registry/applications/{draft.uid}/submit/"
        problem = refused(applicant.post(submitting), 422, "application_incomplete")
        assert problem["errors"] == [
            {"pointer": "/payment", "code": "unpaid", "detail": "Pay NGN 45,000.00 before you submit."}
        ]
        payment = applicant.post(address(draft)).json()
        assert (payment["amount_kobo"], payment["currency"], payment["status"]) == (AMOUNT, "NGN", "pending")
        assert payment["pay_at"].endswith(f"{FAKE}{payment['payment_reference']}/pay/")
        assert api.post(f"{FAKE}{payment['payment_reference'].lower()}/pay/").status_code == 200
        paid = applicant.get(address(draft)).json()
        assert (paid["status"], paid["paid_at"], paid["failure"]) == ("paid", "2026-11-23T10:00:00+01:00", "")
        assert applicant.post(submitting).json()["status"] == "submitted"
        assert applicant.post(address(draft)).json() == paid

    def test_with_a_reference_instead_of_a_page(self, settings: Any) -> None:
        use_remita(settings)
        draft = fill(make_draft())
        with responses.RequestsMock() as wire:
            told = wire.post(f"{REMITA}/merchant/api/paymentinit", json={"statuscode": "025", "RRR": RRR})
            payment = as_user(draft.applicant).post(address(draft)).json()
            assert json.loads(told.calls[0].request.body)["payerPhone"] == draft.telephone
        assert (payment["provider"], payment["provider_reference"], payment["pay_at"]) == ("remita", RRR, "")
        assert "Remita Retrieval Reference" in payment["instructions"]

    def test_a_repeated_post_opens_one_payment(self) -> None:
        draft = make_draft()
        api = as_user(draft.applicant)
        answers = [api.post(address(draft), headers={"Idempotency-Key": "payment-0001"}).json() for _ in range(2)]
        answers.append(api.post(address(draft)).json())
        assert len({answer["payment_reference"] for answer in answers}) == 1
        assert FeePayment.objects.count() == 1

    def test_where_there_is_no_fee_there_is_nothing_to_pay_and_it_does_not_stand_in_the_way(self) -> None:
        draft = fill(make_draft(register_part="nmcn-general-nurse"))
        add_documents(draft)
        api = as_user(draft.applicant)
        refused(api.post(address(draft)), 409, "payment_not_needed")
        refused(api.get(address(draft)), 404, "not_found")
        assert api.post(f"/api/registry/applications/{draft.uid}/submit/").status_code == 200

    def test_what_is_withdrawn_is_not_paid_for(self) -> None:
        draft = withdraw(make_draft())
        refused(as_user(draft.applicant).post(address(draft)), 409, "payment_not_needed")

    def test_a_provider_that_is_down(self, settings: Any) -> None:
        use_paystack(settings)
        draft = make_draft()
        with responses.RequestsMock() as wire:
            wire.post(f"{PAYSTACK}/transaction/initialize", status=502)
            response = as_user(draft.applicant).post(address(draft))
        refused(response, 503, "payment_provider_unavailable")
        assert response["Retry-After"] == "10"

    def test_one_that_failed_says_why_and_another_is_begun(self) -> None:
        draft = make_draft()
        failed = make_payment(Status.FAILED, application=draft.uid)
        failed.steps.create(transition="fail", from_status="pending", to_status="failed", actor="x", note="No.", at=NOW)
        api = as_user(draft.applicant)
        assert api.get(address(draft)).json()["failure"] == "No."
        assert api.post(address(draft)).json()["payment_reference"] != failed.payment_reference

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_it_is_the_applicants_own_affair(self, method: str, api: APIClient) -> None:
        application = submit(fill(make_draft()))
        for caller, status in (
            (api, 401),
            (as_client("verify"), 403),
            (as_user(make_applicant()), 404),
            (as_user(make_officer()), 404),
            (as_user(application.applicant), 200),
        ):
            assert getattr(caller, method)(address(application)).status_code == status

    def test_an_application_that_is_none(self) -> None:
        api = as_user(make_applicant())
        refused(api.post(f"/api/registry/applications/{uuid4()}/payment/"), 404, "not_found")


class TestNotices:
    def test_a_signed_notice_is_taken_once_and_again(self, api: APIClient, settings: Any) -> None:
        use_paystack(settings)
        payment = make_payment(provider="paystack")
        headers, body = paystack_notice(paystack_says(payment.payment_reference))
        for _ in range(2):
            response = hook(api, "paystack", headers, body)
            assert (response.status_code, response.json()) == (200, {"received": True})
        payment.refresh_from_db()
        assert (payment.status, payment.steps.count()) == (Status.PAID, 1)

    def test_what_is_refused(self, api: APIClient, settings: Any) -> None:
        use_paystack(settings)
        payment = make_payment(provider="paystack")
        headers, body = paystack_notice(paystack_says(payment.payment_reference))
        refused(hook(api, "paystack", {}, body), 400, "payment_event_refused")
        refused(hook(api, "paystack", headers, body + b" "), 400, "payment_event_refused")
        refused(hook(api, "paystack", headers, b"\xff\x00"), 400, "payment_event_refused")
        refused(hook(api, "remita", headers, body), 404, "not_found")
        refused(hook(api, "fake", headers, body), 404, "not_found")
        unknown = paystack_notice(paystack_says("PAY-0000-0000-0000"))
        refused(hook(api, "paystack", *unknown), 404, "payment_unknown")
        refused(
            hook(api, "paystack", headers, b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)), 413, "payload_too_large"
        )
        refused(api.get(f"{HOOKS}paystack/"), 405, "method_not_allowed")
        payment.refresh_from_db()
        assert payment.status == Status.PENDING

    def test_an_unsigned_one_only_makes_us_ask_soon(self, api: APIClient, settings: Any) -> None:
        use_remita(settings)
        payment = make_payment(provider="remita", next_ask_at=NOW.replace(year=2027))
        body = json.dumps([{"rrr": RRR, "orderId": payment.payment_reference, "amount": 45000}]).encode()
        assert hook(api, "remita", {}, body).status_code == 200
        payment.refresh_from_db()
        assert (payment.status, payment.next_ask_at.year) == (Status.PENDING, 2026)


class TestTheFakeProvider:
    def test_a_mistyped_reference_and_one_of_nobody(self, api: APIClient) -> None:
        refused(api.post(f"{FAKE}PAY-7K3M/pay/"), 422, "payment_reference_invalid")
        refused(api.post(f"{FAKE}{make_reference()}/pay/"), 404, "payment_unknown")

    def test_it_is_there_only_where_it_was_chosen_and_never_in_production(self, api: APIClient, settings: Any) -> None:
        payment = make_payment()
        settings.PHB_ENV = "production"
        refused(api.post(f"{FAKE}{payment.payment_reference}/pay/"), 404, "not_found")
        settings.PHB_ENV = "local"
        use_paystack(settings)
        refused(api.post(f"{FAKE}{payment.payment_reference}/pay/"), 404, "not_found")
        payment.refresh_from_db()
        assert payment.status == Status.PENDING


class TestOperators:
    def test_they_look_and_ask_the_provider_again(self, operator: Client, settings: Any) -> None:
        use_paystack(settings)
        payment = make_payment(Status.EXPIRED, provider="paystack")
        page = reverse("admin:fees_feepayment_changelist")
        assert payment.payment_reference in operator.get(page).content.decode()
        assert operator.get(reverse("admin:fees_feepayment_change", args=[payment.pk])).status_code == 200
        with responses.RequestsMock() as wire:
            wire.get(
                f"{PAYSTACK}/transaction/verify/{payment.payment_reference}",
                json={"data": paystack_says(payment.payment_reference)},
            )
            operator.post(page, {"action": "ask_again", "_selected_action": [payment.pk]})
        payment.refresh_from_db()
        assert payment.status == Status.PAID
        assert payment.steps.get().actor.startswith("user:")
        record = AuditRecord.objects.get()
        assert (record.subject_kind, record.subject) == ("payment", payment.payment_reference)
        assert (record.actor, record.actor_role, record.reason) == (payment.steps.get().actor, "operator", "ask_again")

    def test_nothing_can_be_added_or_changed(self, operator: Client) -> None:
        payment = make_payment()
        assert operator.get(reverse("admin:fees_feepayment_add")).status_code == 403
        assert (
            operator.post(reverse("admin:fees_feepayment_change", args=[payment.pk]), {"status": "paid"}).status_code
            == 403
        )


def test_paying_through_the_factories_leaves_one_payment() -> None:
    draft = make_draft()
    pay(draft)
    pay(draft)
    assert FeePayment.objects.get().status == Status.PAID
