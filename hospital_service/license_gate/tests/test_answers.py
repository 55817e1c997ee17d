"""Each row of the contract's table, and each lie: what `read_answer` and `read_batch` conclude."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from license_gate.answers import Answer, Cause, Outcome, Question, RefusalCode, Register
from license_gate.reading import (
    ANSWER_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    NoReplyError,
    NotAskedError,
    Reply,
    read_answer,
    read_batch,
    read_retry_after,
    refuse_unasked,
)
from license_gate.tests.documents import (
    HTML,
    NOW,
    NUMBER,
    STAMP,
    answer_document,
    answer_reply,
    assert_not_answered,
    encode,
    problem_reply,
)

ASKED = Question(NUMBER)
COUNCIL = Question("MLSCN/R/12345")


def read(heard: Reply | NoReplyError, question: Question = ASKED) -> Answer:
    return read_answer(question, heard, STAMP)


# What the registry says


def test_may_practise_is_verified_and_keeps_its_evidence() -> None:
    reply = answer_reply(receipt="eyJ…", a_field_of_next_year={"x": 1})
    answer = read(reply)
    assert (answer.outcome, answer.cause, answer.code) == (Outcome.VERIFIED, None, None)
    assert answer.facts is not None
    assert answer.facts.full_name == "Ọlájùmọ̀kẹ́ Adéyẹmí"
    assert answer.facts.certificate is not None
    assert answer.facts.certificate.valid_until == date(2026, 12, 31)
    assert (answer.facts.position, answer.facts.checked_at) == (42, NOW)
    assert (answer.body, answer.http_status) == (reply.body.decode(), 200)
    assert (answer.question, answer.request_id, answer.asked_at) == (ASKED, "req-1", NOW)
    assert answer.duration == timedelta(seconds=0.2)
    assert answer.detail == "The national register says that Ọlájùmọ̀kẹ́ Adéyẹmí may practise."


def test_the_sentence_tells_of_conditions() -> None:
    answer = read(answer_reply(conditions=[{"code": "supervised", "text": "Only under supervision."}]))
    assert answer.outcome is Outcome.VERIFIED
    assert answer.detail.endswith("Conditions apply.")


def test_may_not_practise_is_refused_with_the_facts_and_without_a_refusal_code() -> None:
    answer = read(answer_reply(may_practise=False, status="suspended", reasons=["suspended"]))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, None)
    assert answer.facts is not None
    assert answer.facts.reasons == ("suspended",)
    assert "may not practise now (status: suspended)" in answer.detail


def test_never_issued_is_refused() -> None:
    answer = read(problem_reply(404, "license_not_found"))
    assert (answer.outcome, answer.code, answer.http_status) == (Outcome.REFUSED, RefusalCode.LICENSE_NOT_FOUND, 404)
    assert "never issued" in answer.detail


def test_mistyped_is_refused_and_shows_the_number_to_the_person() -> None:
    answer = read(problem_reply(422, "license_number_invalid"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, RefusalCode.LICENSE_NUMBER_INVALID)
    assert NUMBER in answer.detail


@pytest.mark.parametrize(("complete_to", "day"), [("2026-04-30", date(2026, 4, 30)), (None, None)])
def test_a_council_number_that_is_not_held_is_unknown_and_never_a_refusal(
    complete_to: str | None, day: date | None
) -> None:
    reply = problem_reply(404, "council_number_not_held", regulator="MLSCN", register_complete_to=complete_to)
    answer = read(reply, COUNCIL)
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, RefusalCode.COUNCIL_NUMBER_NOT_HELD)
    assert (answer.regulator, answer.register_complete_to) == ("MLSCN", day)
    assert "verify by hand" in answer.detail


def test_a_council_number_in_several_registers_is_ambiguous_and_names_them() -> None:
    registers = [{"regulator": "NMCN", "register": "RN"}, {"regulator": "NMCN", "register": "RM"}]
    answer = read(problem_reply(409, "license_number_ambiguous", registers=registers), Question("12345"))
    assert answer.outcome is Outcome.AMBIGUOUS
    assert answer.registers == (Register("NMCN", "RN"), Register("NMCN", "RM"))
    assert "NMCN RN, NMCN RM" in answer.detail


def test_a_council_number_is_verified_by_the_councils_number_in_the_record() -> None:
    assert read(answer_reply(), Question("mlscn r 12345", "MLSCN", "mlscn-scientist")).outcome is Outcome.VERIFIED


def test_what_the_contract_lets_be_absent_may_be_absent_or_null() -> None:
    document = answer_document(certificate=None, position=None, register=None)
    for name in ("registered_on", "reasons", "renewal", "grace_until", "conditions", "discipline", "data_as_of"):
        del document[name]
    answer = read(Reply(200, ANSWER_MEDIA_TYPE, encode(document)))
    assert answer.outcome is Outcome.VERIFIED


def test_the_media_type_may_carry_parameters_and_other_case() -> None:
    reply = replace(answer_reply(), media_type="Application/VND.phb.verification.v1+json; charset=utf-8")
    assert read(reply).outcome is Outcome.VERIFIED


def test_what_cannot_be_a_number_is_refused_without_asking_and_without_repeating_it() -> None:
    answer = refuse_unasked(Question("..\x00"), STAMP)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, RefusalCode.LICENSE_NUMBER_INVALID)
    assert (answer.http_status, answer.body) == (None, "")
    assert "\x00" not in answer.detail
    assert not answer.was_sent
    assert answer.is_evidence


# No answer


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CIRCUIT_OPEN])
def test_no_answer_of_any_cause_says_anything_about_the_license(cause: Cause) -> None:
    answer = read(NoReplyError(cause))
    assert_not_answered(answer, cause)
    assert (answer.http_status, answer.body) == (None, "")
    assert answer.was_sent
    assert answer.is_evidence


@pytest.mark.parametrize("cause", [Cause.CIRCUIT_OPEN, Cause.THROTTLED, Cause.TIMED_OUT])
def test_what_was_not_asked_is_no_evidence_and_says_why(cause: Cause) -> None:
    for answer in (read(NotAskedError(cause)), *read_batch([Question(NUMBER)], NotAskedError(cause), STAMP)):
        assert_not_answered(answer, cause)
        assert "was not asked, because" in answer.detail
        assert not answer.was_sent
        assert not answer.is_evidence


def test_since_when_it_has_not_been_answering_is_told_in_the_time_of_lagos() -> None:
    since = datetime(2026, 5, 2, 23, 30, tzinfo=UTC)
    answer = read(NotAskedError(Cause.CIRCUIT_OPEN, unanswered_since=since))
    assert "because it has not been answering since 00:30 on 3 May 2026." in answer.detail


def test_too_many_questions_is_no_answer_and_says_when_to_come_back() -> None:
    answer = read(Reply(429, "text/html", HTML, retry_after="7"))
    assert_not_answered(answer, Cause.THROTTLED)
    assert answer.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("", 1),
        ("soon", 1),
        ("-5", 1),
        ("99999999999999999999", 1),
        ("86400", 300),
        ("Sun, 03 May 2026 09:30:20 GMT", 20),
        ("Sun, 03 May 2026 09:00:00 GMT", 0),
    ],
)
def test_a_pause_is_read_as_seconds_or_as_a_date_and_kept_within_limits(header: str, seconds: int) -> None:
    assert read_retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (301, Cause.REDIRECTED),
        (302, Cause.REDIRECTED),
        (400, Cause.UNRECOGNISED_REFUSAL),
        (401, Cause.AUTHENTICATION_FAILED),
        (403, Cause.AUTHENTICATION_FAILED),
        (404, Cause.UNRECOGNISED_REFUSAL),
        (410, Cause.UNRECOGNISED_REFUSAL),
        (500, Cause.SERVER_ERROR),
        (502, Cause.SERVER_ERROR),
        (503, Cause.SERVER_ERROR),
        (204, Cause.UNRECOGNISED_REFUSAL),
        (299, Cause.UNRECOGNISED_REFUSAL),
    ],
)
def test_every_other_status_is_no_answer(status: int, cause: Cause) -> None:
    answer = read(Reply(status, "text/html", HTML))
    assert_not_answered(answer, cause)
    assert answer.http_status == status
    assert answer.body == HTML.decode()


# Lies


def test_a_page_of_html_with_200_is_no_answer() -> None:
    assert_not_answered(read(Reply(200, "text/html", HTML)), Cause.WRONG_MEDIA_TYPE)


def test_a_page_of_html_under_the_right_media_type_is_no_answer() -> None:
    assert_not_answered(read(Reply(200, ANSWER_MEDIA_TYPE, HTML)), Cause.MALFORMED_BODY)


def test_the_right_body_under_plain_json_is_no_answer() -> None:
    assert_not_answered(read(replace(answer_reply(), media_type="application/json")), Cause.WRONG_MEDIA_TYPE)


def test_a_404_from_elsewhere_is_not_never_issued() -> None:
    assert_not_answered(read(Reply(404, "text/html", HTML)), Cause.UNRECOGNISED_REFUSAL)
    assert_not_answered(read(problem_reply(404, "not_found")), Cause.UNRECOGNISED_REFUSAL)
    assert_not_answered(read(problem_reply(404, "gateway_no_such_path")), Cause.UNRECOGNISED_REFUSAL)


def test_a_refusal_under_plain_json_is_not_believed() -> None:
    reply = replace(problem_reply(404, "license_not_found"), media_type="application/json")
    assert_not_answered(read(reply), Cause.UNRECOGNISED_REFUSAL)


@pytest.mark.parametrize(
    ("status", "code"), [(422, "license_not_found"), (404, "license_number_invalid"), (200, "license_not_found")]
)
def test_a_refusal_whose_code_and_status_disagree_is_not_believed(status: int, code: str) -> None:
    assert read(problem_reply(status, code)).outcome is Outcome.NOT_ANSWERED


@pytest.mark.parametrize("code", [None, 5, ["license_not_found"], {}, True])
def test_a_code_that_is_not_a_text_is_not_believed(code: Any) -> None:
    assert_not_answered(read(problem_reply(404, code)), Cause.UNRECOGNISED_REFUSAL)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"license_not_found"', b"\xff\xfe"])
def test_a_refusal_that_cannot_be_read_is_not_believed(body: bytes) -> None:
    assert_not_answered(read(Reply(404, PROBLEM_MEDIA_TYPE, body)), Cause.UNRECOGNISED_REFUSAL)


@pytest.mark.parametrize("members", [{"regulator": 5}, {"regulator": "MLSCN", "register_complete_to": "last week"}])
def test_unknown_with_wrong_members_is_malformed(members: dict[str, Any]) -> None:
    answer = read(problem_reply(404, "council_number_not_held", **members), COUNCIL)
    assert_not_answered(answer, Cause.MALFORMED_BODY)


def test_unknown_may_leave_open_whose_number_it_is() -> None:
    answer = read(problem_reply(404, "council_number_not_held", regulator=None, register_complete_to=None), COUNCIL)
    assert (answer.outcome, answer.regulator) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize("registers", [None, [], "RN", ["RN"], [{"regulator": "NMCN"}], [None]])
def test_ambiguous_without_its_registers_is_malformed(registers: Any) -> None:
    answer = read(problem_reply(409, "license_number_ambiguous", registers=registers), COUNCIL)
    assert_not_answered(answer, Cause.MALFORMED_BODY)


@pytest.mark.parametrize("other", ["PHB-MLS-7K0M-19QX-D", "PHB-MED-7K0M-19QX-C", "PHB", "-"])
def test_another_persons_record_is_no_answer(other: str) -> None:
    assert_not_answered(read(answer_reply(license_number=other)), Cause.WRONG_LICENSE)


def test_another_persons_refusal_to_practise_is_no_answer_either() -> None:
    reply = answer_reply(license_number="PHB-MLS-7K0M-19QX-D", may_practise=False, status="suspended")
    assert_not_answered(read(reply), Cause.WRONG_LICENSE)


@pytest.mark.parametrize("person", [{"regulator_number": "MLSCN/R/12346"}, {"regulator_number": None}])
def test_another_council_number_is_another_persons_record(person: dict[str, Any]) -> None:
    assert_not_answered(read(answer_reply(person=person), COUNCIL), Cause.WRONG_LICENSE)


def test_the_same_number_in_another_register_than_the_one_named_is_another_persons_record() -> None:
    for question in (Question("MLSCN/R/12345", "MDCN"), Question("MLSCN/R/12345", "MLSCN", "provisional")):
        assert_not_answered(read(answer_reply(), question), Cause.WRONG_LICENSE)


@pytest.mark.parametrize("skew", [timedelta(minutes=11), timedelta(minutes=-11), timedelta(days=-365)])
def test_an_answer_of_another_time_is_no_answer(skew: timedelta) -> None:
    answer = read(answer_reply(checked_at=(NOW + skew).isoformat()))
    assert_not_answered(answer, Cause.CLOCK_DISAGREES)


def test_clocks_may_differ_a_little_and_be_in_any_zone() -> None:
    assert read(answer_reply(checked_at="2026-05-03T10:24:00+01:00")).outcome is Outcome.VERIFIED
    assert read(answer_reply(checked_at="2026-05-03T09:36:00Z")).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(
    "members",
    [
        {"type": "ng.phb.registry.verification.v2"},
        {"type": None},
        {"license_number": None},
        {"license_number": 7},
        {"license_number": " "},
        {"may_practise": "true"},
        {"may_practise": 1},
        {"may_practise": None},
        {"status": None},
        {"status": ["registered"]},
        {"professional": None},
        {"professional": "Adaeze"},
        {"professional": []},
        {"person": {"full_name": None}},
        {"person": {"full_name": ""}},
        {"person": {"full_name": 5}},
        {"person": {"regulator_number": 12345}},
        {"checked_at": None},
        {"checked_at": 1777800000},
        {"checked_at": "yesterday"},
        {"checked_at": "2026-05-03T09:30:00"},
        {"reasons": "none"},
        {"conditions": ["supervised"]},
        {"conditions": {"code": "supervised"}},
        {"certificate": "PC-1"},
        {"certificate": {"valid_until": "31/12/2026"}},
        {"registered_on": 2015},
        {"grace_until": "2026-13-01"},
        {"position": True},
        {"position": "42"},
        {"position": 4.2},
        {"status": "regis\x00tered"},
        {"status": "\ud800"},
        {"an_unknown_field": {"deep": ["\x00"]}},
    ],
)
def test_a_field_that_is_missing_or_of_another_type_makes_the_answer_malformed(members: dict[str, Any]) -> None:
    assert_not_answered(read(answer_reply(**members)), Cause.MALFORMED_BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{'license_number': 1}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"position": NaN}',
        b'{"position": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe\x00",
        encode(answer_document())[:-1],
    ],
)
def test_a_body_that_is_not_a_json_object_is_malformed(body: bytes) -> None:
    assert_not_answered(read(Reply(200, ANSWER_MEDIA_TYPE, body)), Cause.MALFORMED_BODY)


def test_what_is_kept_of_a_body_that_is_no_answer_is_short_and_can_be_stored() -> None:
    answer = read(Reply(200, "text/html", b"\x00\xff" + b"x" * 100_000))
    assert answer.body.startswith("\ufffd\ufffdxx")
    assert len(answer.body) == 4_000
