"""Merges and likely duplicates, as officers see them."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from accounts.api.people import OfficerOutput
from common.fields import CodeField, IdField, TextField
from duplicates.models import Merge
from duplicates.queries import Resembling


class ProposeInput(serializers.Serializer):
    merged = IdField(help_text="The entry that goes.")
    kept = IdField(help_text="The entry that counts from then on.")
    reason = CodeField(max_length=60, help_text="Code of a reason for merges.")
    note = TextField(max_length=2000, required=False, allow_blank=True, default="")


class MergeNoteInput(serializers.Serializer):
    note = TextField(max_length=2000, required=False, allow_blank=True, default="")


class MergeReasonInput(serializers.Serializer):
    note = TextField(max_length=2000, help_text="Why, for colleagues and auditors.")


class ReasonOutput(serializers.Serializer):
    """What agrees or differs, and how many bits that weighs; words of names stand beside it, and no other values."""

    fact = serializers.CharField()
    how = serializers.CharField()
    weight = serializers.FloatField(help_text="In bits: each doubles, or halves, how likely the two are one person.")
    words = serializers.ListField(child=serializers.CharField(), allow_null=True)


class ResemblingOutput(serializers.Serializer):
    """Somebody who is likely the same person."""

    id = serializers.UUIDField(source="person.uid")
    full_name = serializers.SerializerMethodField()
    licenses = serializers.SerializerMethodField()
    score = serializers.FloatField(source="likeness.score")
    reasons = serializers.SerializerMethodField()

    def get_full_name(self, found: Resembling) -> str:
        name = found.person.names[0]
        return f"{name.given_names} {name.surname}".strip()

    def get_licenses(self, found: Resembling) -> list[str]:
        licenses: dict[int, list[str]] = self.context["licenses"]
        return licenses[found.person.id]

    def get_reasons(self, found: Resembling) -> ReasonOutput(many=True):  # type: ignore[valid-type]
        return ReasonOutput([asdict(reason) for reason in found.likeness.reasons], many=True).data


class MergeOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid", read_only=True)
    merged = serializers.UUIDField(source="merged.uid", read_only=True)
    kept = serializers.UUIDField(source="kept.uid", read_only=True)
    reason: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    reasons = ReasonOutput(many=True, read_only=True)
    proposed_by = OfficerOutput(read_only=True)
    decided_by = OfficerOutput(read_only=True, allow_null=True)
    undone_by = OfficerOutput(read_only=True, allow_null=True)

    class Meta:
        model = Merge
        fields: Any = [
            "id",
            "status",
            "merged",
            "kept",
            "councils",
            "score",
            "reasons",
            "reason",
            "note",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
            "decision_note",
            "undone_by",
            "undone_at",
            "undo_note",
        ]
        read_only_fields = fields
