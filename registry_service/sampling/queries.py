"""What is read before people are drawn, and license numbers for whoever measures the service."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from licenses import bulk
from reference.models import Lga, PractisingTerm, Reason, RegisterPart, Specialty, State
from sampling.believable import World
from sampling.careers import Councils, Term
from sampling.models import GenerationRun

_SPECIALTY_PARTS = {"medical-doctor": "mdcn-medical-specialist", "dental-surgeon": "mdcn-dental-specialist"}


class RegisterTooSmall(Exception):
    """More numbers are wanted than there are licenses."""


@dataclass(frozen=True)
class Ids:
    """The internal ids of what people and licenses refer to, by code."""

    states: dict[str, int]
    lgas: dict[str, int]
    parts: dict[str, int]
    specialties: dict[str, int]
    reasons: dict[str, int]


def read_ids() -> Ids:
    """Return the ids of the reference rows."""
    return Ids(
        states=dict(State.objects.values_list("code", "id")),
        lgas=dict(Lga.objects.values_list("code", "id")),
        parts=dict(RegisterPart.objects.values_list("code", "id")),
        specialties=dict(Specialty.objects.values_list("code", "id")),
        reasons=dict(Reason.objects.values_list("code", "id")),
    )


def read_world(seed: int, today: date) -> World:
    """Return what people are drawn from, as the reference tables have it on that day."""
    lgas: dict[str, list[str]] = defaultdict(list)
    for state, lga in Lga.objects.order_by("code").values_list("state__code", "code"):
        lgas[state].append(lga)
    parts = list(RegisterPart.objects.select_related("profession"))
    terms = list(PractisingTerm.objects.in_force_on(today))
    councils = Councils(
        today=today,
        terms={part.code: _term_for(part, terms) for part in parts},
        specialties=_specialties({part.code for part in parts}),
    )
    prefixes = {part.code: part.profession.number_prefix for part in parts}
    return World(seed=seed, councils=councils, prefixes=prefixes, lgas=dict(lgas))


def people_generated() -> int:
    """Return how many people `generate_register` has written so far."""
    return sum(GenerationRun.objects.values_list("people_done", flat=True))


def sample_numbers(count: int) -> list[str]:
    """Return that many different license numbers, at random.

    Raises:
        RegisterTooSmall: there are fewer licenses.
    """
    numbers = bulk.random_numbers(count)
    if len(numbers) < count:
        raise RegisterTooSmall(f"The register holds {len(numbers)} licenses; {count} numbers were asked for.")
    return numbers


def _term_for(part: RegisterPart, terms: list[PractisingTerm]) -> Term:
    """Return the narrowest term; a council of which none is known is taken to certify by calendar year."""
    fitting = [
        term
        for term in terms
        if term.regulator_id == part.regulator_id
        and term.profession_id in (None, part.profession_id)
        and term.category in ("", part.category)
    ]
    if not fitting:
        return Term()
    term = max(fitting, key=lambda term: (term.profession_id is not None, term.category != ""))
    return Term(kind=term.kind, months=term.months, grace_months=term.grace_months)


def _specialties(parts: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return for each profession the pairs of a specialist part and a specialty in it.

    Doctors and dentists have one part for all specialties; nurses have a part of the same name for each.
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, profession in Specialty.objects.order_by("code").values_list("code", "profession__code"):
        part = _SPECIALTY_PARTS.get(profession, f"nmcn-{code.removeprefix('nursing-')}")
        if part in parts:
            found[profession].append((part, code))
    return dict(found)
