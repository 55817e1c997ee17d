"""What is read and shown of affiliations and their evidence."""

from typing import Any

from rest_framework import serializers

from common.fields import CodeField, IdField, TextField
from license_gate.queries import Cause, Outcome
from staff.rules import MAX_AT_ONCE


class RegisterNameSerializer(serializers.Serializer):
    """Where a council's number stands, in the registry's codes; only needed where several registers hold it."""

    regulator = CodeField(max_length=60, required=False, help_text="Whose number it is, e.g. mdcn.")
    register = CodeField(max_length=60, required=False, help_text="Which of its registers.")


class JoinSerializer(RegisterNameSerializer):
    """A person who joins a hospital."""

    hospital = IdField()
    full_name = TextField(max_length=200)
    job_title = TextField(max_length=100)
    license_number = TextField(max_length=60, help_text="PHB-…, or the council's own number.")
    joined_on = serializers.DateField(required=False, help_text="Today in Lagos, when left out.")


class LeaveSerializer(serializers.Serializer):
    left_on = serializers.DateField(required=False, help_text="Today in Lagos, when left out.")


class VerifyManySerializer(serializers.Serializer):
    """Whose licenses to ask about: everyone who works there now, or only these."""

    hospital = IdField()
    affiliations = serializers.ListField(child=IdField(), required=False, min_length=1, max_length=MAX_AT_ONCE)


class VerificationSerializer(serializers.Serializer):
    """One question to the registry, and what came of it."""

    id = serializers.UUIDField(allow_null=True, help_text="Null when the registry was not even asked: no evidence.")
    license_number = serializers.CharField()
    regulator = serializers.CharField(allow_blank=True)
    register = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField([outcome.value for outcome in Outcome])
    detail = serializers.CharField(help_text="A sentence for the person at the screen.")
    cause = serializers.ChoiceField([cause.value for cause in Cause], allow_blank=True)
    code = serializers.CharField(allow_blank=True, help_text="The registry's refusal code.")
    facts = serializers.DictField(allow_null=True, help_text="What the registry said, as it was understood.")
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField()
    http_status = serializers.IntegerField(allow_null=True)
    request_id = serializers.CharField()


class AffiliationSerializer(serializers.Serializer):
    """A person at a hospital, with what is known of their license."""

    id = serializers.UUIDField()
    hospital = serializers.UUIDField(source="hospital_id")
    full_name = serializers.CharField()
    job_title = serializers.CharField()
    license_number = serializers.CharField()
    regulator = serializers.CharField(allow_blank=True)
    register = serializers.CharField(allow_blank=True)
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    outcome = serializers.ChoiceField(
        [outcome.value for outcome in Outcome],
        help_text="What came of the latest attempt to ask the registry; not_answered, too, where there was none.",
    )
    detail = serializers.CharField(help_text="The outcome as a sentence for the person at the screen.")
    verification = VerificationSerializer(
        allow_null=True,
        help_text="The latest question, answered or not. In the answer to a request to ask it is what came of that "
        "request; elsewhere the latest of which there is evidence, null where there is none.",
    )
    last_answer = VerificationSerializer(
        allow_null=True, help_text="The latest that the registry answered, however long ago: see answered_at."
    )
    name_differs = serializers.BooleanField(
        allow_null=True,
        help_text="Whether the name on the register's record shares no word with full_name: the license may be "
        "another person's. Titles, initials, marks and hyphens do not count. Null while last_answer has no record.",
    )
    unanswered = serializers.IntegerField(
        help_text="Attempts in a row to ask the registry that brought no answer; while there are any, it is soon asked "
        "again."
    )


class RoundSerializer(serializers.Serializer):
    """What came of asking about many licenses at once."""

    counts = serializers.DictField(child=serializers.IntegerField(), help_text="How many of each outcome.")
    results = AffiliationSerializer(many=True)


def round_of(affiliations: list[Any]) -> dict[str, Any]:
    """Return the rows, and how many there are of each outcome."""
    counts = {outcome.value: 0 for outcome in Outcome}
    for affiliation in affiliations:
        counts[affiliation.outcome] += 1
    return RoundSerializer({"counts": counts, "results": affiliations}).data
