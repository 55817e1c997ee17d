"""Asking the registry, and keeping what came back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from common.ids import new_id
from license_gate.answers import Answer, Question
from license_gate.models import LicenseVerification
from license_gate.registry import registry

__all__ = ["Asked", "LicenseVerification", "verify_licenses"]

# A round's answers are kept and shown after they were heard, and the same person waits for that too.
SECONDS_TO_KEEP_ONE = 0.001


@dataclass(frozen=True)
class Asked:
    """A question, and the hospital on whose behalf it is asked."""

    hospital_id: UUID
    question: Question


def verify_licenses(
    asked: Sequence[Asked], *, asked_by: UUID | None, request_id: str = ""
) -> list[LicenseVerification]:
    """Ask about each license, and keep a row of evidence for each that was asked, answered or not; in the order given.

    What was not asked, because the registry is known not to answer or there was no time left, is
    returned all the same, as not answered; it is not stored, and `is_kept` is false of it.

    Takes about REGISTRY_DEADLINE_SECONDS at most, up to 1,000 questions, and never raises for what the
    registry does. It must not run inside a transaction: no row may stay locked while another service
    is asked.
    """
    questions = [item.question for item in asked]
    if len(questions) == 1:
        answers = [registry().verify(questions[0], request_id=request_id)]
    else:
        answers = registry().verify_many(questions, request_id=request_id, deadline_seconds=_deadline(len(questions)))
    verifications = [
        _verification(item.hospital_id, answer, asked_by) for item, answer in zip(asked, answers, strict=True)
    ]
    LicenseVerification.objects.bulk_create(each for each in verifications if each.is_kept)
    return verifications


def _deadline(questions: int) -> float:
    """Return how many seconds a round may ask for, so that keeping its answers fits in too; half are always left."""
    whole = settings.REGISTRY_DEADLINE_SECONDS
    return max(whole - questions * SECONDS_TO_KEEP_ONE, whole / 2)


def _verification(hospital_id: UUID, answer: Answer, asked_by: UUID | None) -> LicenseVerification:
    return LicenseVerification(
        id=new_id() if answer.is_evidence else None,
        hospital_id=hospital_id,
        license_number=answer.question.license_number,
        regulator=answer.question.regulator or "",
        register=answer.question.register or "",
        asked_by_id=asked_by,
        asked_at=answer.asked_at,
        answered_at=answer.answered_at,
        request_id=answer.request_id,
        outcome=answer.outcome,
        cause=answer.cause or "",
        code=answer.code or "",
        detail=answer.detail,
        http_status=answer.http_status,
        body=answer.body,
        facts=_facts(answer),
    )


def _facts(answer: Answer) -> dict[str, Any] | None:
    """What was understood, as JSON can hold it."""
    known = {
        "facts": asdict(answer.facts) if answer.facts else None,
        "regulator": answer.regulator,
        "register_complete_to": answer.register_complete_to,
        "registers": [asdict(register) for register in answer.registers] or None,
    }
    kept = {name: value for name, value in known.items() if value is not None}
    return json.loads(json.dumps(kept, cls=DjangoJSONEncoder)) if kept else None
