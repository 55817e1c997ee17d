"""The terms used of a hospital (Nigeria's Health Facility Registry, nigeria-domain section 4)."""

from django.db.models import TextChoices


class Level(TextChoices):
    """Level of care."""

    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    TERTIARY = "tertiary", "Tertiary"


class Ownership(TextChoices):
    GOVERNMENT = "government", "Government"
    PRIVATE = "private", "Private"
    FAITH_BASED = "faith-based", "Faith-based"
    COMMUNITY_BASED = "community-based", "Community-based"
    UNKNOWN = "", "Not known"
