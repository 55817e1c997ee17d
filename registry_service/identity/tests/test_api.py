"""Proving an identity over HTTP: one's own, and nobody else's."""

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import as_client, as_user, make_user
from common.tests.problems import refused
from identity.models import IdentityCheck

pytestmark = pytest.mark.django_db
ADDRESS = "/api/registry/me/identity/"


def test_it_is_proven_and_shown_without_the_number() -> None:
    api = as_user(make_user())
    refused(api.get(ADDRESS), 404, "not_found")
    proven = api.post(ADDRESS, {"virtual_nin": "ab0001 19960417 cd"})
    assert (proven.status_code, proven["Cache-Control"]) == (200, "no-store")
    assert api.get(ADDRESS).json() == proven.json()
    assert proven.json().keys() == {
        "provider",
        "surname",
        "given_names",
        "birth_date",
        "gender",
        "last_digits",
        "proven_at",
    }
    refused(as_user(make_user()).get(ADDRESS), 404, "not_found")


def test_the_same_request_with_the_same_key_asks_the_provider_once() -> None:
    api = as_user(make_user())
    body, key = {"virtual_nin": "ab0001 19960417 cd"}, {"Idempotency-Key": "prove-me-1"}
    proven, again = (api.post(ADDRESS, body, headers=key) for _ in range(2))
    assert (again.json(), again["Idempotent-Replayed"]) == (proven.json(), "true")
    assert IdentityCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("AB0001", 422, "identity_number_invalid"),
        ("12345678910", 422, "identity_number_is_nin"),
        ("XX000119960417CD", 422, "identity_number_unknown"),
        ("", 400, "invalid_input"),
        ("A" * 41, 400, "invalid_input"),
        (12345678910, 400, "invalid_input"),
    ],
)
def test_what_proves_nothing_is_refused_by_name(number: object, status: int, code: str) -> None:
    refused(as_user(make_user()).post(ADDRESS, {"virtual_nin": number}), status, code)
    assert not IdentityCheck.objects.proven().exists()


def test_a_repeated_request_is_one_check() -> None:
    api = as_user(make_user())
    key = {"Idempotency-Key": "0123-abcd"}
    first, again = (api.post(ADDRESS, {"virtual_nin": "AB000119960417CD"}, headers=key) for _ in range(2))
    assert (again.json(), again["Idempotent-Replayed"], again["Cache-Control"]) == (first.json(), "true", "no-store")
    assert IdentityCheck.objects.count() == 1


def test_only_people_who_are_signed_in(api: APIClient) -> None:
    for method in ("get", "post"):
        refused(getattr(api, method)(ADDRESS), 401, "authentication_required")
        refused(getattr(as_client("verify"), method)(ADDRESS), 403, "permission_denied")
