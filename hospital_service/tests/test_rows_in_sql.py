"""Row-level security in direct SQL, as the runtime role: what a bug or an injection in the service could reach."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import RoleAssignment
from accounts.rules import Role
from accounts.tests.factories import make_user
from common.asker import ask_as, asking_as_worker, forget_asker
from hospitals.tests.factories import make_hospital
from license_gate.models import LicenseVerification
from staff.models import Affiliation
from staff.services import verify_affiliations
from staff.tests.factories import make_affiliation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_registry")]
TABLES = ["accounts_roleassignment", "staff_affiliation", "license_gate_licenseverification"]


class World:
    def __init__(self):
        self.zuma, self.marina = make_hospital(), make_hospital()
        self.admin = make_user(Role.HOSPITAL_ADMIN, hospital=self.zuma)
        self.nurse = make_user(Role.NURSE, hospital=self.zuma)
        self.other = make_user(Role.HOSPITAL_ADMIN, hospital=self.marina)
        self.national = make_user(Role.NATIONAL_ADMINISTRATOR)
        self.operator = make_user(is_superuser=True)
        self.person = make_user()
        self.row, self.other_row = make_affiliation(self.zuma, user=self.person), make_affiliation(self.marina)
        with asking_as_worker():
            verify_affiliations([self.row, self.other_row], asked_by=None, now=self.row.verify_next_at)


@pytest.fixture
def world():
    return World()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def rows(table):
    return sql(f"SELECT count(*) FROM {table}")[0][0]


def refused(statement, *values):
    with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"), transaction.atomic():
        sql(statement, *values)
    return True


def test_the_tests_ask_as_a_role_that_policies_bind():
    found = sql(
        "SELECT rolsuper, rolbypassrls, pg_has_role(c.relowner, 'MEMBER') FROM pg_roles, pg_class c"
        " WHERE rolname = current_user AND c.relname = 'staff_affiliation'"
    )
    assert found == [(False, False, False)]


def test_every_table_with_a_hospital_has_row_level_security():
    found = sql(
        "SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'hospital_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    )
    assert sorted(found) == sorted((table, True) for table in TABLES)


@pytest.mark.parametrize("table", TABLES)
class TestReading:
    def test_nothing_set_means_no_rows(self, world, table):
        assert rows(table) == 0

    def test_an_asker_who_is_nobody_sees_no_rows(self, world, table):
        ask_as(uuid4())
        assert rows(table) == 0

    def test_the_worker_the_national_administrator_and_an_operator_see_all(self, world, table):
        counts = []
        with asking_as_worker():
            counts.append(rows(table))
        for user in (world.national, world.operator):
            ask_as(user.id)
            counts.append(rows(table))
        assert counts == [4 if table == TABLES[0] else 2] * 3

    def test_each_hospital_sees_its_own_and_none_of_the_others(self, world, table):
        for user, hospital in ((world.admin, world.zuma), (world.nurse, world.zuma), (world.other, world.marina)):
            ask_as(user.id)
            assert {hospital_id for (hospital_id,) in sql(f"SELECT hospital_id FROM {table}")} == {hospital.id}

    def test_after_the_asker_is_forgotten_nothing_is_seen(self, world, table):
        ask_as(world.admin.id)
        forget_asker()
        assert rows(table) == 0

    def test_another_word_for_the_worker_is_no_worker(self, world, table):
        sql("SELECT set_config('phb.role', 'Worker', false)")
        assert rows(table) == 0


class TestThePerson:
    def test_sees_their_own_affiliation_and_what_was_asked_about_it(self, world):
        ask_as(world.person.id)
        assert [row.id for row in Affiliation.objects.all()] == [world.row.id]
        assert [row.license_number for row in LicenseVerification.objects.all()] == [world.row.license_number]

    def test_changes_neither(self, world):
        ask_as(world.person.id)
        assert refused("UPDATE staff_affiliation SET full_name = 'x'")
        assert refused("UPDATE license_gate_licenseverification SET outcome = 'verified'")


class TestWritingStaff:
    INSERT = """
        INSERT INTO staff_affiliation (id, hospital_id, full_name, job_title, license_number, license_key,
            regulator, register, joined_on, verify_next_at, silences, created_at)
        VALUES (%s, %s, 'A', 'B', 'C', 'C', '', '', '2026-01-01', now(), 0, now())
    """

    def test_for_ones_own_hospital(self, world):
        ask_as(world.admin.id)
        assert sql(self.INSERT, uuid4(), world.zuma.id) == 1

    def test_not_for_another_hospital_nor_when_nothing_is_set(self, world):
        assert refused(self.INSERT, uuid4(), world.zuma.id)
        ask_as(world.admin.id)
        assert refused(self.INSERT, uuid4(), world.marina.id)

    def test_another_hospitals_rows_are_not_there_to_be_changed(self, world):
        ask_as(world.admin.id)
        assert sql("UPDATE staff_affiliation SET full_name = 'x' WHERE hospital_id = %s", world.marina.id) == 0
        assert sql("UPDATE staff_affiliation SET full_name = 'x'") == 1

    def test_a_row_is_not_handed_to_another_hospital(self, world):
        ask_as(world.admin.id)
        assert refused("UPDATE staff_affiliation SET hospital_id = %s", world.marina.id)

    def test_nobody_deletes_even_their_own(self, world):
        ask_as(world.admin.id)
        assert refused("DELETE FROM staff_affiliation")
        assert refused("TRUNCATE staff_affiliation")

    def test_many_at_once_are_refused_when_one_is_for_another_hospital(self, world):
        ask_as(world.admin.id)
        mixed = [
            Affiliation(
                hospital=hospital,
                full_name="A",
                job_title="B",
                license_number=str(number),
                license_key=str(number),
                joined_on=world.row.joined_on,
                verify_next_at=world.row.verify_next_at,
            )
            for number, hospital in enumerate([world.zuma, world.marina])
        ]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Affiliation.objects.bulk_create(mixed)
        assert Affiliation.objects.count() == 1


class TestEvidence:
    def test_it_is_added_for_ones_own_hospital_alone(self, world):
        ask_as(world.admin.id)
        values = {"license_number": "1", "asked_at": world.row.verify_next_at, "answered_at": world.row.verify_next_at}
        LicenseVerification.objects.create(hospital=world.zuma, outcome="refused", **values)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            LicenseVerification.objects.create(hospital=world.marina, outcome="refused", **values)

    @pytest.mark.parametrize("who", ["admin", "national", "operator", "worker"])
    def test_nobody_changes_or_deletes_what_was_kept(self, world, who):
        if who == "worker":
            sql("SELECT set_config('phb.role', 'worker', false)")
        else:
            ask_as(getattr(world, who).id)
        assert refused("UPDATE license_gate_licenseverification SET outcome = 'verified'")
        assert refused("DELETE FROM license_gate_licenseverification")


class TestRoles:
    INSERT = "INSERT INTO accounts_roleassignment (user_id, role, hospital_id, granted_at) VALUES (%s, %s, %s, now())"

    @pytest.mark.parametrize("role", ["hospital_admin", "national_administrator"])
    def test_nobody_gives_themself_a_role(self, world, role):
        hospital = None if role == "national_administrator" else world.zuma.id
        for user in (world.nurse, world.admin, world.person):
            ask_as(user.id)
            assert refused(self.INSERT, user.id, role, hospital)

    def test_nobody_raises_or_takes_away_a_role_that_they_see(self, world):
        for user in (world.nurse, world.admin):
            ask_as(user.id)
            assert rows("accounts_roleassignment") == 2
            assert sql("UPDATE accounts_roleassignment SET role = 'hospital_admin'") == 0
            assert sql("DELETE FROM accounts_roleassignment") == 0

    def test_the_national_administrator_an_operator_and_the_worker_do(self, world):
        for user in (world.national, world.operator):
            ask_as(user.id)
            RoleAssignment.objects.create(user=user, role="auditor", hospital=world.zuma)
            assert sql("DELETE FROM accounts_roleassignment WHERE role = 'auditor'") == 1
        with asking_as_worker():
            assert sql("DELETE FROM accounts_roleassignment WHERE role = 'nurse'") == 1

    def test_a_colleagues_role_is_seen_and_a_role_elsewhere_of_the_same_colleague_is_not(self, world):
        with asking_as_worker():
            RoleAssignment.objects.create(user=world.nurse, role="nurse", hospital=world.marina)
        ask_as(world.admin.id)
        assert {row.hospital_id for row in RoleAssignment.objects.filter(user=world.nurse)} == {world.zuma.id}


def test_functions_that_look_beyond_policies_cannot_be_led_astray_by_other_tables():
    found = sql("SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert dict(found) == {
        "phb_asker_hospitals": ["search_path=public, pg_temp"],
        "phb_asker_sees_all": ["search_path=public, pg_temp"],
    }


def test_an_answer_kept_for_a_repeat_is_seen_by_whoever_got_it(world):
    insert = (
        "INSERT INTO common_idempotentrequest (actor, key, fingerprint, status, body, created_at)"
        " VALUES (%s, 'join-0001', '', 201, '{}', now())"
    )
    ask_as(world.admin.id)
    assert sql(insert, world.admin.actor) == 1
    assert refused(insert, world.other.actor)
    ask_as(world.other.id)
    assert rows("common_idempotentrequest") == 0
    assert sql("DELETE FROM common_idempotentrequest") == 0
    forget_asker()
    assert rows("common_idempotentrequest") == 0
    with asking_as_worker():
        assert rows("common_idempotentrequest") == 1
