"""What `read_batch` concludes: each row by itself, and a batch that is no answer."""

from typing import Any

import pytest

from license_gate.answers import Answer, Cause, Outcome, Question
from license_gate.reading import LARGEST_ENVELOPE, NoReplyError, Reply, read_batch
from license_gate.tests.documents import (
    HTML,
    NUMBER,
    STAMP,
    assert_not_answered,
    batch_document,
    batch_reply,
    encode,
    found_row,
    problem_reply,
    refused_row,
)

ASKED = Question(NUMBER)
SUSPENDED, UNHELD, SHARED, MISTYPED = "PHB-MED-1", "MDCN/R/9", "12345", "PHB-MED-X"


def read_rows(*rows: dict[str, Any], asked: list[str], **members: Any) -> list[Answer]:
    return read_batch([Question(number) for number in asked], batch_reply(*rows, **members), STAMP)


def test_each_row_of_a_batch_is_judged_as_a_single_answer_is() -> None:
    answers = read_rows(
        found_row(),
        found_row(SUSPENDED, may_practise=False),
        refused_row(UNHELD, "council_number_not_held", regulator="MDCN", register_complete_to=None),
        refused_row(SHARED, "license_number_ambiguous", registers=[{"regulator": "NMCN", "register": "RN"}]),
        refused_row(MISTYPED, "license_number_invalid"),
        refused_row("PHB-MED-2", "license_not_found"),
        asked=[NUMBER, SUSPENDED, UNHELD, SHARED, MISTYPED, "PHB-MED-2"],
    )
    assert [answer.outcome for answer in answers] == [
        Outcome.VERIFIED,
        Outcome.REFUSED,
        Outcome.UNKNOWN,
        Outcome.AMBIGUOUS,
        Outcome.REFUSED,
        Outcome.REFUSED,
    ]
    assert [answer.question.license_number for answer in answers][:2] == [NUMBER, SUSPENDED]


def test_a_row_is_kept_with_the_batchs_own_members_and_without_the_other_rows() -> None:
    first, _ = read_rows(found_row(), found_row(SUSPENDED), asked=[NUMBER, SUSPENDED], receipt="eyJ…")
    assert '"receipt": "eyJ…"' in first.body
    assert NUMBER in first.body
    assert SUSPENDED not in first.body


def test_one_bad_row_spoils_no_other() -> None:
    answers = read_rows(
        found_row(),
        found_row(SUSPENDED, may_practise="no"),
        found_row("PHB-MED-3", license_number="PHB-MED-4"),
        refused_row("PHB-MED-5", "out_of_ink"),
        {"license_number": "PHB-MED-6"},
        {"license_number": "PHB-MED-7", "outcome": "found"},
        found_row("PHB-MED-9"),
        asked=[NUMBER, SUSPENDED, "PHB-MED-3", "PHB-MED-5", "PHB-MED-6", "PHB-MED-7", "PHB-MED-8"],
    )
    assert answers[0].outcome is Outcome.VERIFIED
    assert [answer.cause for answer in answers[1:]] == [
        Cause.MALFORMED_BODY,
        Cause.WRONG_LICENSE,
        Cause.UNRECOGNISED_REFUSAL,
        Cause.UNRECOGNISED_REFUSAL,
        Cause.MALFORMED_BODY,
        Cause.WRONG_LICENSE,
    ]


@pytest.mark.parametrize(
    ("heard", "cause"),
    [
        (batch_reply(found_row()), Cause.MALFORMED_BODY),
        (batch_reply(found_row(), found_row(), found_row()), Cause.MALFORMED_BODY),
        (batch_reply(found_row(), None), Cause.MALFORMED_BODY),  # type: ignore[arg-type]
        (batch_reply(found_row(), found_row(), type="other"), Cause.MALFORMED_BODY),
        (batch_reply(found_row(), found_row(), padding="x" * LARGEST_ENVELOPE), Cause.BODY_TOO_LARGE),
        (Reply(200, "application/json", encode(batch_document(found_row()))), Cause.WRONG_MEDIA_TYPE),
        (Reply(200, "text/html", HTML), Cause.WRONG_MEDIA_TYPE),
        (problem_reply(404, "license_not_found"), Cause.UNRECOGNISED_REFUSAL),
        (Reply(413, "text/html", HTML), Cause.UNRECOGNISED_REFUSAL),
        (Reply(429, retry_after="3"), Cause.THROTTLED),
        (Reply(502, "text/html", HTML), Cause.SERVER_ERROR),
        (NoReplyError(Cause.TIMED_OUT), Cause.TIMED_OUT),
    ],
)
def test_a_batch_that_is_no_answer_answers_none_of_its_questions(heard: Reply | NoReplyError, cause: Cause) -> None:
    answers = read_batch([ASKED, ASKED], heard, STAMP)
    assert len(answers) == 2
    for answer in answers:
        assert_not_answered(answer, cause)
