"""The words used of a person."""

from django.db.models import TextChoices


class Gender(TextChoices):
    """FHIR administrative gender."""

    MALE = "male", "Male"
    FEMALE = "female", "Female"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Unknown"


class NameUse(TextChoices):
    """FHIR HumanName.use, as far as a register needs it."""

    OFFICIAL = "official", "In use now"
    OLD = "old", "Used before"
