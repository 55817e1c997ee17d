"""Whoever calls the system in a story."""

from typing import Any

import requests

DEADLINE = 10


class Caller(requests.Session):
    """Speaks to the gateway: paths instead of addresses, and a deadline for every answer."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        super().__init__()
        self.base_url = base_url
        self.trust_env = False
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs.setdefault("timeout", DEADLINE)
        kwargs.setdefault("allow_redirects", False)
        return super().request(method, self.base_url + url, **kwargs)
