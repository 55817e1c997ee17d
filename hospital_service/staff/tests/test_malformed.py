"""Whatever is sent to any address of this module, the answer is no failure of ours."""

import json

import pytest

from staff.models import Affiliation
from staff.tests.factories import make_affiliation
from staff.tests.test_api import URL, is_problem

pytestmark = pytest.mark.django_db


class TestMalformed:
    BODIES = [b"", b"{", b"[]", b"null", b'"text"', b"\xff", b'{"hospital": "a\\u0000b"}', b"[" * 5000, b"<html>"]
    VALUES = [None, True, 0, -1, 1.5, "", " ", "x" * 5000, [], ["a"], {}, {"a": 1}, "\u202e", "🜁" * 300, "' OR 1=1 --"]
    FIELDS = ["full_name", "job_title", "license_number", "regulator", "register", "joined_on", "left_on"]

    @pytest.fixture
    def addresses(self, hospital):
        affiliation = make_affiliation(hospital)
        return [URL, f"{URL}verify/", f"{URL}{affiliation.id}/leave/", f"{URL}{affiliation.id}/verify/"]

    def test_whatever_is_sent_the_answer_is_no_failure_of_ours(self, fake_registry, hospital, admin, addresses):
        sent = [(body, False) for body in self.BODIES]
        for value in self.VALUES:
            sent.append((json.dumps(dict.fromkeys(["hospital", "affiliations", *self.FIELDS], value)), False))
            sent.append((json.dumps({"hospital": str(hospital.id), **dict.fromkeys(self.FIELDS, value)}), False))
        for address in addresses:
            for body, _ in sent:
                answer = admin.generic("POST", address, body, content_type="application/json")
                assert answer.status_code < 500, (address, body)
                if answer.status_code >= 400:
                    assert answer.json()["code"]

    def test_another_method_is_refused(self, admin, addresses):
        for address in addresses:
            for method in ("PUT", "PATCH", "DELETE", "TRACE"):
                assert is_problem(admin.generic(method, address), 405, "method_not_allowed")

    @pytest.mark.parametrize("pk", ["x", "1", "00000000-0000-0000-0000-000000000000", "%00", "é"])
    def test_an_id_that_is_none_is_not_found_or_not_read(self, admin, pk):
        for end in ("", "verifications/"):
            assert admin.get(f"{URL}{pk}/{end}").status_code in (400, 404)
        for end in ("verify/", "leave/"):
            assert admin.post(f"{URL}{pk}/{end}").status_code in (400, 404)
        assert Affiliation.objects.count() == 0
