"""Filling the register: with any number of believable people, and with the few that demonstrations name."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from audit.rules import Actor, Subject, SubjectKind
from changes.services import RegisterChange, register_batch
from common.clock import day_in_lagos
from licenses.bulk import (
    LicenseRow,
    SpecialtyRow,
    copy_licenses,
    copy_periods,
    days,
    numbers_taken,
    reserve_license_ids,
)
from licenses.numbers import council_key
from licenses.services import (
    grant_renewal_grace,
    impose_condition,
    issue_certificate,
    record_death,
    remove_license,
    suspend_license,
)
from practitioners.services import add_old_name, add_practitioner
from reference.rules import term_from
from sampling.believable import World
from sampling.bulk import Batch, make_batch, write_batch
from sampling.careers import Term
from sampling.cast import CAST, CastMember, Story, born_on, registered_on
from sampling.models import GenerationRun
from sampling.queries import Ids, read_ids, read_world

CAST_ACTOR = "add_cast"
BATCH = 10_000
"""People in one transaction: some hundred milliseconds in which other changes of the register wait."""


class OtherSeed(Exception):
    """The register was begun with another seed, whose people have the same council numbers."""


@dataclass(frozen=True)
class Generated:
    """What a call of `generate_register` has added."""

    people: int
    licenses: int


def generate_register(
    *, count: int, seed: int, now: datetime, on_progress: Callable[[int], None] = lambda done: None, batch: int = BATCH
) -> Generated:
    """Go on until the register holds `count` generated people; nothing happens when it holds them already.

    The same seed gives the same people on the same day. `on_progress` hears, after each batch, how
    many people there are.

    Raises:
        OtherSeed: people were generated from another seed before.
    """
    run, _ = GenerationRun.objects.get_or_create(id=1, defaults={"seed": seed})
    if run.seed != seed:
        raise OtherSeed(f"This register was begun with --seed {run.seed}; go on with that.")
    drawing = _Drawing(read_world(seed, day_in_lagos(now)), read_ids(), count, batch, now)
    done, licenses = run.people_done, 0
    # Python draws the next people while PostgreSQL writes these: a core each.
    with _no_collector(), ThreadPoolExecutor(max_workers=1) as ahead:
        coming = ahead.submit(drawing.after, done)
        while done < count:
            drawn = coming.result()
            following = done + len(drawn.people)
            coming = ahead.submit(drawing.after, following)
            licenses += write_batch(drawn, done=done, now=now, last=following == count)
            done = following
            on_progress(done)
    return Generated(people=done - run.people_done, licenses=licenses)


def add_cast(now: datetime) -> int:
    """Enter the people of `sampling.cast` who are not on the register; returns how many were missing."""
    with register_batch(actor=Actor(CAST_ACTOR), reason="People for demonstrations.", now=now) as change:
        missing = [member for member in CAST if not numbers_taken([member.licenses[0].number])]
        world, ids = read_world(0, change.today), read_ids()
        for member in missing:
            _enter(change, member, world, ids)
        if missing:
            licenses = sum(len(member.licenses) for member in missing)
            cast = Subject(SubjectKind.REGISTER, "cast")
            change.sum_up(cast, CAST_ACTOR, ["people_added", "licenses_added"], licenses_added=licenses)
    return len(missing)


@dataclass(frozen=True)
class _Drawing:
    """The part of a run that goes ahead of the writing, in a thread and on a connection of its own."""

    world: World
    ids: Ids
    count: int
    batch: int
    now: datetime

    def after(self, done: int) -> Batch:
        try:
            return make_batch(self.world, self.ids, done, max(done, min(done + self.batch, self.count)), self.now)
        finally:
            connection.close()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep Python's cycle collector out: people and rows are many and make no cycles; it took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _enter(change: RegisterChange, member: CastMember, world: World, ids: Ids) -> None:
    today = change.today
    person = add_practitioner(
        change,
        surname=member.surname,
        given_names=member.given_names,
        title=member.title,
        birth_date=born_on(member, today),
        gender=member.gender,
        state_id=ids.states[member.state],
        lga_id=ids.lgas[member.lga] if member.lga else None,
        identifiers=member.identifiers,
    )
    if member.maiden_name:
        add_old_name(
            change,
            practitioner_id=person.id,
            surname=member.maiden_name,
            given_names=member.given_names,
            reason="marriage",
        )
    license_ids = reserve_license_ids(len(member.licenses))
    rows = [
        LicenseRow(
            license_id,
            license.number,
            person.id,
            ids.parts[license.register_part],
            license.council_number,
            council_key(license.council_number),
            registered_on(license, today),
        )
        for license_id, license in zip(license_ids, member.licenses, strict=True)
    ]
    copy_licenses(rows, position=0, change_id=change.id)
    copy_periods(
        change_id=change.id,
        specialties=[
            SpecialtyRow(row.id, days(row.registered_on, None), ids.specialties[license.specialty])
            for row, license in zip(rows, member.licenses, strict=True)
            if license.specialty
        ],
    )
    for row, license in zip(rows, member.licenses, strict=True):
        _certify(change, row, world.councils.terms[license.register_part], member.story)
        _tell_story(change, row.id, member.story)
    if member.story is Story.DEAD:
        record_death(change, practitioner_id=person.id, died_on=date(today.year - 1, 6, 14))


def _certify(change: RegisterChange, row: LicenseRow, term: Term, story: Story) -> None:
    """Issue certificates from last year on, for as long as the story lets them."""
    year = change.today.year
    first, last = {
        Story.EXPIRED: (year - 2, year - 2),
        Story.RENEWING: (year - 1, year - 1),
        Story.ERASED: (year - 4, year - 4),
        Story.DEAD: (year - 1, year - 1),
    }.get(story, (year - 1, year + 1))
    issued = date(first, 1, 1)
    while issued.year <= last:
        start, end = term_from(max(issued, row.registered_on), term.kind, term.months)
        start = max(start, row.registered_on)
        issue_certificate(change, license_id=row.id, valid_from=start, valid_until=end)
        issued = end


def _tell_story(change: RegisterChange, license_id: int, story: Story) -> None:
    year = change.today.year
    if story is Story.RENEWING:
        grant_renewal_grace(
            change, license_id=license_id, valid_from=date(year, 1, 1), valid_until=date(year + 2, 1, 1)
        )
    elif story is Story.SUSPENDED:
        suspend_license(
            change,
            license_id=license_id,
            reason="interim_order",
            note="Until the tribunal has decided.",
            from_day=date(year - 1, 11, 2),
            until=None,
        )
    elif story is Story.ERASED:
        remove_license(
            change, license_id=license_id, reason="erased_by_tribunal", note="", from_day=date(year - 3, 3, 9)
        )
    elif story is Story.LIMITED:
        for condition in ("chaperone_required", "no_solo_practice"):
            impose_condition(
                change,
                license_id=license_id,
                condition=condition,
                text="",
                valid_from=date(year - 1, 4, 20),
                valid_until=None,
            )
