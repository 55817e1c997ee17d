"""Termii and Africa's Talking at the wire: what leaves, and what is made of what comes back."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout

from common.remote import LARGEST_ANSWER
from notifications.outcomes import AccountError, NotNowError, RefusedError
from notifications.sms import current_provider
from notifications.sms.interface import Sms

SMS = Sms("0198f7a2-0000-7000-8000-000000000001", "+2348031234567", "PHB: Sola, it is decided & filed at 9:30")

# Whichever it is, the provider is not to be believed about the message.
NO_ANSWER = [
    {"status": 500},
    {"status": 502, "body": "<html>"},
    {"status": 429},
    {"status": 302, "headers": {"Location": "https://elsewhere.example"}},
    {"status": 200, "body": "<html>"},
    {"status": 200, "body": b"\xff"},
    {"status": 200, "body": "[]"},
    {"status": 200, "json": {}},
    {"status": 200, "body": "x" * (LARGEST_ANSWER + 1)},
    {"body": NoConnection()},
    {"body": ReadTimeout()},
]


def send(url: str, **answer: Any) -> tuple[str, Any]:
    """Hand over the message, and return what it is called and what was asked."""
    with responses.RequestsMock() as wire:
        asked = wire.post(url, **answer)
        return current_provider().send(SMS), asked.calls[0].request


class TestTermii:
    URL = "https://api.ng.termii.com/api/sms/send"

    @pytest.fixture(autouse=True)
    def _set_up(self, settings: Any) -> None:
        settings.SMS_PROVIDER, settings.SMS_SENDER = "termii", "N-Alert"
        settings.TERMII_URL, settings.TERMII_API_KEY = "https://api.ng.termii.com/", "TL-of-nobody"

    @pytest.mark.parametrize("channel", ["dnd", "generic"])
    def test_what_leaves_is_what_its_documentation_asks_for(self, settings: Any, channel: str) -> None:
        settings.TERMII_CHANNEL = channel
        taken = {"code": "ok", "message_id": "3017857812138224517130997", "message": "Successfully Sent", "balance": 9}
        reference, request = send(self.URL, json=taken)
        assert reference == "3017857812138224517130997"
        assert request.headers["Content-Type"] == "application/json"
        assert json.loads(request.body) == {
            "api_key": "TL-of-nobody",
            "to": "2348031234567",
            "from": "N-Alert",
            "sms": SMS.text,
            "type": "plain",
            "channel": channel,
        }

    @pytest.mark.parametrize("message", ["Invalid phone number", "Recipient is invalid", "phone number is not valid"])
    def test_a_number_that_it_finds_no_number_is_refused_for_good(self, message: str) -> None:
        with pytest.raises(RefusedError, match=message):
            send(self.URL, status=400, json={"code": 400, "message": message, "status": "error"})

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (401, "Unauthorized"),
            (403, "Your account is not active"),
            (400, "Insufficient balance"),
            (400, "Country Inactive. Contact Administrator to activate country."),
            (404, "ApplicationSenderId not found for applicationId: 1 and senderName: PHB"),
            (400, "Invalid Sender Id"),
            (422, [{"issue": "the sender is not allowed for this phone number"}]),
            (405, None),
        ],
    )
    def test_what_is_wrong_with_our_account_is_for_a_person(self, status: int, message: Any) -> None:
        with pytest.raises(AccountError, match=f"^status {status}: "):
            send(self.URL, status=status, json={"message": message})

    def test_a_complaint_is_kept_without_what_it_repeats_of_ours(self) -> None:
        with pytest.raises(AccountError) as failure:
            send(self.URL, status=400, json={"message": f"bad: TL-of-nobody, {SMS.text}" + "x" * 1000})
        assert str(failure.value) == "status 400: bad: ***, ***" + "x" * 187

    @pytest.mark.parametrize("answer", NO_ANSWER, ids=lambda answer: str(answer)[:40])
    def test_what_cannot_be_believed_is_no_answer(self, answer: dict[str, Any]) -> None:
        with pytest.raises(NotNowError):
            send(self.URL, **answer)


class TestAfricasTalking:
    URL = "https://api.africastalking.com/version1/messaging"

    @pytest.fixture(autouse=True)
    def _set_up(self, settings: Any) -> None:
        settings.SMS_PROVIDER, settings.SMS_SENDER = "africas_talking", "PHB"
        settings.AFRICAS_TALKING_URL = "https://api.africastalking.com"
        settings.AFRICAS_TALKING_USERNAME, settings.AFRICAS_TALKING_API_KEY = "phb", "atsk-of-nobody"

    @staticmethod
    def says(code: object, status: str = "Success", **members: Any) -> dict[str, Any]:
        recipient = {"statusCode": code, "number": SMS.recipient, "status": status, "cost": "NGN 2.2000"}
        recipients = [{**recipient, "messageId": "ATXid_0f5d", **members}]
        return {"SMSMessageData": {"Message": "Sent to 1/1 Total Cost: NGN 2.2000", "Recipients": recipients}}

    def test_what_leaves_is_what_its_documentation_asks_for(self) -> None:
        reference, request = send(self.URL, status=201, json=self.says(101))
        assert reference == "ATXid_0f5d"
        assert request.headers["apiKey"] == "atsk-of-nobody"
        assert request.headers["Accept"] == "application/json"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert parse_qs(request.body) == {
            "username": ["phb"],
            "to": ["+2348031234567"],
            "message": [SMS.text],
            "from": ["PHB"],
        }

    @pytest.mark.parametrize("code", [100, 101, 102, "101"])
    def test_what_it_has_taken(self, code: object) -> None:
        assert send(self.URL, status=201, json=self.says(code))[0] == "ATXid_0f5d"
        assert send(self.URL, status=201, json=self.says(code, messageId=None))[0] == ""

    @pytest.mark.parametrize(
        ("code", "status", "error"),
        [
            (401, "RiskHold", AccountError),
            (402, "InvalidSenderId", AccountError),
            (403, "InvalidPhoneNumber", RefusedError),
            (404, "UnsupportedNumberType", RefusedError),
            (405, "InsufficientBalance", AccountError),
            (406, "UserInBlacklist", RefusedError),
            (407, "CouldNotRoute", NotNowError),
            (409, "DoNotDisturbRejection", NotNowError),
            (500, "InternalServerError", NotNowError),
            (501, "GatewayError", NotNowError),
            (502, "RejectedByGateway", NotNowError),
            (999, "SomethingNew", AccountError),
        ],
    )
    def test_how_its_codes_are_read(self, code: int, status: str, error: type[Exception]) -> None:
        with pytest.raises(error, match=f"^{status}$"):
            send(self.URL, status=201, json=self.says(code, status, messageId="None"))

    def test_advertisements_at_night_are_refused_by_the_request_too(self) -> None:
        with pytest.raises(NotNowError, match="DoNotDisturbRejection"):
            send(self.URL, status=409, json=self.says(409, "DoNotDisturbRejection"))

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ({"status": 401, "body": "The supplied authentication is invalid"}, "status 401"),
            ({"status": 400, "json": {"SMSMessageData": None}}, "status 400"),
            (
                {"status": 201, "json": {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}},
                "InvalidSenderId",
            ),
        ],
    )
    def test_without_a_recipient_our_account_is_at_fault(self, answer: dict[str, Any], reason: str) -> None:
        with pytest.raises(AccountError, match=f"^{reason}$"):
            send(self.URL, **answer)

    @pytest.mark.parametrize(
        "answer",
        [
            *NO_ANSWER,
            {"status": 201, "json": {"SMSMessageData": {"Recipients": [{"status": "Success"}]}}},
            {"status": 201, "json": {"SMSMessageData": {"Recipients": ["Success"]}}},
            {"status": 201, "json": {"SMSMessageData": {"Recipients": [{"statusCode": "yes", "status": ""}]}}},
        ],
        ids=lambda answer: str(answer)[:60],
    )
    def test_what_cannot_be_believed_is_no_answer(self, answer: dict[str, Any]) -> None:
        with pytest.raises(NotNowError):
            send(self.URL, **answer)
