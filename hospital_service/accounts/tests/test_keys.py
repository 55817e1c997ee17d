"""The key ring: the clock chooses the key, and only our own keys, algorithm and typ are believed."""

import base64
import hashlib
import json
import stat
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.management import CommandError, call_command

from accounts import keys
from accounts.checks import a_key_signs_now
from accounts.key_files import retire_keys, write_key
from accounts.keys import KeyRing, NoSigningKey
from accounts.rules import TokenExpired, TokenInvalid
from common.testing import at_once

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path, settings):
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture(autouse=True)
def _looks_every_time(monkeypatch):
    monkeypatch.setattr(keys, "LOOK_AGAIN_SECONDS", 0.0)


def claims(**changes):
    made = {"iss": "https://api.phb.ng", "aud": "https://api.phb.ng", "sub": "x", "jti": "y"}
    return {**made, "iat": int(NOW.timestamp()), "exp": int((NOW + DAY).timestamp()), **changes}


def verify(token, typ="at+jwt", audience="https://api.phb.ng"):
    with time_machine.travel(NOW, tick=False):
        return keys.verified(token, typ=typ, audience=audience)


def sign(typ="at+jwt", **changes):
    with time_machine.travel(NOW, tick=False):
        return keys.sign(claims(**changes), typ=typ)


class TestRing:
    def test_the_newest_key_whose_instant_has_come_signs(self, folder):
        for days in (-2, -1, 1):
            write_key(folder, signs_from=NOW + days * DAY)
        ring = KeyRing(folder)
        assert ring.signing_key(NOW).signs_from == NOW - DAY
        assert ring.signing_key(NOW + DAY).signs_from == NOW + DAY

    def test_the_next_key_is_published_before_it_signs(self, folder):
        write_key(folder, signs_from=NOW - DAY)
        write_key(folder, signs_from=NOW + DAY)
        published = [jwk["kid"] for jwk in KeyRing(folder).jwks()["keys"]]
        assert published == [KeyRing(folder).signing_key(NOW).kid, KeyRing(folder).signing_key(NOW + DAY).kid]

    def test_a_key_that_appears_in_the_folder_is_noticed_without_a_restart(self, folder):
        write_key(folder, signs_from=NOW - DAY)
        ring = KeyRing(folder)
        before = ring.signing_key(NOW).kid
        write_key(folder, signs_from=NOW)
        assert ring.signing_key(NOW).kid != before

    def test_the_folder_is_not_read_again_within_its_interval(self, folder, monkeypatch):
        monkeypatch.setattr(keys, "LOOK_AGAIN_SECONDS", 60.0)
        write_key(folder, signs_from=NOW - DAY)
        ring = KeyRing(folder)
        before = ring.signing_key(NOW).kid
        write_key(folder, signs_from=NOW)
        assert ring.signing_key(NOW).kid == before

    def test_a_broken_file_leaves_the_keys_that_were_read_before(self, folder):
        write_key(folder, signs_from=NOW - DAY)
        ring = KeyRing(folder)
        kid = ring.signing_key(NOW).kid
        (folder / "20261123T080000Z.pem").write_text("half a k")
        assert ring.signing_key(NOW).kid == kid

    def test_files_with_other_names_are_not_keys(self, folder):
        write_key(folder, signs_from=NOW - DAY)
        (folder / "notes.pem").write_text("not a key")
        (folder / ".20261123T080000Z.pem.12").write_text("a draft")
        assert len(KeyRing(folder).jwks()["keys"]) == 1

    def test_without_a_key_whose_instant_has_come_nothing_is_signed(self, folder):
        write_key(folder, signs_from=NOW + DAY)
        with pytest.raises(NoSigningKey):
            KeyRing(folder).signing_key(NOW)

    def test_the_kid_is_the_rfc_7638_thumbprint_and_the_private_half_is_not_published(self, folder):
        write_key(folder, signs_from=NOW - DAY)
        [jwk] = KeyRing(folder).jwks()["keys"]
        canonical = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).decode().rstrip("=")
        assert jwk == {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]} | {
            "use": "sig",
            "alg": "ES256",
            "kid": thumbprint,
        }


