"""Refresh tokens work once; a copy in foreign hands ends its sign-in, a double click does not."""

from datetime import timedelta
from hashlib import md5

import pytest
import time_machine
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts import services
from accounts.queries import person_of_token
from accounts.rules import EmailNotConfirmed, TokenExpired, TokenInvalid, TokenReused
from accounts.tasks import forget_expired_tokens
from accounts.tests.factories import NOW, make_user
from accounts.tokens import RefreshToken, bearer_claims

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_sign_in_gives_a_short_and_a_long_token_of_the_person():
    user = make_user()
    pair = services.sign_in(user)
    access, refresh = bearer_claims(pair.access), RefreshToken.read(pair.refresh)
    assert access["sub"] == refresh["sub"] == str(user.id)
    assert pair.expires_in == access["exp"] - access["iat"] == 600
    assert refresh["exp"] - refresh["iat"] == 14 * 24 * 3600


def test_whoever_has_not_proven_the_address_cannot_sign_in():
    with pytest.raises(EmailNotConfirmed):
        services.sign_in(make_user(email_confirmed_at=None))


def test_the_database_does_not_hold_the_text_of_a_refresh_token():
    services.sign_in(make_user())
    assert OutstandingToken.objects.get().token == ""


def test_a_refresh_token_gives_the_next_pair_of_the_same_sign_in():
    first = services.sign_in(make_user())
    second = services.refresh(first.refresh, timezone.now())
    assert second.refresh != first.refresh
    assert RefreshToken.read(second.refresh).sign_in == RefreshToken.read(first.refresh).sign_in
    assert services.refresh(second.refresh, timezone.now())


def test_a_second_use_at_once_is_refused_and_the_sign_in_goes_on(clock):
    first = services.sign_in(make_user())
    second = services.refresh(first.refresh, timezone.now())
    clock.shift(timedelta(seconds=5))
    with pytest.raises(TokenReused):
        services.refresh(first.refresh, timezone.now())
    assert services.refresh(second.refresh, timezone.now())


def test_a_second_use_later_ends_the_sign_in_and_no_other(clock):
    user = make_user()
    stolen, elsewhere = services.sign_in(user), services.sign_in(user)
    owner_goes_on = services.refresh(stolen.refresh, timezone.now())
    clock.shift(timedelta(minutes=1))
    with pytest.raises(TokenReused):
        services.refresh(stolen.refresh, timezone.now())
    with pytest.raises(TokenReused):
        services.refresh(owner_goes_on.refresh, timezone.now())
    assert services.refresh(elsewhere.refresh, timezone.now())


def test_signing_out_ends_the_sign_in_even_by_a_token_spent_before():
    user = make_user()
    first, elsewhere = services.sign_in(user), services.sign_in(user)
    second = services.refresh(first.refresh, timezone.now())
    services.sign_out(first.refresh)
    with pytest.raises(TokenReused):
        services.refresh(second.refresh, timezone.now())
    assert services.refresh(elsewhere.refresh, timezone.now())


@pytest.mark.parametrize("text", ["", "nonsense", "a.b.c"])
def test_signing_out_with_what_is_no_token_changes_nothing(text):
    services.sign_in(make_user())
    services.sign_out(text)
    assert not BlacklistedToken.objects.exists()


def test_an_access_token_is_no_refresh_token():
    pair = services.sign_in(make_user())
    with pytest.raises(TokenInvalid):
        services.refresh(pair.access, timezone.now())


def test_an_expired_refresh_token_says_so(clock):
    pair = services.sign_in(make_user())
    clock.shift(timedelta(days=15))
    with pytest.raises(TokenExpired):
        services.refresh(pair.refresh, timezone.now())


def test_whoever_was_barred_gets_no_next_pair():
    user = make_user()
    pair = services.sign_in(user)
    user.is_active = False
    user.save()
    with pytest.raises(TokenInvalid):
        services.refresh(pair.refresh, timezone.now())


def test_a_new_password_ends_every_sign_in():
    user = make_user()
    pairs = [services.sign_in(user), services.sign_in(user)]
    services.change_password(user_id=user.id, password="Olumo-at-noon-1", now=timezone.now())
    for pair in pairs:
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, timezone.now())
    assert BlacklistedToken.objects.count() == 2


def test_ending_every_sign_in_leaves_none_and_those_that_begin_afterwards():
    user = make_user()
    spent, other = services.sign_in(user), services.sign_in(make_user())
    live = services.refresh(spent.refresh, timezone.now())
    stale = type(user).objects.get(id=user.id)
    services.end_every_sign_in(user)
    for pair in (spent, live, services.sign_in(stale)):
        assert person_of_token(bearer_claims(pair.access)) is None
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, timezone.now())
    for pair in (other, services.sign_in(user)):
        assert person_of_token(bearer_claims(services.refresh(pair.refresh, timezone.now()).access)) is not None


def test_the_marks_of_those_whose_sign_ins_were_never_ended_are_as_before_there_were_generations():
    user = make_user()
    before = md5(user.password.encode()).hexdigest().upper()
    assert bearer_claims(services.sign_in(user).access)["pwd"] == before
    assert user.get_session_auth_hash() == AbstractBaseUser.get_session_auth_hash(user)


def test_a_token_that_was_forgotten_is_refused():
    pair = services.sign_in(make_user())
    OutstandingToken.objects.all().delete()
    with pytest.raises(TokenInvalid):
        services.refresh(pair.refresh, timezone.now())


def test_expired_tokens_are_forgotten_and_live_ones_kept(clock):
    user = make_user()
    spent = services.sign_in(user)
    services.refresh(spent.refresh, timezone.now())
    clock.shift(timedelta(days=13))
    live = services.sign_in(user)
    clock.shift(timedelta(days=2))
    assert forget_expired_tokens(timezone.now()) == 2
    assert forget_expired_tokens(timezone.now()) == 0
    assert not BlacklistedToken.objects.exists()
    assert services.refresh(live.refresh, timezone.now())
