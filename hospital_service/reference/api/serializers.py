from rest_framework import serializers


class StateSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    capital = serializers.CharField()
    geopolitical_zone = serializers.CharField()
    iso_3166_2 = serializers.CharField()


class LgaSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="OCHA p-code.")
    name = serializers.CharField()
    state = serializers.CharField(source="state.code")