class TestRetirement:
    def test_a_key_replaced_long_ago_keeps_its_public_half_and_signs_no_more(self, folder):
        for days in (-100, -99, -1):
            write_key(folder, signs_from=NOW + days * DAY)
        before = KeyRing(folder).jwks()
        [retired] = retire_keys(folder, older_than=30 * DAY, now=NOW)
        assert retired.name == "20260815T090000Z.pub.pem"
        assert not (folder / "20260815T090000Z.pem").exists()
        assert KeyRing(folder).jwks() == before
        assert retire_keys(folder, older_than=30 * DAY, now=NOW) == []

    def test_the_key_that_signs_is_never_retired(self, folder):
        write_key(folder, signs_from=NOW - 100 * DAY)
        assert retire_keys(folder, older_than=DAY, now=NOW) == []

    def test_a_token_of_a_retired_key_still_verifies(self, folder):
        write_key(folder, signs_from=NOW - 100 * DAY)
        token = sign()
        write_key(folder, signs_from=NOW - 90 * DAY)
        retire_keys(folder, older_than=30 * DAY, now=NOW)
        assert verify(token)["sub"] == "x"


class TestVerification:
    @pytest.fixture(autouse=True)
    def _a_key(self, folder):
        write_key(folder, signs_from=NOW - DAY)

    def test_what_we_signed_is_believed(self):
        assert verify(sign())["jti"] == "y"

    @pytest.mark.parametrize("changes", [{"iss": "https://registry.phb.ng"}, {"aud": "https://registry.phb.ng"}])
    def test_another_issuer_or_audience_is_refused(self, changes):
        with pytest.raises(TokenInvalid):
            verify(sign(**changes))

    def test_another_typ_is_refused(self):
        with pytest.raises(TokenInvalid):
            verify(sign(typ="rt+jwt"))

    def test_an_expired_token_says_so(self):
        with pytest.raises(TokenExpired):
            verify(sign(exp=int(NOW.timestamp()) - 1))

    @pytest.mark.parametrize("claim", ["exp", "iat", "sub", "jti"])
    def test_a_token_without_a_required_claim_is_refused(self, claim):
        whole = claims()
        del whole[claim]
        with time_machine.travel(NOW, tick=False), pytest.raises(TokenInvalid):
            keys.verified(keys.sign(whole, typ="at+jwt"), typ="at+jwt", audience=whole["aud"])

    def test_a_strangers_key_is_refused_under_its_own_kid_and_under_ours(self):
        stranger = ec.generate_private_key(ec.SECP256R1())
        ours = keys.ring().signing_key(NOW).kid
        for kid in (ours, "unknown", None):
            headers = {"typ": "at+jwt"} | ({"kid": kid} if kid else {})
            with pytest.raises(TokenInvalid):
                verify(jwt.encode(claims(), stranger, algorithm="ES256", headers=headers))

    def test_no_algorithm_and_the_public_key_as_a_shared_secret_are_refused(self):
        key = keys.ring().signing_key(NOW)
        headers = {"typ": "at+jwt", "kid": key.kid}
        pem = key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        unsigned = f"{part({'alg': 'none', **headers})}.{part(claims())}."
        shared = jwt.PyJWS()
        shared._algorithms["HS256"] = SimpleNamespace(
            prepare_key=lambda secret: secret,
            check_key_length=lambda secret: None,
            sign=lambda message, secret: hashlib.sha256(secret + message).digest(),
        )
        confused = shared.encode(json.dumps(claims()).encode(), pem, algorithm="HS256", headers=headers)
        for token in (unsigned, confused):
            with pytest.raises(TokenInvalid):
                verify(token)

    @pytest.mark.parametrize("kid", [1, None, [], {"a": 1}])
    def test_a_kid_that_is_no_text_is_refused(self, kid):
        signed = sign().split(".")
        header = base64.urlsafe_b64encode(json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": kid}).encode())
        with pytest.raises(TokenInvalid):
            verify(".".join([header.rstrip(b"=").decode(), *signed[1:]]))

    @pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 5000, "a" * 10 + "\0", "eyJ9.eyJ9.eyJ9"])
    def test_what_is_no_token_is_refused(self, text):
        with pytest.raises(TokenInvalid):
            verify(text)

    def test_a_token_from_a_clock_slightly_ahead_is_believed(self):
        assert verify(sign(iat=int(NOW.timestamp()) + 2))


