"""Replies as the contract has them, for tests to send and to spoil."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from license_gate.answers import Answer, Cause, Outcome
from license_gate.reading import ANSWER_MEDIA_TYPE, BATCH_MEDIA_TYPE, PROBLEM_MEDIA_TYPE, Reply, Stamp

NOW = datetime(2026, 5, 3, 9, 30, tzinfo=UTC)
HTML = b"<html><body>Welcome to the wifi of Hotel Presidential</body></html>"
STAMP = Stamp("req-1", NOW, NOW + timedelta(seconds=0.2))
NUMBER = "PHB-MLS-7K0M-19QX-C"


def answer_document(*, person: dict[str, Any] | None = None, now: datetime = NOW, **members: Any) -> dict[str, Any]:
    return {
        "type": "ng.phb.registry.verification.v1",
        "license_number": NUMBER,
        "registered_on": "2015-06-01",
        "register": "full",
        "register_part": "mlscn-scientist",
        "status": "registered",
        "may_practise": True,
        "reasons": [],
        "professional": {
            "full_name": "Ọlájùmọ̀kẹ́ Adéyẹmí",
            "profession": "medical_laboratory_scientist",
            "regulator": "MLSCN",
            "regulator_number": "MLSCN/R/12345",
            "specialties": [],
            **(person or {}),
        },
        "certificate": {"number": "PC-1", "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
        "renewal": None,
        "grace_until": None,
        "conditions": [],
        "discipline": [],
        "data_as_of": {"position": 9, "changed_at": now.isoformat()},
        "checked_at": now.isoformat(),
        "position": 42,
        **members,
    }


def encode(document: Any) -> bytes:
    return json.dumps(document).encode()


def answer_reply(**members: Any) -> Reply:
    return Reply(200, ANSWER_MEDIA_TYPE, encode(answer_document(**members)))


def problem_reply(status: int, code: str, **members: Any) -> Reply:
    return Reply(status, PROBLEM_MEDIA_TYPE, encode({"type": "about:blank", "status": status, "code": code, **members}))


def batch_document(*rows: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "type": "ng.phb.registry.verification-batch.v1",
        "data_as_of": {"position": 9, "changed_at": NOW.isoformat()},
        "results": list(rows),
        **members,
    }


def batch_reply(*rows: dict[str, Any], **members: Any) -> Reply:
    return Reply(200, BATCH_MEDIA_TYPE, encode(batch_document(*rows, **members)))


def found_row(number: str = NUMBER, **members: Any) -> dict[str, Any]:
    answer = answer_document(**{"license_number": number, **members})
    return {"license_number": number, "outcome": "found", "answer": answer}


def refused_row(number: str, code: str, **members: Any) -> dict[str, Any]:
    return {"license_number": number, "outcome": "refused", "code": code, **members}


def assert_not_answered(answer: Answer, cause: Cause) -> None:
    assert (answer.outcome, answer.cause) == (Outcome.NOT_ANSWERED, cause)
    assert answer.detail.endswith("This says nothing about the license.")
    assert answer.facts is None
    assert answer.code is None
