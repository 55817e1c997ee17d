"""One batch of rows: what it does to the register, what it reports, and how far the run is, in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import DataError, IntegrityError, OperationalError

from audit.rules import Actor, Subject, SubjectKind
from changes.services import RegisterBatch, RegisterChange, register_batch
from importing.applying import PERSON_FIELDS, Difference, Matched, apply_row
from importing.files import Row
from importing.mapping import ListMapping
from importing.matching import Holdings
from importing.models import ImportRun
from importing.reading import Record
from importing.reports import Reports
from importing.rules import Reason, RowRejected
from licenses.reconcile import Codes, holders_by_number, save_entries
from practitioners.reconcile import add_people, save_people

Read = list[tuple[Row, Record | RowRejected]]
Key = tuple[int | str, str, str]
ReportRow = tuple[object, ...]

# Somebody else may enter the same person or license between our look and our write; a second look sees it.
_ATTEMPTS = 3
# The class of PostgreSQL's error codes for a transaction that lost against others: a deadlock, for example.
_LOST_AGAINST_OTHERS = "40"
_NAME_REASON = "council list"
# Of what is counted, what is a change of the register.
_CHANGES = (
    "people_added",
    "people_changed",
    "licenses_added",
    "licenses_changed",
    "certificates_added",
    "specialties_added",
    "steps",
)


@dataclass(frozen=True)
class Ids:
    """The ids of the reference rows that people and licenses refer to."""

    codes: Codes
    states: Mapping[str, int]


@dataclass
class _Findings:
    """What a batch has to report."""

    rejected: list[ReportRow] = field(default_factory=list)
    notes: list[ReportRow] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Batches:
    """Takes the rows of one run into the register, batch by batch."""

    def __init__(self, run: ImportRun, mapping: ListMapping, ids: Ids, reports: Reports) -> None:
        self._run = run
        self._mapping = mapping
        self._codes = ids.codes
        self._state_ids = ids.states
        self._reports = reports
        self._reported = self._reported_before()

    def take(self, rows: Read, *, now: datetime) -> None:
        """Take a batch; a row that the register refuses is looked for by halves, and rejected alone.

        Each half is a transaction of its own, in the order of the list, so that a run which is killed among them goes
        on behind the last one.

        Raises:
            OperationalError: the database is gone, or others stood in the way each time. What was committed stays.
        """
        try:
            self._take_patiently(rows, now)
        except (DataError, IntegrityError) as refusal:
            self._take_by_halves(rows, refusal, now)

    def _take_by_halves(self, rows: Read, refusal: DataError | IntegrityError, now: datetime) -> None:
        """Take what can be taken of rows that were refused together; others are not to blame, so once is enough."""
        if len(rows) == 1:
            self._take([(rows[0][0], _rejection(refusal))], now)
            return
        middle = len(rows) // 2
        for half in (rows[:middle], rows[middle:]):
            try:
                self._take_patiently(half, now) if len(half) == 1 else self._take(half, now)
            except (DataError, IntegrityError) as again:
                self._take_by_halves(half, again, now)

    def _take_patiently(self, rows: Read, now: datetime) -> None:
        """Take rows, with a second and a third look where others may have caused the failure."""
        for _ in range(_ATTEMPTS - 1):
            try:
                self._take(rows, now)
            except (IntegrityError, OperationalError) as failure:
                if isinstance(failure, OperationalError) and not _lost_against_others(failure):
                    raise
            else:
                return
        self._take(rows, now)

    def _take(self, rows: Read, now: datetime) -> None:
        run = self._run
        # An attempt that failed has left its own figures in the run, and its rows in the reports.
        run.refresh_from_db()
        self._reports.cut_back(run.report_sizes)
        with register_batch(
            actor=Actor(f"import: {self._mapping.name}"), reason=f"List of {run.list_date}", now=now
        ) as change:
            holdings = Holdings([read for _, read in rows if isinstance(read, Record)], self._mapping, self._codes)
            findings = self._apply(rows, holdings)
            self._save(change, holdings, findings.counts)
            unreported = self._unreported(findings.differences)
            findings.counts["differences"] = len(unreported)
            run.report_sizes = self._reports.add(
                {
                    "rejected": findings.rejected,
                    "differences": [_difference_row(difference) for difference in unreported.values()],
                    "notes": findings.notes,
                }
            )
            run.rows_done += len(rows)
            run.counts = dict(Counter(run.counts) + findings.counts)
            run.save(update_fields=["report_sizes", "rows_done", "counts"])
            self._sum_up(change, findings.counts)
        self._reported |= unreported.keys()

    def _apply(self, rows: Read, holdings: Holdings) -> _Findings:
        findings = _Findings()
        for row, read in rows:
            try:
                if isinstance(read, RowRejected):
                    raise read
                self._apply_record(read, holdings, findings)
            except RowRejected as refusal:
                findings.rejected.append((row.line, refusal.reason.value, str(refusal), row.text))
                findings.counts[f"rejected.{refusal.reason.value}"] += 1
        findings.counts["notes"] = len(findings.notes)
        return findings

    def _apply_record(self, record: Record, holdings: Holdings, findings: _Findings) -> None:
        holder, entry = holdings.match(record)
        matched = Matched(record, holder, entry, holdings, self._run.list_date, self._state_ids)
        findings.differences += apply_row(matched, self._mapping)
        findings.notes += [(record.line, note.value, sentence) for note, sentence in record.notes]

    def _save(self, change: RegisterChange, holdings: Holdings, counts: Counter[str]) -> None:
        add_people(change, holdings.new_people)
        counts["people_added"] = len(holdings.new_people)
        counts["people_changed"] = save_people(change, holdings.found, reason=_NAME_REASON, on=self._run.list_date)
        for holder in holdings.holders:
            for entry in holder.entries:
                entry.practitioner_id = holder.person.id
        entries = [entry for holder in holdings.holders for entry in holder.entries]
        written = save_entries(change, entries, self._codes)
        counts["licenses_added"] = written.licenses
        counts["licenses_changed"] = written.changed
        counts["certificates_added"] = written.certificates
        counts["specialties_added"] = written.specialties
        counts["steps"] = written.steps

    def _sum_up(self, change: RegisterBatch, counts: Counter[str]) -> None:
        change.sum_up(
            Subject(SubjectKind.REGISTER, f"importrun:{self._run.pk}", self._mapping.regulator),
            "import_register",
            [counted for counted in _CHANGES if counts[counted]],
            licenses_added=counts["licenses_added"],
            licenses_changed=counts["licenses_changed"],
            people_changed=counts["people_changed"],
        )

    def _unreported(self, differences: list[Difference]) -> dict[Key, Difference]:
        """Return the differences that were not reported yet, once for each person, field and value."""
        unlike: dict[Key, Difference] = {}
        for difference in differences:
            of_person = difference.field in PERSON_FIELDS
            whose = difference.holder.person.id if of_person else difference.entry.number
            unlike.setdefault((whose, difference.field, difference.theirs), difference)
        return {key: difference for key, difference in unlike.items() if key not in self._reported}

    def _reported_before(self) -> set[Key]:
        """Read back what a run that goes on has reported, without what the batch left that was being taken."""
        if not self._run.rows_done:
            return set()
        self._reports.cut_back(self._run.report_sizes)
        reported = self._reports.differences()
        holders = holders_by_number({number for number, _, _ in reported})
        return {
            (holders[number] if field_name in PERSON_FIELDS else number, field_name, theirs)
            for number, field_name, theirs in reported
        }


def _difference_row(difference: Difference) -> ReportRow:
    return difference.line, difference.entry.number, difference.field, difference.ours, difference.theirs


def _lost_against_others(failure: OperationalError) -> bool:
    cause: Any = failure.__cause__
    return str(cause.pgcode).startswith(_LOST_AGAINST_OTHERS)


def _rejection(refusal: DataError | IntegrityError) -> RowRejected:
    """Reject a row in the words of the constraint that refuses it, or in the database's own where it has none."""
    cause: Any = refusal.__cause__
    constraints = [constraint for model in apps.get_models() for constraint in model._meta.constraints]
    words = {constraint.name: constraint.get_violation_error_message() for constraint in constraints}
    sentence = words.get(cause.diag.constraint_name, f"{cause.diag.message_primary}.")
    return RowRejected(Reason.REFUSED_BY_REGISTER, f"The register refuses it: {sentence}")