class TestStartUpCheck:
    def test_a_key_that_signs_is_enough(self, folder):
        write_key(folder, signs_from=datetime(2020, 1, 1, tzinfo=UTC))
        assert a_key_signs_now(None) == []

    def test_a_missing_folder_stops_the_start(self, folder):
        [error] = a_key_signs_now(None)
        assert error.id == "phb.E010"

    def test_a_key_of_the_future_alone_stops_the_start(self, folder):
        write_key(folder, signs_from=datetime(2999, 1, 1, tzinfo=UTC))
        [error] = a_key_signs_now(None)
        assert error.id == "phb.E011"

    @pytest.mark.parametrize(
        "private", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())], ids=["rsa", "p384"]
    )
    def test_a_key_of_another_kind_stops_the_start(self, folder, private):
        folder.mkdir()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "20200101T000000Z.pem").write_bytes(pem)
        [error] = a_key_signs_now(None)
        assert "P-256" in error.msg

    @pytest.mark.parametrize("name", ["20200101T000000Z.pem", "20209999T000000Z.pem"])
    def test_a_file_that_is_no_key_stops_the_start_and_is_named(self, folder, name):
        folder.mkdir()
        (folder / name).write_text("nonsense")
        [error] = a_key_signs_now(None)
        assert name in error.msg


class TestRotateKeys:
    def rotate(self, *arguments):
        out = StringIO()
        with time_machine.travel(NOW, tick=False):
            call_command("rotate_keys", *arguments, stdout=out)
        return out.getvalue()

    def test_the_first_key_signs_at_once_and_the_next_a_day_later(self, folder):
        self.rotate()
        self.rotate()
        assert sorted(path.name for path in folder.iterdir()) == ["20261123T090000Z.pem", "20261124T090000Z.pem"]

    def test_only_its_owner_may_read_a_key(self, folder):
        self.rotate()
        [path] = folder.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_if_missing_writes_none_when_one_signs(self, folder):
        self.rotate("--if-missing")
        assert self.rotate("--if-missing") == ""
        assert len(list(folder.iterdir())) == 1

    def test_the_instant_may_be_chosen(self, folder):
        self.rotate()
        assert "20261123T100000Z.pem" in self.rotate("--in", "1h")

    def test_two_keys_never_share_an_instant(self, folder):
        self.rotate()
        with pytest.raises(CommandError):
            self.rotate("--in", "0s")

    def test_old_keys_are_retired_on_request(self, folder):
        for days in (-100, -90, -1):
            write_key(folder, signs_from=NOW + days * DAY)
        assert "keeps only its public half" in self.rotate("--if-missing", "--retire", "30d")

    def test_an_unreadable_duration_is_refused(self, folder):
        with pytest.raises(CommandError):
            self.rotate("--in", "tomorrow")


def test_threads_that_arrive_before_the_first_look_all_find_the_key(tmp_path, monkeypatch):
    write_key(tmp_path, signs_from=datetime(2020, 1, 1, tzinfo=UTC))
    read = keys.read_keys

    def read_slowly(folder):
        time.sleep(0.05)
        return read(folder)

    monkeypatch.setattr(keys, "read_keys", read_slowly)
    young = keys.KeyRing(tmp_path)
    found = at_once(8, lambda _: young.signing_key(datetime(2026, 1, 1, tzinfo=UTC)).kid)
    assert len(set(found)) == 1
