"""An identity is proven by asking outside of any transaction; what is kept of it names no number."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import make_user
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.testing import at_once
from identity import services
from identity.models import IdentityCheck
from identity.providers.fake import FakeProvider
from identity.providers.interface import ProviderUnansweredError
from identity.queries import accounts_with_identity, identity_of
from identity.rules import (
    COUNTED_FOR,
    MOST_CHECKS,
    MOST_UNANSWERED,
    UNANSWERED_COUNTED_FOR,
    IdentityAskedInVain,
    IdentityChecksExhausted,
    IdentityNotOffered,
    IdentityNumberInvalid,
    IdentityNumberUnknown,
    IdentityProviderUnavailable,
)
from identity.tests.factories import make_proof


class Silent:
    """A provider that does not answer."""

    name = "silent"

    def look_up(self, virtual_nin: str) -> Any:
        raise ProviderUnansweredError("timed out")


@pytest.mark.django_db
class TestProving:
    def test_what_the_provider_says_is_kept_and_not_what_it_was_asked(self) -> None:
        check = make_proof()
        check.refresh_from_db()
        assert (check.outcome, check.surname, check.given_names) == ("proven", "Okafor", "Adaeze Ngozi")
        assert (check.birth_date.isoformat(), check.gender, check.last_digits) == ("1996-04-17", "female", "0417")
        kept = str(vars(check))
        assert "AB000119960417CD" not in kept
        assert "FAKE-19960417" not in kept

    def test_it_is_recorded_for_auditors_without_values(self) -> None:
        check = make_proof()
        record = AuditRecord.objects.get(subject=str(check.uid))
        assert (record.actor, record.reason, record.subject_kind) == (check.account.actor, "prove_identity", "identity")
        assert "birth_date" in record.fields

    def test_one_person_is_recognised_under_another_number_and_in_another_account(self) -> None:
        first, again = make_proof(), make_proof(virtual_nin="ZZ777719960417AA")
        make_proof(virtual_nin="AB000119960418CD")
        assert first.subject_hash == again.subject_hash
        assert accounts_with_identity(first.subject_hash, apart_from=first.account_id) == {again.account_id}

    def test_the_newest_proof_counts(self) -> None:
        account = make_user()
        assert identity_of(account.pk) is None
        make_proof(account)
        newest = make_proof(account, "AB000119900101CD")
        with pytest.raises(IdentityNumberUnknown):
            make_proof(account, "XX000119900101CD")
        assert identity_of(account.pk) == newest

    def test_nobodys_number_leaves_nothing_but_that_it_was_asked(self) -> None:
        with pytest.raises(IdentityNumberUnknown):
            make_proof(virtual_nin="XX000119900101CD")
        check = IdentityCheck.objects.get()
        assert (check.outcome, check.subject_hash, check.birth_date) == ("unknown", "", None)

    def test_silence_says_nothing_and_can_be_asked_again(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        account = make_user()
        monkeypatch.setattr(services, "current_provider", Silent)
        with caplog.at_level(logging.WARNING), pytest.raises(IdentityProviderUnavailable):
            make_proof(account)
        assert IdentityCheck.objects.get().outcome == "unanswered"
        assert [record.message for record in caplog.records] == ["identity_not_checked"]
        assert "19960417" not in str([vars(record) for record in caplog.records])
        monkeypatch.setattr(services, "current_provider", FakeProvider)
        assert make_proof(account).outcome == "proven"

    def test_what_is_no_number_is_not_asked_about(self) -> None:
        with pytest.raises(IdentityNumberInvalid):
            make_proof(virtual_nin="nonsense")
        assert not IdentityCheck.objects.exists()

    def test_where_nobody_is_asked_nothing_is_proven(self, settings: Any) -> None:
        settings.IDENTITY_PROVIDER = "none"
        with pytest.raises(IdentityNotOffered):
            make_proof()


@pytest.mark.django_db
class TestHowOften:
    def test_five_numbers_a_day_and_then_it_says_when_the_next_may_be_tried(self) -> None:
        account = make_user()
        for hour in range(MOST_CHECKS):
            make_proof(account, now=NOW + timedelta(hours=hour))
        with pytest.raises(IdentityChecksExhausted) as refusal:
            make_proof(account, now=NOW + timedelta(hours=10))
        assert refusal.value.members == {"retry_after": 14 * 3600}
        make_proof(account, now=NOW + COUNTED_FOR)
        make_proof(make_user(), now=NOW + timedelta(hours=10))

    def test_what_the_provider_did_not_answer_is_none_of_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        account = make_user()
        monkeypatch.setattr(services, "current_provider", Silent)
        for _ in range(MOST_CHECKS):
            with pytest.raises(IdentityProviderUnavailable):
                make_proof(account)
        monkeypatch.setattr(services, "current_provider", FakeProvider)
        assert make_proof(account).outcome == "proven"

    def test_nobody_asks_in_vain_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        account = make_user()
        monkeypatch.setattr(services, "current_provider", Silent)
        for _ in range(MOST_UNANSWERED):
            with pytest.raises(IdentityProviderUnavailable):
                make_proof(account)
        with pytest.raises(IdentityAskedInVain) as refusal:
            make_proof(account, now=NOW + timedelta(minutes=10))
        assert refusal.value.members == {"retry_after": 50 * 60}
        with pytest.raises(IdentityProviderUnavailable):
            make_proof(account, now=NOW + UNANSWERED_COUNTED_FOR)


@pytest.mark.usefixtures("committed_db")
def test_many_at_once_ask_no_more_than_they_may() -> None:
    account = make_user()
    outcomes = [type(each) for each in at_once(16, lambda _: make_proof(account))]
    assert outcomes.count(IdentityCheck) == MOST_CHECKS
    assert outcomes.count(IdentityChecksExhausted) == 16 - MOST_CHECKS
    assert IdentityCheck.objects.count() == MOST_CHECKS


@pytest.mark.django_db
class TestTheTable:
    @pytest.mark.parametrize(
        "changes", [{"subject_hash": ""}, {"surname": ""}, {"birth_date": None}, {"outcome": "unknown"}]
    )
    def test_a_proof_is_whole(self, changes: dict[str, Any]) -> None:
        check = make_proof()
        with pytest.raises(IntegrityError, match="identity_check_holds_what_was_proven"), transaction.atomic():
            IdentityCheck.objects.filter(pk=check.pk).update(**changes)

    @pytest.mark.parametrize(
        "statement", ["DELETE FROM identity_identitycheck", "UPDATE identity_identitycheck SET account_id = NULL"]
    )
    def test_it_stays_whose_it_is(self, statement: str) -> None:
        make_proof()
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
