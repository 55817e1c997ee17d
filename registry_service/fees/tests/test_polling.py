"""The worker asks about payments that wait: by turns, without a lock, and without waiting for a provider that hangs."""

import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import responses

from changes.tests.factories import NOW
from common.testing import at_once
from fees.models import FeePayment
from fees.rules import FIRST_WAIT, Status
from fees.services import claim_due
from fees.tasks import BATCH, ask_about_payments
from fees.tests.factories import PAYSTACK, make_payment, no_row_locked, open_payment, paystack_says, use_paystack


def verify(payment: FeePayment) -> str:
    return f"{PAYSTACK}/transaction/verify/{payment.payment_reference}"


@pytest.mark.django_db
class TestTurns:
    @pytest.fixture(autouse=True)
    def _paystack(self, settings: Any) -> None:
        use_paystack(settings)

    def test_what_is_due_is_asked_about_and_what_is_not_is_left(self) -> None:
        due = make_payment(provider="paystack")
        make_payment(provider="paystack", next_ask_at=NOW + timedelta(seconds=1))
        make_payment(Status.EXPIRED, provider="paystack")
        with responses.RequestsMock() as wire:
            wire.get(verify(due), json={"data": paystack_says(due.payment_reference)})
            assert ask_about_payments(NOW) == 1
        due.refresh_from_db()
        assert due.status == Status.PAID

    def test_each_time_it_waits_longer(self) -> None:
        payment = make_payment(provider="paystack")
        with responses.RequestsMock() as wire:
            wire.get(verify(payment), json={"data": paystack_says(payment.payment_reference, "pending")})
            for turn in (1, 2, 3):
                payment.refresh_from_db()
                assert ask_about_payments(payment.next_ask_at) == 1
                asked_at = payment.next_ask_at
                payment.refresh_from_db()
                assert payment.next_ask_at - asked_at == FIRST_WAIT * 2**turn

    def test_a_provider_that_is_down_is_asked_once_and_the_payments_come_up_again(self) -> None:
        payments = [make_payment(provider="paystack") for _ in range(3)]
        with responses.RequestsMock() as wire:
            down = wire.get(verify(payments[0]), status=503)
            assert ask_about_payments(NOW) == 0
            assert down.call_count == 1
        assert not FeePayment.objects.due_to_be_asked_about(NOW).exists()
        assert FeePayment.objects.due_to_be_asked_about(NOW + timedelta(minutes=1)).count() == 3

    def test_a_payment_whose_provider_has_no_keys_any_more_does_not_stop_the_worker(self) -> None:
        late = make_payment(provider="remita", created_at=NOW - timedelta(days=14), expires_at=NOW)
        still = make_payment(provider="remita")
        waiting = make_payment(provider="paystack")
        with responses.RequestsMock() as wire:
            wire.get(verify(waiting), status=503)
            assert ask_about_payments(NOW) == 0
        statuses = FeePayment.objects.filter(pk__in=[late.pk, still.pk]).order_by("pk").values_list("status", flat=True)
        assert list(statuses) == ["expired", "pending"]


@pytest.mark.usefixtures("committed_db")
class TestHanging:
    @pytest.fixture
    def dripping(self, settings: Any) -> Iterator[None]:
        """A provider that answers a byte at a time, for as long as somebody listens."""

        class Drip(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                try:
                    for _ in range(200):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.05)
                except OSError:
                    pass

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
        Thread(target=server.serve_forever, daemon=True).start()
        use_paystack(settings, url=f"http://127.0.0.1:{server.server_port}")
        settings.PAYMENT_DEADLINE_SECONDS = 0.4
        yield
        server.shutdown()
        server.server_close()

    def test_a_provider_that_drips_is_cut_off_at_the_deadline(self, dripping: None) -> None:
        for _ in range(BATCH):
            make_payment(provider="paystack")
        began = time.monotonic()
        assert ask_about_payments(NOW) == 0
        assert time.monotonic() - began < 2
        assert set(FeePayment.objects.values_list("status", flat=True)) == {Status.PENDING}


@pytest.mark.usefixtures("committed_db")
class TestLocks:
    @pytest.fixture(autouse=True)
    def _paystack(self, settings: Any) -> None:
        use_paystack(settings)

    def test_no_row_is_locked_while_a_provider_is_asked(self) -> None:
        seen: list[str] = []

        def look(request: Any) -> tuple[int, dict[str, str], str]:
            with no_row_locked():
                seen.append(request.path_url)
            return 200, {}, '{"data": {"authorization_url": "https://checkout.example.ng/1"}}'

        with responses.RequestsMock() as wire:
            wire.add_callback("POST", f"{PAYSTACK}/transaction/initialize", callback=look)
            payment = open_payment()
            wire.add_callback("GET", verify(payment), callback=look)
            ask_about_payments(NOW + FIRST_WAIT)
        assert len(seen) == 2

    def test_several_workers_take_each_payment_once(self) -> None:
        for _ in range(20):
            make_payment(provider="paystack")
        claimed = at_once(8, lambda _: [payment.pk for payment in claim_due(NOW, at_most=5)])
        taken = [pk for batch in claimed for pk in batch]
        assert len(taken) == len(set(taken)) == 20
