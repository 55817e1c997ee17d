"""What tests ask of an answer that shows something in one of its versions."""

from typing import Any


def done(response: Any) -> dict[str, Any]:
    """Assert that the answer shows the version that its ETag names and is kept nowhere, and return it."""
    assert response.status_code == 200, response.content
    assert response["ETag"] == f'"{response.json()["version"]}"'
    assert response["Cache-Control"] == "no-store"
    return response.json()
