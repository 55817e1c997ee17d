"""People drawn without a database: are they plausible, and do they fit the rules of the register?"""

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

from licenses.numbers import read_number
from licenses.rules import Period, Standing, Status, in_force, obstacles_on, status_on
from sampling.believable import Person, World, license_number, numeral_at, people, seat_at
from sampling.careers import Councils, License, Term, steps_of
from sampling.cast import CAST
from sampling.draws import read_table
from sampling.lives import tracks

TODAY = date(2026, 11, 23)
COUNT = 12_000
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def reference_file(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "reference" / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def world() -> World:
    """The same world that `queries.read_world` makes, from the files in reference/data."""
    prefixes = {row["code"]: row["number_prefix"] for row in reference_file("professions")}
    parts = reference_file("register_parts")
    by_months = Term("months_from_issue", 36, 3)
    lgas = defaultdict(list)
    for row in reference_file("lgas"):
        lgas[row["state"]].append(row["code"])
    councils = Councils(
        today=TODAY,
        terms={part["code"]: by_months if part["regulator"] == "nmcn" else Term() for part in parts},
        specialties={
            "medical-doctor": [("mdcn-medical-specialist", "cardiology")],
            "dental-surgeon": [("mdcn-dental-specialist", "orthodontics")],
            "nurse": [("nmcn-paediatric", "nursing-paediatric"), ("nmcn-nurse-educator", "nurse-educator")],
        },
    )
    return World(1, councils, {part["code"]: prefixes[part["profession"]] for part in parts}, dict(lgas))


@pytest.fixture(scope="module")
def crowd(world: World) -> list[Person]:
    return list(people(world, 0, COUNT))


def standing_of(person: Person, license: License) -> Standing:
    return Standing(
        registered_on=license.registered_on,
        died_on=person.died_on,
        supervised=license.part.endswith("provisional"),
        removals=[Period(start, end) for start, end, _ in license.removals],
        suspensions=[Period(start, end) for start, end, _ in license.suspensions],
        certificates=[Period(start, end) for start, end in license.certificates],
        graces=[Period(*license.grace)] if license.grace else [],
    )


def may_practise(person: Person, license: License) -> bool:
    return not obstacles_on(standing_of(person, license), TODAY)


def share(hits: int, of: int) -> float:
    return hits / of


def test_same_seed_same_people_wherever_the_run_begins(world, crowd):
    assert list(people(world, 700, 710)) == crowd[700:710]


def test_another_seed_other_people(world, crowd):
    other = World(2, world.councils, world.prefixes, world.lgas)
    assert [p.surname for p in people(other, 0, 20)] != [p.surname for p in crowd[:20]]


def test_professions_are_in_true_proportions():
    held = Counter(seat_at(index).track.profession for index in range(1_000, 3_000))
    assert held == {track.profession: 2 * track.per_thousand for track in tracks()}


def test_nobody_shares_a_seat():
    seats = {(seat.track.profession, seat.ordinal) for seat in map(seat_at, range(5_000))}
    assert len(seats) == 5_000


@pytest.mark.parametrize("track", [t for t in tracks() if t.per_thousand >= 70], ids=lambda t: t.profession)
def test_share_in_good_standing(crowd, track):
    """59 % of doctors at the end of 2018 (thisdaylive.com); the other shares are those of tracks.csv."""
    of_track = [p for i, p in enumerate(crowd) if seat_at(i).track == track]
    good = sum(any(may_practise(p, license) for license in p.licenses) for p in of_track)
    assert share(good, len(of_track)) == pytest.approx(track.good_standing, abs=0.05)


def test_a_third_of_doctors_and_most_nurses_are_women(crowd):
    for profession, women in (("medical-doctor", 0.35), ("nurse", 0.86)):
        group = [p for i, p in enumerate(crowd) if seat_at(i).track.profession == profession]
        assert share(sum(p.gender == "female" for p in group), len(group)) == pytest.approx(women, abs=0.04)


def test_several_licenses_each(crowd):
    """About 900,000 registrations of 700,000 persons (nigeria-domain: sizes)."""
    assert share(sum(len(p.licenses) for p in crowd), COUNT) == pytest.approx(1.27, abs=0.05)
    kinds = Counter(tuple(license.part for license in p.licenses) for p in crowd)
    for parts in (
        ("nmcn-general-nurse", "nmcn-midwife"),
        ("mdcn-medical-provisional",),
        ("mdcn-medical-provisional", "mdcn-medical-full"),
        ("mdcn-medical-full", "mdcn-medical-specialist"),
    ):
        assert kinds[parts] > COUNT / 1_000


def test_a_person_is_in_each_part_once(crowd):
    for person in crowd:
        parts = [license.part for license in person.licenses]
        assert len(parts) == len(set(parts))


def test_nobody_is_registered_before_twenty_after_death_or_in_the_future(crowd):
    for person in crowd:
        for license in person.licenses:
            assert license.registered_on >= person.birth_date + timedelta(days=20 * 365)
            assert license.registered_on <= min(person.died_on or TODAY, TODAY)
            assert license.registered_on.weekday() < 5


def test_specialists_carry_their_specialty_and_have_waited(crowd):
    for person in crowd:
        for license in person.licenses:
            if license.specialty:
                assert license.registered_on >= person.licenses[0].registered_on + timedelta(days=3 * 365 - 2)


def test_numbers_pass_their_check_and_are_unique(world, crowd):
    prefixes = frozenset(world.prefixes.values())
    numbers = [license.number for p in crowd for license in p.licenses]
    assert len(set(numbers)) == len(numbers)
    assert all(read_number(number.lower(), prefixes).text == number for number in numbers)


def test_numbers_do_not_meet_across_a_million():
    assert len({license_number("MED", 1, ordinal * 8) for ordinal in range(50_000)}) == 50_000


def test_council_numbers_are_unique_in_their_part(crowd):
    held = [(license.part, license.council_key) for p in crowd for license in p.licenses]
    assert len(set(held)) == len(held)


def test_numerals_leave_out_those_of_demonstrations():
    """All of them up to more people than anybody generates, each once, but those that begin with 98 or 99."""
    expected = (n for n in count(1) if n < 10_000 or str(n)[:2] not in ("98", "99"))
    assert all(numeral_at(ordinal) == next(expected) for ordinal in range(1_200_000))
    assert [numeral_at(ordinal, first=1_000_001) for ordinal in (0, 8_799_998, 8_799_999)] == [
        1_000_001,
        9_799_999,
        10_000_000,
    ]


def test_nobody_of_the_cast_has_a_number_that_somebody_is_generated_with():
    licenses = [license.council_number for member in CAST for license in member.licenses]
    for number in licenses + [pin for member in CAST for pin in member.identifiers.values()]:
        assert re.search(r"(?<!\d)9[89]\d{3,}$", number), number


def test_periods_begin_with_the_registration_and_do_not_overlap(crowd):
    for person in crowd:
        for license in person.licenses:
            periods = license.certificates + ([license.grace] if license.grace else [])
            assert all(license.registered_on <= start < end for start, end in periods)
            assert all(before[1] <= after[0] for before, after in pairwise(periods))
            if person.died_on:
                assert all(start <= person.died_on for start, _ in periods)
            for start, end, _ in license.suspensions + license.removals + license.conditions:
                assert license.registered_on <= start <= TODAY
                assert end is None or start < end


def test_statuses_in_true_proportions(crowd):
    held = [(p, license) for p in crowd for license in p.licenses]
    statuses = Counter(status_on(standing_of(p, license), TODAY) for p, license in held)
    assert 0.03 < share(statuses[Status.REMOVED], len(held)) < 0.18
    assert 0.0002 < share(statuses[Status.SUSPENDED], len(held)) < 0.004
    assert 0.03 < share(sum(p.died_on is not None for p in crowd), COUNT) < 0.12
    reasons = Counter(reason for _, license in held for _, _, reason in license.removals)
    assert reasons["non_payment"] > reasons["own_request"] > reasons["erased_by_tribunal"]
    renewing = [license for _, license in held if license.grace and in_force([Period(*license.grace)], TODAY)]
    assert 0.002 < share(len(renewing), len(held)) < 0.03
    assert any(license.conditions for _, license in held)


def test_transitions_tell_what_the_periods_say(crowd):
    for person in crowd:
        for license in person.licenses:
            steps = steps_of(license, person.died_on)
            assert all(license.registered_on <= step.effective_on <= TODAY for step in steps)
            standing = standing_of(person, license)
            for step in steps:
                assert status_on(standing, step.effective_on) is step.to_status
            if status_on(standing, TODAY) is Status.REMOVED:
                assert steps[-1].to_status is Status.REMOVED


def test_names_are_in_composed_form_and_some_have_marks(crowd):
    names = [f"{p.given_names} {p.surname} {p.maiden_name}" for p in crowd]
    assert all(unicodedata.is_normalized("NFC", name) for name in names)
    marked = sum(not name.replace(APOSTROPHE, "").isascii() for name in names)
    assert 0.01 < share(marked, COUNT) < 0.10
    assert any(unicodedata.combining(char) for name in names for char in name), "marks without a composed letter"


def test_names_hold_nothing_that_a_form_refuses():
    rows = read_table("names")
    for name in [row["name"] for row in rows] + [row["marked"] for row in rows if row["marked"]]:
        assert 1 < len(name) <= 40
        assert all(char.isalpha() or char in f"'{APOSTROPHE}-" or unicodedata.combining(char) for char in name), name


def test_one_to_three_given_names(crowd):
    counts = Counter(len(p.given_names.split()) for p in crowd)
    assert set(counts) == {1, 2, 3}
    assert counts[2] > counts[1] > 0


def test_some_married_women_had_another_name(crowd):
    changed = [p for p in crowd if p.maiden_name]
    assert 0.05 < share(len(changed), COUNT) < 0.2
    for person in changed:
        assert person.gender == "female"
        assert person.maiden_name != person.surname
        assert person.licenses[0].registered_on < person.married_on <= (person.died_on or TODAY)


def test_titles_fit_gender_and_profession(crowd):
    for index, person in enumerate(crowd):
        if person.title in ("Alhaji", "Mallam", "Mr", "Imam"):
            assert person.gender == "male"
        if person.title in ("Alhaja", "Hajiya", "Mrs"):
            assert person.gender == "female"
        if person.title in ("Dr", "Prof"):
            assert seat_at(index).track.profession in ("medical-doctor", "dental-surgeon")
    assert sum(bool(p.title) for p in crowd) > COUNT / 5


def test_the_lga_lies_in_the_state(world, crowd):
    assert all(person.lga in world.lgas[person.state] for person in crowd)
    assert len({person.state for person in crowd}) == 37
