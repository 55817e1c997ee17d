"""The answer: may this person practise today? (registry.md, "The answer")"""

from datetime import date, datetime, timedelta
from typing import Any

from changes.queries import register_position
from common.clock import day_in_lagos
from common.errors import DomainError
from licenses.queries import LicenseFacts, LookUp, look_up
from reference.queries import regulator_of_council_number
from verification.rules import (
    CouncilNumberNotHeld,
    LicenseNotFound,
    LicenseNumberAmbiguous,
    Question,
)

ANSWER_TYPE = "ng.phb.registry.verification.v1"
BATCH_TYPE = "ng.phb.registry.verification-batch.v1"


def answer(question: Question, *, now: datetime) -> dict[str, Any]:
    """Return the answer for the present day in Lagos. One SQL statement, unless it is refused.

    Raises:
        LicenseNumberInvalid: it starts like a number of ours and was mistyped.
        LicenseNotFound: a number of ours that was never issued.
        CouncilNumberNotHeld: a council's number that is not here.
        LicenseNumberAmbiguous: a council's number that several registers hold.
    """
    found = look_up([question.license_number])
    return _body(_the_one(question, found[question.license_number]), now)


def answer_all(questions: list[Question], *, now: datetime) -> dict[str, Any]:
    """Return a row for each question, in the order asked: an answer, or the refusal it would get alone."""
    found = look_up({question.license_number for question in questions})
    position = register_position()
    return {
        "type": BATCH_TYPE,
        "checked_at": now,
        "data_as_of": _data_as_of(position.value, position.changed_at),
        "results": [_row(question, found[question.license_number], now) for question in questions],
    }


def _row(question: Question, found: LookUp | DomainError, now: datetime) -> dict[str, Any]:
    try:
        body = _body(_the_one(question, found), now)
    except DomainError as refusal:
        return {
            **refusal.members,
            "license_number": question.license_number,
            "outcome": "refused",
            "code": refusal.code,
            "detail": str(refusal),
        }
    return {"license_number": question.license_number, "outcome": "found", "answer": body}


def _the_one(question: Question, found: LookUp | DomainError) -> LicenseFacts:
    """Return the one license that the question means, or raise the refusal that it earns."""
    if isinstance(found, DomainError):
        raise found
    meant = found.licenses if found.is_ours else [facts for facts in found.licenses if _is_meant(question, facts)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise LicenseNumberAmbiguous(
            license_number=question.license_number,
            registers=[
                {"regulator": facts.regulator, "register": facts.register_part, "name": facts.register_name}
                for facts in sorted(meant, key=lambda facts: (facts.regulator, facts.register_part))
            ],
        )
    if found.is_ours:
        raise LicenseNotFound(license_number=question.license_number)
    council = regulator_of_council_number(question.license_number, question.regulator)
    raise CouncilNumberNotHeld(
        license_number=question.license_number,
        regulator=council.code if council else None,
        register_complete_to=council.register_complete_to if council else None,
    )


def _is_meant(question: Question, facts: LicenseFacts) -> bool:
    """Narrowing is for councils' numbers; a number of ours stands for one license whatever is said beside it."""
    return question.regulator in ("", facts.regulator) and question.register in ("", facts.register_part)


def _body(facts: LicenseFacts, now: datetime) -> dict[str, Any]:
    today = day_in_lagos(now)
    obstacles = facts.obstacles_on(today)
    certificate = facts.certificate_for(today)
    grace = facts.grace_on(today)
    return {
        "type": ANSWER_TYPE,
        "license_number": facts.number,
        "replaced_by": facts.replaced_by,
        "registered_on": facts.registered_on,
        "register": facts.category,
        "register_part": facts.register_part,
        "status": facts.status_on(today).value,
        "may_practise": not obstacles,
        "reasons": [_dated(item.code, item.text, item.start, item.end) for item in obstacles],
        "professional": {
            "full_name": facts.full_name,
            "profession": facts.profession,
            "regulator": facts.regulator,
            "regulator_number": facts.regulator_number or None,
            "specialties": [specialty.text for specialty in facts.specialties_on(today)],
        },
        "certificate": certificate
        and {
            "number": certificate.number or None,
            "valid_from": certificate.start,
            "valid_until": _last_day(certificate.end),
        },
        "renewal": "in_process" if grace else None,
        "grace_until": _last_day(grace.end) if grace else None,
        "conditions": [_dated(item.code, item.text, item.start, item.end) for item in facts.conditions_on(today)],
        "discipline": [],
        "data_as_of": _data_as_of(facts.register_position, facts.register_changed_at),
        "checked_at": now,
        "position": facts.position,
    }


def _dated(code: str, text: str, start: date | None, end: date | None) -> dict[str, Any]:
    return {"code": code, "text": text, "from": start, "until": _last_day(end)}


def _last_day(end: date | None) -> date | None:
    """The register counts up to a day that is out; people, and certificates, name the last day that is in."""
    return end - timedelta(days=1) if end else None


def _data_as_of(position: int, changed_at: datetime) -> dict[str, Any]:
    """How fresh the answer is: the register's last change that it takes into account."""
    return {"position": position, "changed_at": changed_at}
