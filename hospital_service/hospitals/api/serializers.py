from rest_framework import serializers


class HospitalSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    facility_type = serializers.CharField()
    level = serializers.CharField(help_text="primary, secondary or tertiary.")
    ownership = serializers.CharField(
        help_text="government, private, faith-based, community-based, or empty when not known."
    )
    state = serializers.CharField(source="state.code")
    lga = serializers.CharField(source="lga.name", allow_null=True, default=None)
    hfr_code = serializers.CharField(allow_null=True, help_text="Code in the Health Facility Registry.")
