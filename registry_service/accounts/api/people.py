"""People as other modules show them to each other: by id and name, and nothing else of their accounts."""

from rest_framework import serializers


class OfficerOutput(serializers.Serializer):
    """An officer; the id is their account's."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="full_name")
