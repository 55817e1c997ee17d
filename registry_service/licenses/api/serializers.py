"""A person's entry, as they see it themselves and as officers of their councils do."""

from datetime import date, timedelta
from typing import Any

from rest_framework import serializers

from licenses.entries import Entry
from licenses.queries import STATUSES, LicenseFacts


class NameOutput(serializers.Serializer):
    use = serializers.ChoiceField(["official", "old"])
    title = serializers.CharField()
    surname = serializers.CharField()
    given_names = serializers.CharField()
    used_until = serializers.DateField(allow_null=True)
    change_reason = serializers.CharField(
        help_text="Why it is not used any more, by its code, as far as that is known."
    )


class HeldLicenseOutput(serializers.Serializer):
    """A license as it stands today in Lagos; `verify/` says more."""

    license_number = serializers.CharField(source="number")
    regulator = serializers.CharField()
    regulator_number = serializers.CharField()
    register_part = serializers.CharField()
    register = serializers.CharField(source="category")
    profession = serializers.CharField()
    registered_on = serializers.DateField()
    status = serializers.SerializerMethodField()
    may_practise = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField(help_text="Codes of what stands against practising.")
    certificate_until = serializers.SerializerMethodField(help_text="The last day of the newest certificate.")
    specialties = serializers.SerializerMethodField()

    def get_status(self, facts: LicenseFacts) -> serializers.ChoiceField(STATUSES):  # type: ignore[valid-type]
        return facts.status_on(self._today).value

    def get_may_practise(self, facts: LicenseFacts) -> bool:
        return not facts.obstacles_on(self._today)

    def get_reasons(self, facts: LicenseFacts) -> list[str]:
        return [obstacle.code for obstacle in facts.obstacles_on(self._today)]

    def get_certificate_until(self, facts: LicenseFacts) -> date | None:
        certificate = facts.certificate_for(self._today)
        return certificate.end - timedelta(days=1) if certificate and certificate.end else None

    def get_specialties(self, facts: LicenseFacts) -> list[str]:
        return [specialty.text for specialty in facts.specialties_on(self._today)]

    @property
    def _today(self) -> date:
        today: date = self.context["today"]
        return today


class ReplacedNumberOutput(serializers.Serializer):
    license_number = serializers.CharField()
    replaced_by = serializers.CharField()


class EntryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    names = NameOutput(many=True, help_text="The one in use first.")
    birth_date = serializers.DateField(allow_null=True)
    gender = serializers.CharField()
    telephone = serializers.CharField()
    email = serializers.CharField()
    has_photograph = serializers.BooleanField()
    licenses = HeldLicenseOutput(many=True)
    replaced_numbers = serializers.SerializerMethodField(
        help_text="Numbers from when this person was entered twice; they still lead here."
    )

    def get_replaced_numbers(self, entry: Entry) -> ReplacedNumberOutput(many=True):  # type: ignore[valid-type]
        return [{"license_number": old, "replaced_by": new} for old, new in entry.replaced_numbers.items()]


class FoundPersonOutput(serializers.Serializer):
    """Somebody on the register, by whom officers go on to the entry."""

    id = serializers.UUIDField(source="uid")
    full_name = serializers.SerializerMethodField()

    def get_full_name(self, person: Any) -> str:
        name = person.names[0]
        return f"{name.given_names} {name.surname}".strip()
