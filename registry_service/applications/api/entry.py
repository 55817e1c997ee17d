"""How officers are shown what the register holds of an applicant already."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from licenses.queries import STATUSES, LicenseFacts, licenses_of
from practitioners.queries import facts_of_people, full_names_of, practitioner_of_account

if TYPE_CHECKING:
    from applications.models import ProfessionalApplication


class ApplicantLicenseOutput(serializers.Serializer):
    """A license of the applicant as it stands today in Lagos."""

    license_number = serializers.CharField(source="number")
    register_part = serializers.CharField()
    regulator = serializers.CharField()
    registered_on = serializers.DateField()
    status = serializers.SerializerMethodField()
    conditions = serializers.SerializerMethodField(help_text="Codes of what limits the holder.")

    def get_status(self, facts: LicenseFacts) -> serializers.ChoiceField(STATUSES):  # type: ignore[valid-type]
        return facts.status_on(self._today).value

    def get_conditions(self, facts: LicenseFacts) -> list[str]:
        return [period.code for period in facts.conditions_on(self._today)]

    @property
    def _today(self) -> date:
        today: date = self.context["today"]
        return today


class ApplicantEntryOutput(serializers.Serializer):
    """The entry that the applicant's account has."""

    practitioner = serializers.UUIDField()
    full_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    gender = serializers.CharField()
    licenses = ApplicantLicenseOutput(many=True)


def entry_shown(application: "ProfessionalApplication", context: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the applicant's entry in the register as it is shown, or None for who has none."""
    practitioner_id = practitioner_of_account(application.applicant_id)
    if practitioner_id is None:
        return None
    person = facts_of_people([practitioner_id])[practitioner_id]
    entry = {
        "practitioner": person.uid,
        "full_name": full_names_of([practitioner_id])[practitioner_id],
        "birth_date": person.birth_date,
        "gender": person.gender,
        "licenses": licenses_of(practitioner_id),
    }
    return dict(ApplicantEntryOutput(entry, context=dict(context)).data)
