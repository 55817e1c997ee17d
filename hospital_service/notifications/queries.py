"""What was sent, or will be."""

from datetime import datetime

from notifications.models import OutgoingEmail


def emails_since(instant: datetime, *, recipient: str, templates: list[str]) -> int:
    """Return how many e-mails of these kinds were queued for the address since `instant`, sent or not."""
    return OutgoingEmail.objects.filter(recipient=recipient, template__in=templates, created_at__gt=instant).count()
