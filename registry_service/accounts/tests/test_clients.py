"""Service clients: two live secrets, tokens that are the whole proof, and when they were last seen."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts import services
from accounts.models import ServiceClient, ServiceClientSecret
from accounts.rules import InvalidClient, InvalidScope, TooManySecrets, UnusableSecret
from accounts.tests.factories import NOW, make_client
from accounts.tokens import bearer_claims

pytestmark = pytest.mark.django_db
SHARED = "shared-secret-of-256-random-bits-or-more-000"


def ask(client_id, secret, scope=None, now=NOW):
    return services.issue_client_token(client_id=client_id, secret=secret, scope=scope, now=now)


class TestTokens:
    def test_the_right_secret_gets_a_token_that_names_the_client_and_its_scopes(self):
        client, secret = make_client("verify", "changes")
        grant = ask(client.client_id, secret)
        claims = bearer_claims(grant.access_token)
        assert (claims["sub"], claims["client_id"]) == (client.client_id, client.client_id)
        assert (claims["scope"], claims["token_use"]) == ("changes verify", "client")
        assert claims["aud"] == claims["iss"] == "https://registry.phb.ng"
        assert grant.expires_in == claims["exp"] - claims["iat"] == 600

    def test_a_scope_of_its_own_may_be_asked_for_and_no_other(self):
        client, secret = make_client("verify", "changes")
        assert ask(client.client_id, secret, "verify").scope == "verify"
        with pytest.raises(InvalidScope):
            ask(client.client_id, secret, "roster")

    def test_a_wrong_secret_an_unknown_client_and_an_impossible_name_are_refused_alike(self):
        client, secret = make_client()
        _other, other_secret = make_client()
        wrong = [(client.client_id, "x"), (client.client_id, other_secret), ("nobody", secret), ("a\0b", secret)]
        for client_id, given in wrong:
            with pytest.raises(InvalidClient):
                ask(client_id, given)

    def test_a_revoked_secret_and_a_client_that_was_switched_off_are_refused(self):
        client, secret = make_client()
        services.revoke_secret(client.secrets.get(), NOW)
        with pytest.raises(InvalidClient):
            ask(client.client_id, secret)
        off, its_secret = make_client(is_active=False)
        with pytest.raises(InvalidClient):
            ask(off.client_id, its_secret)

    def test_asking_takes_one_question_to_the_database_and_one_note_a_minute(self, django_assert_num_queries):
        client, secret = make_client()
        with django_assert_num_queries(2):
            ask(client.client_id, secret)
        with django_assert_num_queries(1):
            ask(client.client_id, secret, now=NOW + timedelta(seconds=59))
        with django_assert_num_queries(2):
            ask(client.client_id, secret, now=NOW + timedelta(seconds=61))
        client.refresh_from_db()
        assert client.last_used_at == NOW + timedelta(seconds=61)

    def test_the_secret_is_in_no_table_and_in_no_log(self, caplog):
        client, secret = make_client()
        with pytest.raises(InvalidClient):
            ask(client.client_id, secret + "x")
        assert secret not in str(list(ServiceClientSecret.objects.values()))
        assert secret not in caplog.text + str([record.__dict__ for record in caplog.records])


class TestSecrets:
    def test_two_are_live_while_a_client_changes_from_one_to_the_next(self):
        client, first = make_client()
        second = services.make_secret(client)
        assert ask(client.client_id, first)
        assert ask(client.client_id, second)
        services.revoke_secret(client.secrets.order_by("id").first(), NOW)
        with pytest.raises(InvalidClient):
            ask(client.client_id, first)
        assert ask(client.client_id, services.make_secret(client))

    def test_a_third_is_refused(self):
        client, _ = make_client()
        services.make_secret(client)
        with pytest.raises(TooManySecrets):
            services.make_secret(client)

    def test_the_database_refuses_a_third_by_itself(self):
        client, _ = make_client()
        services.make_secret(client)
        for slot in (1, 2, 3):
            with pytest.raises(IntegrityError), transaction.atomic():
                ServiceClientSecret.objects.create(client=client, sha256="0" * 64, slot=slot)

    def test_a_revocation_keeps_its_first_date(self):
        client, _ = make_client()
        for days in (0, 1):
            services.revoke_secret(client.secrets.get(), NOW + timedelta(days=days))
        assert client.secrets.get().revoked_at == NOW

    def test_a_secret_made_elsewhere_becomes_live_once(self):
        client, _ = make_client()
        assert services.make_secret_live(client, SHARED) is True
        assert services.make_secret_live(client, SHARED) is False
        assert ask(client.client_id, SHARED)

    def test_a_short_secret_is_refused(self):
        client, _ = make_client()
        with pytest.raises(UnusableSecret):
            services.make_secret_live(client, "hunter2")


class TestCommand:
    @pytest.fixture
    def create(self, tmp_path):
        def run(secret=SHARED, client_id="hospital-service", scopes=("verify",)):
            file = tmp_path / "secret"
            file.write_text(secret + "\n")
            out = StringIO()
            arguments = ["--client-id", client_id, "--name", "Hospital service", "--secret-file", str(file)]
            call_command("create_service_client", *arguments, "--scopes", *scopes, stdout=out)
            return out.getvalue()

        return run

    def test_it_makes_the_client_whose_secret_both_sides_read(self, create):
        assert "is live now" in create()
        assert ask("hospital-service", SHARED).scope == "verify"

    def test_it_may_be_run_again_and_brings_the_scopes_up_to_date(self, create):
        create()
        assert "was live already" in create(scopes=["verify", "changes"])
        assert ServiceClient.objects.get().scopes == ["changes", "verify"]
        assert ServiceClientSecret.objects.count() == 1

    def test_what_cannot_be_used_is_refused_and_nothing_is_left_behind(self, create):
        for wrong in ({"secret": "short"}, {"client_id": "Not A Slug"}):
            with pytest.raises(CommandError), transaction.atomic():
                create(**wrong)
        assert not ServiceClient.objects.exists()

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(CommandError, match="nowhere"):
            call_command(
                "create_service_client", "--client-id", "a1", "--name", "A", "--scopes", "verify",
                "--secret-file", str(tmp_path / "nowhere"),
            )  # fmt: skip
