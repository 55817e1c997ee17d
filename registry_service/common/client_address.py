"""Whose address a request comes from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that the gateway saw, or an empty string when there is none that can be read.

    nginx writes X-Forwarded-For anew; should another proxy stand before it and append, only the
    last entry is ours, and whatever stands before that is what the caller claimed.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return _address(forwarded.rpartition(",")[2].strip()) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    """Return the address in its one normal form; what is no address must reach neither a log nor a table."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    # A zone (fe80::1%eth0) means something on one machine only, and PostgreSQL stores none.
    return "" if isinstance(address, IPv6Address) and address.scope_id else str(address)
