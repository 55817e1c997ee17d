"""How good the name engine is on names that it has never seen."""

from collections import Counter
from functools import cache

import pytest

from practitioners.names.lexicon import read
from practitioners.tests.name_figures import Judged, judge, precision, recall
from practitioners.tests.name_pairs import (
    BUILD,
    DIFFERENT,
    MEASURE,
    SAME,
    TRADITIONS,
    entries,
    families,
    groups_of,
    pairs_of,
    short_forms,
)


@cache
def judged() -> list[Judged]:
    return judge(MEASURE)


def test_recall_and_precision_hold_on_names_that_the_engine_does_not_know() -> None:
    assert recall(judged()) >= 0.95
    assert precision(judged()) >= 0.9


@pytest.mark.parametrize("tradition", TRADITIONS)
def test_no_tradition_is_left_behind(tradition: str) -> None:
    of_it = [one for one in judged() if one.pair.tradition == tradition]
    assert recall(of_it) >= 0.9
    assert precision(of_it) >= 0.88


def test_with_its_lists_the_engine_hardly_takes_one_name_for_another() -> None:
    known = judge(MEASURE, read())
    assert recall(known) >= 0.98
    assert precision(known) >= 0.99


@pytest.mark.parametrize("part", [BUILD, MEASURE])
def test_each_part_has_6000_different_pairs_half_of_them_one_persons(part: str) -> None:
    pairs = pairs_of(part)
    assert len({(pair.kind, pair.tradition, pair.a, pair.b) for pair in pairs}) == len(pairs) == 6_000
    assert Counter(pair.same for pair in pairs) == {True: 3_000, False: 3_000}
    assert {pair.kind for pair in pairs} == {*SAME, *DIFFERENT}


def test_the_pairs_are_the_same_each_time() -> None:
    assert pairs_of(BUILD) == pairs_of(BUILD)


def test_no_group_and_no_family_is_in_both_parts() -> None:
    assert not groups_of(BUILD) & groups_of(MEASURE)
    parts = {(families()[entry.group], entry.part) for entry in entries()}
    assert len(parts) == len(set(families().values()))


def test_a_name_and_its_short_form_are_in_one_part() -> None:
    part = {entry.folded: entry.part for entry in entries()}
    assert all(part[long] == part[short] for long, short in short_forms())


def test_the_engine_that_is_measured_knows_no_name_of_the_part() -> None:
    lexicon = read(apart_from=groups_of(MEASURE))
    for entry in entries():
        assert lexicon.forms(entry.folded).listed == (entry.part == BUILD)
