"""What the tables never hold, whoever writes to them."""

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from changes.tests.factories import NOW
from fees.models import FeePayment, FeePaymentStep
from fees.rules import OPEN, TRANSITIONS, Status
from fees.tests.factories import make_payment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "status", "given"),
    [
        ("paid_has_proof", Status.PAID, {"paid_at": None}),
        ("paid_has_proof", Status.PAID, {"provider_reference": ""}),
        ("paid_has_proof", Status.FAILED, {"paid_at": NOW}),
        ("is_of_something", Status.PENDING, {"amount_kobo": 0}),
        ("is_of_something", Status.PENDING, {"amount_kobo": -1}),
        ("pending_says_how_to_pay", Status.PENDING, {"pay_at": ""}),
        ("open_is_asked_about", Status.PENDING, {"next_ask_at": None}),
        ("open_is_asked_about", Status.PAID, {"next_ask_at": NOW}),
    ],
)
def test_a_row_that_cannot_be_is_refused(constraint: str, status: Status, given: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f"fee_payment_{constraint}"), transaction.atomic():
        make_payment(status, **given)


def test_one_payment_is_open_for_an_application_and_one_transaction_of_a_provider_pays_once() -> None:
    first = make_payment(Status.INITIATED)
    with pytest.raises(IntegrityError, match="fee_payment_once_open"), transaction.atomic():
        make_payment(Status.PENDING, application=first.application)
    make_payment(Status.FAILED, application=first.application)
    paid = make_payment(Status.PAID)
    with pytest.raises(IntegrityError, match="fee_payment_provider_reference_once"), transaction.atomic():
        make_payment(Status.PAID, provider_reference=paid.provider_reference)


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_a_status_follows_the_table_and_what_is_paid_is_never_changed(source: Status, target: Status) -> None:
    payment = make_payment(source)
    legal = any(source in sources and target == leads_to for sources, leads_to in TRANSITIONS.values())
    changes: dict[str, Any] = {"status": target, "next_ask_at": NOW if target in OPEN else None}
    changes |= {"paid_at": NOW, "provider_reference": "R1"} if target == Status.PAID else {"paid_at": None}
    row = FeePayment.objects.filter(pk=payment.pk)
    if legal or (source == target != Status.PAID):
        assert row.update(**changes) == 1
    else:
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            row.update(**changes)


@pytest.mark.parametrize("column", ["amount_kobo", "currency", "payment_reference", "application", "payer_id"])
def test_what_is_paid_for_is_not_changed_by_the_service(column: str) -> None:
    make_payment()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE fee_payments SET {column} = {column}")


@pytest.mark.parametrize("table", ["fee_payments", "fee_payment_steps"])
def test_nothing_is_deleted(table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")


def test_a_payment_is_paid_once() -> None:
    payment = make_payment(Status.PAID)
    step = {"payment": payment, "transition": "settle", "from_status": "pending", "to_status": "paid", "at": NOW}
    FeePaymentStep.objects.create(actor="webhook:fake", **step)
    with pytest.raises(IntegrityError, match="fee_payment_paid_once"), transaction.atomic():
        FeePaymentStep.objects.create(actor="worker", **step)
