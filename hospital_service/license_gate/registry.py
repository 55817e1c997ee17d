"""The registry that this process asks: the real one over HTTP, or the fake, by a setting."""

from functools import cache

from django.conf import settings

from license_gate.answers import Registry
from license_gate.registry_client import RegistryClient
from license_gate.registry_fake import FakeRegistry


@cache
def registry() -> Registry:
    """Return the process's one registry; its threads share the connections and the circuit breaker."""
    if settings.REGISTRY_CLIENT == "fake":
        return FakeRegistry()
    return RegistryClient(
        settings.REGISTRY_SERVICE_URL,
        settings.REGISTRY_CLIENT_ID,
        settings.REGISTRY_CLIENT_SECRET,
        deadline_seconds=settings.REGISTRY_DEADLINE_SECONDS,
    )
