"""The fake gives every outcome that the real registry can give."""

from datetime import UTC, date, datetime

import pytest

from license_gate.answers import Cause, Outcome, Question, RefusalCode, Register, Registry
from license_gate.registry_client import RegistryClient
from license_gate.registry_fake import FakeRegistry

MED, NURSE = "PHB-MED-7K0M-C", "PHB-NUR-1234-D"


@pytest.fixture
def registry() -> FakeRegistry:
    fake = FakeRegistry()
    fake.add(MED, regulator_number="MDCN/R/12345", valid_until=date(2026, 12, 31))
    fake.add(
        NURSE, regulator="NMCN", register_part="RN", regulator_number="777", may_practise=False, status="suspended"
    )
    fake.add("PHB-NUR-9999-E", regulator="NMCN", register_part="RM", regulator_number="777")
    return fake


def test_the_fake_and_the_client_are_both_registries(registry: FakeRegistry) -> None:
    both: list[Registry] = [registry, RegistryClient("http://registry.test", "id", "secret")]
    assert len(both) == 2


def test_it_gives_each_outcome_of_the_contract(registry: FakeRegistry) -> None:
    registry.add_mistyped("PHB-MED-7K0M-X")
    verified, suspended, never, unheld, shared, named, mistyped, unaskable = registry.verify_many(
        [
            Question("phb med 7kom c"),
            Question(NURSE),
            Question("PHB-MED-0000-0"),
            Question("MDCN/R/9"),
            Question("777"),
            Question("777", "NMCN", "RM"),
            Question("PHB-MED-7K0M-X"),
            Question(".."),
        ]
    )
    assert verified.outcome is Outcome.VERIFIED
    assert verified.facts is not None
    assert verified.facts.certificate is not None
    assert (suspended.outcome, suspended.code) == (Outcome.REFUSED, None)
    assert (never.outcome, never.code) == (Outcome.REFUSED, RefusalCode.LICENSE_NOT_FOUND)
    assert (unheld.outcome, unheld.regulator) == (Outcome.UNKNOWN, "MDCN")
    assert (shared.outcome, shared.registers) == (
        Outcome.AMBIGUOUS,
        (Register("NMCN", "RN"), Register("NMCN", "RM")),
    )
    assert named.outcome is Outcome.VERIFIED
    assert (mistyped.outcome, mistyped.code) == (Outcome.REFUSED, RefusalCode.LICENSE_NUMBER_INVALID)
    assert (unaskable.outcome, unaskable.http_status) == (Outcome.REFUSED, None)


def test_it_goes_down_and_comes_back(registry: FakeRegistry) -> None:
    registry.go_down(Cause.TIMED_OUT)
    assert registry.verify(Question(MED)).cause is Cause.TIMED_OUT
    registry.come_back()
    assert registry.verify(Question(MED)).outcome is Outcome.VERIFIED
    assert registry.questions == [Question(MED)] * 2


def test_while_its_circuit_is_open_nothing_is_asked(registry: FakeRegistry) -> None:
    registry.open_circuit(unanswered_since=datetime(2026, 5, 3, tzinfo=UTC))
    answer = registry.verify(Question(MED))
    assert (answer.cause, answer.was_sent, registry.questions) == (Cause.CIRCUIT_OPEN, False, [])
    registry.come_back()
    assert registry.verify(Question(MED)).outcome is Outcome.VERIFIED


def test_a_license_entered_again_replaces_the_first(registry: FakeRegistry) -> None:
    registry.add(MED, may_practise=False, status="removed", position=2)
    assert registry.verify(Question(MED)).outcome is Outcome.REFUSED
