"""A register that was filled before changes were recorded is brought forward whole, and not back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor

BEFORE = [
    ("licenses", "0005_periods_are_closed_and_never_rewritten"),
    ("practitioners", "0003_numbers_as_compared_and_contact"),
    ("reference", "0001_reference_tables"),
]
# A dead doctor, suspended once, in the tables as they were.
OLD_REGISTER = """
    INSERT INTO reference_regulator
        (code, name, source, former_name, legal_basis, status, appeals_to, ministry, website)
    VALUES ('mdcn', 'M', '', '', '', 'established', '', '', '');
    INSERT INTO reference_profession (code, name, source, plural, number_prefix, regulator_id)
    SELECT 'medical-doctor', 'Doctor', '', 'Doctors', 'MED', id FROM reference_regulator;
    INSERT INTO reference_registerpart
        (code, name, source, category, legal_section, number_pattern, number_example, supervised,
         profession_id, regulator_id)
    SELECT 'mdcn-medical-full', 'Full', '', 'full', '', '', '', false, p.id, p.regulator_id FROM reference_profession p;
    INSERT INTO reference_reason (code, name, source, kind) VALUES ('interim_order', 'Interim order', '', 'suspension');
    INSERT INTO practitioners_practitioner (uid, gender, birth_date, died_on, created_at)
    VALUES (gen_random_uuid(), 'male', '1950-01-01', '2024-06-14', now());
    INSERT INTO practitioners_practitionername
        (practitioner_id, use, title, surname, given_names, change_reason)
    SELECT id, 'official', 'Prof', 'Nwachukwu', 'Ifeanyi', '' FROM practitioners_practitioner;
    INSERT INTO phb_professional_registry
        (number, practitioner_id, register_part_id, regulator_number, regulator_number_key, registered_on, position)
    SELECT 'PHB-MED-0000-0000', p.id, part.id, '', '', '1980-01-01', 2
    FROM practitioners_practitioner p, reference_registerpart part;
    INSERT INTO licenses_suspension (license_id, valid, reason_id)
    SELECT l.id, '[2001-01-01,2002-01-01)', r.id FROM phb_professional_registry l, reference_reason r;
    INSERT INTO licenses_licensetransition
        (license_id, transition, from_status, to_status, reason_id, words, actor, effective_on, position)
    SELECT l.id, 'suspend', 'registered', 'suspended', r.id, 'Why', 'user:registrar', '2001-01-01', 2
    FROM phb_professional_registry l, reference_reason r;
    UPDATE licenses_registerposition SET value = 2;
"""


@pytest.fixture
def old_register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The owner's connection to a database of its own, at the migrations before, with the old register in it."""
    owner = connections["owner"]
    usual = owner.settings_dict["NAME"]
    name = f"old_{usual}"
    with django_db_blocker.unblock():
        execute(owner, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        connect(owner, name)
        try:
            MigrationExecutor(owner).migrate(BEFORE)
            execute(owner, OLD_REGISTER)
            yield owner
        finally:
            connect(owner, usual)
            execute(owner, f'DROP DATABASE "{name}"')


def connect(database: Any, name: str) -> None:
    # The recorder of migrations asks by alias, so the connection itself is led to the other database.
    database.close()
    database.settings_dict["NAME"] = name


def execute(database: Any, *statements: str) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(database: Any, statement: str) -> list[tuple]:
    with database.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_it_is_brought_forward_whole(old_register: Any) -> None:
    executor = MigrationExecutor(old_register)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert rows(old_register, "SELECT position, actor, reason FROM changes_recordedchange ORDER BY position") == [
        (0, "the register", "The register begins."),
        (2, "user:registrar", "Why"),
    ]
    assert rows(
        old_register,
        "SELECT step.note, change.position FROM licenses_licensetransition step"
        " JOIN changes_recordedchange change ON change.id = step.recorded_in_id",
    ) == [("Why", 2)]
    assert rows(
        old_register,
        "SELECT died_on::text, position FROM practitioners_practitionerdeath death"
        " JOIN changes_recordedchange change ON change.id = death.recorded_in_id",
    ) == [("2024-06-14", 0)]
    for table in ("practitioners_practitionername", "licenses_suspension"):
        assert rows(old_register, f"SELECT count(*) FROM {table} WHERE upper(recorded) IS NULL") == [(1,)]
    assert rows(old_register, "SELECT value FROM changes_registerposition") == [(2,)]


@pytest.mark.parametrize("target", BEFORE[:2])
def test_there_is_no_way_back_on_which_the_dead_would_practise(old_register: Any, target: tuple[str, str]) -> None:
    executor = MigrationExecutor(old_register)
    executor.migrate(executor.loader.graph.leaf_nodes())
    with pytest.raises(IrreversibleError):
        MigrationExecutor(old_register).migrate([target])
    assert rows(old_register, "SELECT count(*) FROM practitioners_practitionerdeath") == [(1,)]
