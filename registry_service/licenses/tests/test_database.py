"""What the database itself refuses, asked in SQL as the runtime role: no bug in the service gets past it."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from changes.models import RecordedChange
from changes.tests.factories import recorded_change
from licenses.models import (
    Condition,
    LicenseSpecialty,
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    RegisterPeriod,
    Removal,
    RenewalGrace,
    Suspension,
)
from licenses.tests.factories import make_license, suspend

pytestmark = pytest.mark.django_db

PERIODS = [Condition, LicenseSpecialty, PractisingCertificate, Removal, RenewalGrace, Suspension]


def execute(statement: str, *parameters: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def assert_not_permitted(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute(statement)


class TestWhatIsNeverRewritten:
    @pytest.mark.parametrize("column", ["to_status", "note", "effective_on", "recorded_in_id"])
    def test_a_transition(self, column: str) -> None:
        assert_not_permitted(f"UPDATE licenses_licensetransition SET {column} = {column}")

    @pytest.mark.parametrize(
        "column", ["number", "register_part_id", "regulator_number_key", "registered_on", "recorded_in_id"]
    )
    def test_a_license(self, column: str) -> None:
        assert_not_permitted(f"UPDATE phb_professional_registry SET {column} = {column}")

    def test_a_license_changes_hands_only_with_its_holders_entry(self) -> None:
        license, other = make_license(), make_license()
        for assignment in ("practitioner_id = %s", "replaced_by_id = %s"):
            value = other.practitioner_id if "practitioner" in assignment else other.pk
            with pytest.raises(IntegrityError, match="changes hands only when its holder was entered twice"):
                execute(f"UPDATE phb_professional_registry SET {assignment} WHERE id = %s", value, license.pk)

    def test_a_licenses_position_is_what_changes(self) -> None:
        make_license()
        assert execute("UPDATE phb_professional_registry SET position = position") == 1

    @pytest.mark.parametrize("period", PERIODS)
    def test_the_days_of_a_period(self, period: type[RegisterPeriod]) -> None:
        table = period._meta.db_table
        assert_not_permitted(f"UPDATE {table} SET valid = valid")
        assert_not_permitted(f"UPDATE {table} SET license_id = license_id")

    def test_what_was_recorded_is_closed_once_and_never_rewritten(self) -> None:
        suspend(make_license())
        table = Suspension._meta.db_table
        until_now = "recorded = tstzrange(lower(recorded), lower(recorded) + interval '1 s')"
        for rewritten in (
            "closed_in_id = 1",
            "closed_in_id = 1, recorded = tstzrange(lower(recorded) - interval '1 day', now())",
            "closed_in_id = 1, recorded = tstzrange(NULL, now())",
            until_now,
        ):
            with pytest.raises(IntegrityError, match="never rewritten"):
                execute(f"UPDATE {table} SET {rewritten}")
        assert execute(f"UPDATE {table} SET closed_in_id = 1, {until_now}") == 1
        for rewritten in (f"closed_in_id = 1, {until_now}", "recorded = tstzrange(lower(recorded), NULL)"):
            with pytest.raises(IntegrityError, match="never rewritten"):
                execute(f"UPDATE {table} SET {rewritten}")

    @pytest.mark.parametrize("model", [LicenseTransition, PHBProfessionalRegistry, RecordedChange, *PERIODS])
    def test_nothing_is_deleted(self, model: type) -> None:
        assert_not_permitted(f"DELETE FROM {model._meta.db_table}")
        assert_not_permitted(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_the_role_makes_and_drops_nothing(self) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute("CREATE TABLE public.mine (id int)")
        with pytest.raises(ProgrammingError, match="must be owner"):
            execute("ALTER TABLE phb_professional_registry DISABLE TRIGGER ALL")


class TestPeriods:
    def insert(self, table: str, days: str, license_id: int) -> int:
        return execute(
            f"INSERT INTO {table} (license_id, valid, number, recorded_in_id) VALUES (%s, %s, '', 1)", license_id, days
        )

    def test_certificates_that_overlap(self) -> None:
        license = make_license()
        with pytest.raises(IntegrityError, match="certificate_one_at_a_time"):
            self.insert("licenses_practisingcertificate", "[2026-12-31,2028-01-01)", license.pk)
        assert self.insert("licenses_practisingcertificate", "[2027-01-01,2028-01-01)", license.pk) == 1

    def test_certificates_of_two_licenses_do_not_concern_each_other(self) -> None:
        make_license()
        make_license()
        assert PractisingCertificate.objects.count() == 2

    def test_what_is_no_longer_current_may_overlap(self) -> None:
        license = make_license()
        PractisingCertificate.objects.filter(license=license).close(recorded_change().id)
        assert self.insert("licenses_practisingcertificate", "[2026-01-01,2028-01-01)", license.pk) == 1

    @pytest.mark.parametrize("days", ["empty", "(,2020-01-01)", "(,)"])
    def test_a_period_has_a_first_day(self, days: str) -> None:
        license = make_license()
        with pytest.raises(IntegrityError, match="has_a_first_day"):
            self.insert("licenses_practisingcertificate", days, license.pk)

    def test_a_row_of_the_same_transaction_is_closed(self) -> None:
        license = make_license()
        suspend(license)
        at = Suspension.objects.filter(license=license).close(recorded_change().id)
        closed = Suspension.objects.get()
        assert not closed.recorded.isempty
        assert closed.recorded.upper == at
        assert not Suspension.objects.current().exists()


class TestNumbers:
    def copy(self, **changed: object) -> None:
        license = PHBProfessionalRegistry.objects.get()
        license.pk = None
        for name, value in changed.items():
            setattr(license, name, value)
        with transaction.atomic():
            license.save(force_insert=True)

    def test_each_stands_once(self) -> None:
        make_license()
        with pytest.raises(IntegrityError, match="number"):
            self.copy(register_part_id=1)

    def test_a_person_stands_once_in_a_part(self) -> None:
        make_license()
        with pytest.raises(IntegrityError, match="license_once_per_person_and_register_part"):
            self.copy(number="PHB-MED-0000-0000")

    def test_the_counter_is_one_row(self) -> None:
        with pytest.raises(DatabaseError):
            execute("INSERT INTO changes_registerposition (id, value, changed_at) VALUES (2, 0, now())")
