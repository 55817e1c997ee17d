"""One batch of rows: what it does to the register, what it reports, and how far the run is, in one transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, OperationalError

from importing.applying import PERSON_FIELDS, Difference, Matched, apply_row
from importing.files import Row
from importing.mapping import ListMapping
from importing.matching import Holdings
from importing.models import ImportRun
from importing.reading import Record
from importing.reports import Reports
from importing.rules import RowRejected
from licenses.positions import RegisterChange, register_change
from licenses.reconcile import Codes, holders_by_number, save_entries
from practitioners.reconcile import add_people, save_people

Read = list[tuple[Row, Record | RowRejected]]
Key = tuple[int | str, str, str]
ReportRow = tuple[object, ...]

# Somebody else may enter the same person or license between our look and our write; a second look sees it.
_ATTEMPTS = 3
_NAME_REASON = "council list"


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
        """Take a batch, or raise and leave register, run and reports as they were."""
        for _ in range(_ATTEMPTS - 1):
            try:
                self._take(rows, now)
            except (IntegrityError, OperationalError):
                self._run.refresh_from_db()
            else:
                return
        self._take(rows, now)

    def _take(self, rows: Read, now: datetime) -> None:
        run = self._run
        self._reports.cut_back(run.report_sizes)
        with register_change(actor=f"import: {self._mapping.name}", now=now) as change:
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
        add_people(holdings.new_people, now=change.now)
        counts["people_added"] = len(holdings.new_people)
        counts["people_changed"] = save_people(holdings.found, reason=_NAME_REASON, on=self._run.list_date)
        changed = {one.person.id for one in holdings.found if one.shows_in_licenses}
        for holder in holdings.holders:
            for entry in holder.entries:
                entry.practitioner_id = holder.person.id
                entry.touched = holder.person.id in changed
        entries = [entry for holder in holdings.holders for entry in holder.entries]
        written = save_entries(change, entries, self._codes, words=f"List of {self._run.list_date}")
        counts["licenses_added"] = written.licenses
        counts["licenses_changed"] = written.changed
        counts["certificates_added"] = written.certificates
        counts["specialties_added"] = written.specialties
        counts["steps"] = len(change.steps)

    def _unreported(self, differences: list[Difference]) -> dict[Key, Difference]:
        """Return the differences that were not reported yet, once for each person, field and value."""
        unlike: dict[Key, Difference] = {}
        for difference in differences:
            of_person = difference.field in PERSON_FIELDS
            whose = difference.holder.person.id if of_person else difference.entry.number
            unlike.setdefault((whose, difference.field, difference.theirs), difference)
        return {key: difference for key, difference in unlike.items() if key not in self._reported}

    def _reported_before(self) -> set[Key]:
        """Read back what a run that goes on has reported."""
        if not self._run.rows_done:
            return set()
        reported = self._reports.differences()
        holders = holders_by_number({number for number, _, _ in reported})
        return {
            (holders[number] if field_name in PERSON_FIELDS else number, field_name, theirs)
            for number, field_name, theirs in reported
        }


def _difference_row(difference: Difference) -> ReportRow:
    return difference.line, difference.entry.number, difference.field, difference.ours, difference.theirs
