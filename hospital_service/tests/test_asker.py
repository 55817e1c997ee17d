"""Who asks is known to the database for one request and no longer, on connections that outlast many."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from common.asker import AskerMiddleware, ask_as, asking_as_worker, forget_asker
from common.testing import at_once
from hospitals.tests.factories import make_hospital
from staff.models import Affiliation
from staff.tests.factories import make_affiliations

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.urls(__name__)]


class Fails(APIView):
    def get(self, request):
        assert Affiliation.objects.exists()
        raise RuntimeError("in the middle of a request")


class FailsInTransaction(APIView):
    def get(self, request):
        with transaction.atomic():
            assert Affiliation.objects.exists()
            connection.cursor().execute("SELECT 1 / 0")


class LeavesABrokenTransaction(APIView):
    def get(self, request):
        transaction.set_autocommit(False)
        connection.cursor().execute("SELECT 1 / 0")


class RollsBack(APIView):
    def get(self, request):
        with transaction.atomic():
            ask_as(request.user.id)
            transaction.set_rollback(True)
        return Response(Affiliation.objects.count())


class LosesTheConnection(APIView):
    def get(self, request):
        connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")


class Raw(APIView):
    permission_classes = []

    def get(self, request):
        return Response({"pid": session()[0], "seen": Affiliation.objects.count()})


FAILURES = [Fails, FailsInTransaction, RollsBack]
BROKEN = [LeavesABrokenTransaction, LosesTheConnection]
urlpatterns = [
    path("", include("config.urls")),
    *[path(f"{view.__name__}/", view.as_view()) for view in (*FAILURES, *BROKEN, Raw)],
]
handler500 = "common.problems.server_error"


def session():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), current_setting('phb.user_id', true), current_setting('phb.role', true)"
        )
        return cursor.fetchone()


def is_forgotten():
    return not any(session()[1:])


class Tenants:
    """Two hospitals with staff, and an administrator of each."""

    def __init__(self):
        self.hospitals = [make_hospital(), make_hospital()]
        self.people = [
            {str(row.id) for row in make_affiliations(hospital, 3 + number)}
            for number, hospital in enumerate(self.hospitals)
        ]
        self.callers = [as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital)) for hospital in self.hospitals]
        for caller in self.callers:
            caller.raise_request_exception = False

    def sees_its_own(self, number):
        hospital, caller = self.hospitals[number], self.callers[number]
        listed = caller.get(f"/api/staff/?hospital={hospital.id}").json()["results"]
        raw = caller.get("/Raw/").json()["seen"]
        return {row["id"] for row in listed} == self.people[number] and raw == len(self.people[number])


@pytest.fixture
def tenants():
    return Tenants()


def test_two_hospitals_interleaved_on_one_connection_see_their_own(tenants, api):
    pids = set()
    for turn in range(10):
        assert tenants.sees_its_own(turn % 2)
        assert is_forgotten()
        between = api.get("/Raw/").json()
        assert between["seen"] == 0
        pids.add(between["pid"])
    assert len(pids) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_also_after_a_failure_in_the_middle_on_the_same_connection(tenants, api, failure):
    before = session()[0]
    for turn in range(4):
        tenants.callers[turn % 2].get(f"/{failure.__name__}/")
        assert is_forgotten()
        assert api.get("/Raw/").json() == {"pid": before, "seen": 0}
        assert tenants.sees_its_own(1 - turn % 2)


@pytest.mark.parametrize("failure", BROKEN)
def test_a_connection_that_cannot_be_cleared_is_thrown_away(tenants, api, failure):
    for turn in range(2):
        before = session()[0]
        answer = tenants.callers[turn].get(f"/{failure.__name__}/")
        assert answer.status_code in (500, 503)
        assert answer.headers["Content-Type"] == "application/problem+json"
        after = api.get("/Raw/").json()
        assert (after["pid"] != before, after["seen"]) == (True, 0)
        assert tenants.sees_its_own(1 - turn)


def test_two_hospitals_interleaved_by_live_threads_see_their_own(tenants):
    def alternate(number):
        return [tenants.sees_its_own((number + turn) % 2) and is_forgotten() for turn in range(25)]

    assert at_once(4, alternate) == [[True] * 25] * 4


def test_a_thread_whose_work_was_the_workers_serves_a_hospital_next(tenants):
    def work():
        with asking_as_worker():
            everyone = Affiliation.objects.count()
        return everyone, tenants.sees_its_own(0), is_forgotten()

    with ThreadPoolExecutor(1) as thread:
        assert [thread.submit(work).result() for _ in range(2)] == [(7, True, True)] * 2
        thread.submit(connections.close_all).result()


class TestMiddleware:
    def request(self, view):
        try:
            return AskerMiddleware(view)(RequestFactory().get("/"))
        except RuntimeError:
            return None

    def test_it_forgets_whoever_asked_whatever_happened(self):
        def answers(request):
            ask_as(make_user().id)
            return HttpResponse()

        def fails(request):
            ask_as(make_user().id)
            raise RuntimeError

        for view in (answers, fails):
            self.request(view)
            assert is_forgotten()

    def test_a_request_that_nobody_asked_costs_no_question(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            self.request(lambda request: HttpResponse())

    @pytest.mark.parametrize("error", [OperationalError, InterfaceError])
    def test_a_lost_connection_does_not_turn_the_answer_into_a_failure(self, monkeypatch, error):
        def lose_it(request):
            ask_as(make_user().id)
            monkeypatch.setattr("common.asker._set", lose)
            return HttpResponse(b"the answer")

        def lose(**values):
            raise error

        before = session()[0]
        assert self.request(lose_it).content == b"the answer"
        assert session()[0] != before


class TestTransactions:
    def test_the_worker_is_forgotten_after_a_failure(self):
        with pytest.raises(RuntimeError), asking_as_worker():
            raise RuntimeError
        assert is_forgotten()

    def test_the_worker_in_a_transaction_that_rolls_back_is_forgotten_too(self):
        with pytest.raises(RuntimeError), transaction.atomic(), asking_as_worker():
            raise RuntimeError
        assert is_forgotten()

    def test_the_worker_around_a_transaction_that_rolls_back_goes_on_and_is_forgotten(self, tenants):
        with asking_as_worker():
            with transaction.atomic():
                Affiliation.objects.update(full_name="x")
                transaction.set_rollback(True)
            assert Affiliation.objects.count() == 7
        assert is_forgotten()

    def test_the_worker_in_a_transaction_that_the_database_has_failed_is_forgotten(self, tenants):
        with pytest.raises(Exception, match=r".*"), transaction.atomic(), asking_as_worker():
            connection.cursor().execute("SELECT 1 / 0")
        assert is_forgotten()

    def test_a_constraint_that_refuses_a_row_does_not_lose_the_asker(self, tenants):
        with asking_as_worker():
            first, second = Affiliation.objects.all()[:2]
            second.license_key = first.license_key
            with pytest.raises(IntegrityError), transaction.atomic():
                second.save()
            assert Affiliation.objects.count() == 7

    def test_whoever_signs_in_after_the_worker_is_not_taken_for_it(self, tenants):
        with asking_as_worker():
            ask_as(make_user().id)
            assert Affiliation.objects.count() == 0
        forget_asker()


def test_an_anonymous_request_sees_nothing_on_a_connection_that_was_just_used(tenants):
    assert tenants.sees_its_own(0)
    assert APIClient().get("/Raw/").json()["seen"] == 0
