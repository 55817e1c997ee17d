"""How far the register has come."""

from changes.models import RegisterPosition


def register_position() -> RegisterPosition:
    """Return the last position that was committed, and when."""
    return RegisterPosition.objects.get()
