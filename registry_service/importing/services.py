"""Bringing a council's list into the register: once, in batches, going on where a killed import stopped."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from common.clock import day_in_lagos
from common.locks import try_session_lock
from importing.batches import Batches, Ids
from importing.files import ListFile, UnreadableFile, open_list
from importing.mapping import KnownCodes, ListMapping, check_heading, read_mapping
from importing.models import ImportRun
from importing.queries import code_ids, known_codes, last_run, newest_list, state_ids
from importing.reading import RowReader, read_rows
from importing.reports import Reports
from importing.rules import NOBODY_IS_MISSING
from reference.models import Regulator
from reference.services import mark_register_complete

BATCH_SIZE = 1000


class ImportRefused(Exception):
    """The import cannot begin, or go on, as it was asked for; nothing was changed by this call."""


@dataclass(frozen=True)
class Job:
    """What is to be imported, and how. Without `list_date` the list is of today, or of the day it was begun with."""

    file: Path
    mapping_file: Path
    list_date: date | None = None
    report_dir: Path | None = None
    batch_size: int = BATCH_SIZE
    again: bool = False


@dataclass(frozen=True)
class Outcome:
    """A finished run, and whether it had finished before this call, which then did nothing."""

    run: ImportRun
    reports: Reports
    was_finished: bool


Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class _Opened:
    """A list and a mapping that fit each other, read and checked."""

    job: Job
    known: KnownCodes
    mapping: ListMapping
    mapping_digest: str
    listed: ListFile
    reports: Reports


def import_register(job: Job, *, clock: Clock, on_progress: Progress) -> Outcome:
    """Import a list, or go on with one whose import was stopped; `on_progress` hears rows done and rows in all.

    The same file with the same mapping is imported once, unless the job says `again`.

    Raises:
        MappingError, UnreadableFile, ImportRefused: nothing was changed.
    """
    opened = _open(job)
    regulator = opened.mapping.regulator
    with try_session_lock(f"import_register:{regulator}") as is_free:
        if not is_free:
            raise ImportRefused(f"Another list of {regulator} is being imported. Begin when it has finished.")
        run = last_run(opened.listed.digest, opened.mapping_digest)
        if run is not None and run.finished_at is not None and not job.again:
            return Outcome(run, opened.reports, was_finished=True)
        if run is None or run.finished_at is not None:
            run = _begin(opened, clock())
        else:
            _go_on(run, opened)
        _take_rows(run, opened, clock, on_progress)
        _finish(run, opened.mapping, clock())
    return Outcome(run, opened.reports, was_finished=False)


def _open(job: Job) -> _Opened:
    known = known_codes()
    content = _content_of(job.mapping_file)
    mapping = read_mapping(content, known)
    listed = open_list(job.file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    check_heading(mapping, listed.heading)
    reports = Reports(job.report_dir or job.file.parent, job.file.name)
    return _Opened(job, known, mapping, hashlib.sha256(content).hexdigest(), listed, reports)


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from None


def _begin(opened: _Opened, now: datetime) -> ImportRun:
    mapping, today = opened.mapping, day_in_lagos(now)
    list_date = opened.job.list_date or today
    if list_date > today:
        raise ImportRefused(f"The day of the list, {list_date}, has not come yet.")
    _check_is_newest(mapping, list_date)
    return ImportRun.objects.create(
        regulator=Regulator.objects.get(code=mapping.regulator),
        source=mapping.name,
        file_name=opened.listed.path.name[:255],
        file_digest=opened.listed.digest,
        mapping_digest=opened.mapping_digest,
        list_date=list_date,
        row_count=opened.listed.row_count,
        report_sizes=_new_reports(opened.reports),
        started_at=now,
    )


def _go_on(run: ImportRun, opened: _Opened) -> None:
    """Go on with a run that was stopped; without its reports it is read again from its first row."""
    if opened.job.list_date not in (None, run.list_date):
        raise ImportRefused(
            f"The import was begun for the list of {run.list_date}. Go on without --list-date, or with that day."
        )
    _check_is_newest(opened.mapping, run.list_date)
    if not opened.reports.hold(run.report_sizes):
        run.rows_done, run.counts, run.report_sizes = 0, {}, _new_reports(opened.reports)
        run.save(update_fields=["rows_done", "counts", "report_sizes"])


def _check_is_newest(mapping: ListMapping, list_date: date) -> None:
    newest = newest_list(mapping.regulator, mapping.name)
    if newest is not None and list_date < newest:
        raise ImportRefused(
            f"A list of this source of {newest} has been imported; the one of {list_date} would undo what it said."
        )


def _new_reports(reports: Reports) -> dict[str, int]:
    try:
        return reports.begin()
    except OSError as error:
        raise ImportRefused(
            f"The reports cannot be written to {error.filename}: {error.strerror}. Name a folder with --report-dir."
        ) from None


def _take_rows(run: ImportRun, opened: _Opened, clock: Clock, on_progress: Progress) -> None:
    batches = Batches(run, opened.mapping, Ids(code_ids(), state_ids()), opened.reports)
    reader = RowReader(opened.mapping, opened.known, opened.listed.heading, run.list_date)
    rows = opened.listed.rows()
    for row in islice(rows, run.rows_done):
        reader.remember(row)
    on_progress(run.rows_done, run.row_count)
    while batch := list(read_rows(reader, islice(rows, opened.job.batch_size))):
        batches.take(batch, now=clock())
        on_progress(run.rows_done, run.row_count)


@transaction.atomic
def _finish(run: ImportRun, mapping: ListMapping, now: datetime) -> None:
    run.finished_at = now
    run.save(update_fields=["finished_at"])
    rejected = {key.removeprefix("rejected.") for key in run.counts if key.startswith("rejected.")}
    if mapping.complete and rejected <= NOBODY_IS_MISSING:
        mark_register_complete(mapping.regulator, run.list_date)
