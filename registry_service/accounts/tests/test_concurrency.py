"""What holds when many come at the same moment: real threads, real commits."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.models import ServiceClient, User
from accounts.rules import MailLinkInvalid, TokenInvalid, TokenReused, TooManySecrets
from accounts.tests.factories import NOW, PASSWORD, make_client, make_user
from accounts.tests.test_people import ADA, link_in
from common.testing import at_once
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.usefixtures("committed_db")


class TestRefresh:
    def test_of_twenty_refreshes_with_one_token_one_wins_and_the_sign_in_goes_on(self):
        pair = services.sign_in(make_user())
        answers = at_once(20, lambda _: services.refresh(pair.refresh, timezone.now()))
        won = [answer for answer in answers if isinstance(answer, services.TokenPair)]
        assert len(won) == 1
        assert sum(isinstance(answer, TokenReused) for answer in answers) == 19
        assert services.refresh(won[0].refresh, timezone.now())

    def test_a_refresh_beside_a_change_of_password_leaves_no_token_that_works(self):
        user = make_user()
        pair = services.sign_in(user)
        calls = [
            lambda: services.refresh(pair.refresh, timezone.now()),
            lambda: services.change_password(user_id=user.id, password="Olumo-at-noon-1", now=timezone.now()),
        ]
        refreshed, _ = at_once(2, lambda number: calls[number]())
        if isinstance(refreshed, services.TokenPair):
            with pytest.raises(TokenInvalid):
                services.refresh(refreshed.refresh, timezone.now())
        else:
            assert isinstance(refreshed, TokenInvalid)


class TestMail:
    def test_twenty_registrations_of_one_address_make_one_account_and_at_most_three_mails(self):
        assert at_once(20, lambda _: services.register(**ADA, now=NOW)) == [None] * 20
        assert User.objects.count() == 1
        assert OutgoingEmail.objects.count() == 3

    def test_twenty_requests_for_a_reset_send_three_mails(self):
        user = make_user()
        at_once(20, lambda _: services.request_password_reset(email=user.email, now=NOW))
        assert OutgoingEmail.objects.count() == 3

    def test_a_reset_link_followed_twenty_times_at_once_sets_one_password(self):
        user = make_user()
        services.request_password_reset(email=user.email, now=timezone.now())
        link = link_in(OutgoingEmail.objects.get())
        answers = at_once(
            20, lambda number: services.reset_password(**link, password=f"Olumo-at-noon-{number}", now=timezone.now())
        )
        assert answers.count(None) == 1
        assert sum(isinstance(answer, MailLinkInvalid) for answer in answers) == 19


class TestClients:
    def test_of_ten_new_secrets_at_once_one_becomes_the_second(self):
        client, _ = make_client()
        answers = at_once(10, lambda _: services.make_secret(client))
        assert sum(isinstance(answer, str) for answer in answers) == 1
        assert sum(isinstance(answer, TooManySecrets) for answer in answers) == 9

    def test_ten_tokens_at_once_note_the_use(self):
        client, secret = make_client()
        asked = {"client_id": client.client_id, "secret": secret, "scope": None, "now": NOW}
        answers = at_once(10, lambda _: services.issue_client_token(**asked))
        assert all(isinstance(answer, services.TokenGrant) for answer in answers)
        assert ServiceClient.objects.get().last_used_at == NOW


class TestLockOut:
    def test_of_twenty_wrong_guesses_at_once_five_are_judged_and_the_right_one_comes_too_late(self, settings):
        # A hash as slow as the real one, so that all twenty arrive while the first is being judged.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        user = make_user()
        User.objects.update(password=make_password(PASSWORD))

        def guess(number):
            body = {"email": user.email, "password": f"guess-{number}"}
            return APIClient().post("/api/registry/auth/token/", body).status_code

        statuses = at_once(20, guess)
        # The fifth wrong password is the one that locks, and says so.
        assert (statuses.count(401), statuses.count(429)) == (4, 16)
        right = APIClient().post("/api/registry/auth/token/", {"email": user.email, "password": PASSWORD})
        assert right.status_code == 429

    def test_of_twenty_wrong_guesses_at_once_in_the_operators_pages_five_are_judged_too(self, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        make_user(email="root@example.ng", is_staff=True, is_superuser=True)
        User.objects.update(password=make_password(PASSWORD))

        def sign_in(password):
            return Client().post("/admin/login/", {"username": "root@example.ng", "password": password}).status_code

        statuses = at_once(20, lambda number: sign_in(f"guess-{number}"))
        # The form comes back with its error four times.
        assert (statuses.count(200), statuses.count(429)) == (4, 16)
        assert sign_in(PASSWORD) == 429

    def test_guesses_in_the_api_and_in_the_operators_pages_are_counted_together(self):
        user = make_user(email="root@example.ng", is_staff=True)

        def guess(number):
            if number % 2:
                return (
                    APIClient()
                    .post("/api/registry/auth/token/", {"email": user.email, "password": "wrong"})
                    .status_code
                )
            return Client().post("/admin/login/", {"username": user.email, "password": "wrong"}).status_code

        assert at_once(20, guess).count(429) == 16
