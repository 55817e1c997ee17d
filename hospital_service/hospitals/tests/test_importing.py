"""Filling the directory from a list: what is believed, what is refused and why, and that a second run adds nothing."""

import csv
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from hospitals.models import Hospital
from hospitals.services import COLUMNS, UnreadableListError, import_facilities

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("PHB_DATA_DIR") or settings.BASE_DIR.parent.parent / "shared" / "data")
REAL = DATA / "ng_health_facilities.csv"
GOOD = {
    "row_id": "1",
    "name": "Zuma Foot General Hospital",
    "facility_type": "General Hospital",
    "level_derived": "secondary",
    "ownership": "government",
    "state_code": "NI",
    "lga_code_derived": "NG027023",
    "lat": "9.123456",
    "lon": "7.2",
}


@pytest.fixture
def write(tmp_path):
    def write(*rows, columns=tuple(GOOD), encoding="utf-8"):
        path = tmp_path / "list.csv"
        with path.open("w", encoding=encoding, newline="") as lines:
            writer = csv.DictWriter(lines, columns)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def imported(path):
    return import_facilities(path, source="a list")


def test_a_row_becomes_a_hospital(write):
    assert vars(imported(write(GOOD))) == {"added": 1, "updated": 0, "refused": []}
    hospital = Hospital.objects.select_related("state", "lga").get()
    assert (hospital.name, hospital.level, hospital.ownership) == (GOOD["name"], "secondary", "government")
    assert (hospital.state.code, hospital.lga.name, hospital.hfr_code) == ("NI", "Suleja", None)
    assert (hospital.latitude, hospital.longitude) == (Decimal("9.12346"), Decimal("7.20000"))
    assert (hospital.source, hospital.source_id) == ("a list", "1")


def test_what_the_list_does_not_say_stays_empty(write):
    unsaid = {**GOOD, "ownership": "", "lga_code_derived": "", "lat": "", "lon": " "}
    assert imported(write(unsaid)).refused == []
    hospital = Hospital.objects.get()
    assert (hospital.ownership, hospital.lga, hospital.latitude, hospital.longitude) == ("", None, None, None)


def test_a_second_run_sets_what_the_list_says_and_adds_nothing(write):
    imported(write(GOOD))
    first = Hospital.objects.get()
    result = imported(write({**GOOD, "name": "Zuma Foot Specialist Hospital"}, {**GOOD, "row_id": "2"}))
    assert (result.added, result.updated) == (1, 1)
    assert Hospital.objects.get(id=first.id).name == "Zuma Foot Specialist Hospital"


def test_another_list_may_have_the_same_numbers(write):
    path = write(GOOD)
    imported(path)
    assert import_facilities(path, source="another list").added == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"row_id": " "}, "no row number"),
        ({"row_id": "9" * 61}, "source_id"),
        ({"name": ""}, "name"),
        ({"name": "N" * 201}, "name"),
        ({"name": "Zuma\0Foot"}, "NUL"),
        ({"facility_type": ""}, "facility_type"),
        ({"level_derived": "quaternary"}, "level"),
        ({"level_derived": ""}, "level"),
        ({"ownership": "royal"}, "ownership"),
        ({"state_code": "XX"}, "there is no state 'XX'"),
        ({"state_code": ""}, "there is no state ''"),
        ({"lga_code_derived": "NG025011"}, "NI has no local government area 'NG025011'"),
        ({"lga_code_derived": "Suleja"}, "NI has no local government area 'Suleja'"),
        ({"lat": "north"}, "'north' is no coordinate"),
        ({"lat": "90.1"}, "'90.1' is no coordinate"),
        ({"lat": "NaN"}, "'NaN' is no coordinate"),
        ({"lon": "-Infinity"}, "'-Infinity' is no coordinate"),
        ({"lon": "181"}, "'181' is no coordinate"),
        ({"lon": "1e999999"}, "is no coordinate"),
    ],
)
def test_a_row_that_cannot_be_a_hospital_is_refused_and_the_others_are_not(write, changes, why):
    result = imported(write({**GOOD, **changes}, {**GOOD, "row_id": "2"}))
    assert result.added == 1
    assert [line for line, _ in result.refused] == [2]
    assert why in result.refused[0][1]


def test_a_row_that_is_too_short_or_too_long_is_judged_by_what_it_has(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(",".join(GOOD) + "\n1,Zuma\n" + ",".join(GOOD.values()) + ",more,and more\n")
    result = imported(path)
    assert (result.added, [line for line, _ in result.refused]) == (1, [2])


def test_a_number_that_stands_in_the_list_twice_counts_once_however_far_apart(write, monkeypatch):
    monkeypatch.setattr("hospitals.services.BATCH", 2)
    rows = [{**GOOD, "row_id": number} for number in ("1", "2", "3", "1")]
    result = imported(write(*rows))
    assert (result.added, result.updated) == (3, 0)
    assert result.refused == [(5, "1 stands in the list twice")]


@pytest.mark.parametrize("missing", sorted(COLUMNS))
def test_a_list_without_a_column_is_not_imported(write, missing):
    row = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(UnreadableListError, match=f"lacks the columns {missing}"):
        imported(write(row, columns=tuple(row)))


def test_an_empty_file_is_not_imported(tmp_path):
    path = tmp_path / "list.csv"
    path.touch()
    with pytest.raises(UnreadableListError, match="lacks the columns"):
        imported(path)


def test_bytes_of_a_western_code_page_leave_nothing_behind_however_late_they_come(write, monkeypatch):
    monkeypatch.setattr("hospitals.services.BATCH", 2)
    rows = [{**GOOD, "row_id": str(number)} for number in range(1000)]
    path = write(*rows, {**GOOD, "row_id": "last", "name": "Hôpital Sacré Cœur"}, encoding="cp1252")
    with pytest.raises(UnreadableListError, match="not UTF-8"):
        imported(path)
    assert not Hospital.objects.exists()


def test_a_quote_that_never_ends_is_not_imported(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(",".join(GOOD) + '\n1,"Zuma Foot\n')
    with pytest.raises(UnreadableListError, match="not CSV at line"):
        imported(path)


def test_the_mark_that_spreadsheets_put_before_utf_8_is_no_part_of_a_name(write):
    assert imported(write(GOOD, encoding="utf-8-sig")).added == 1


class TestCommand:
    def run(self, path, **options):
        said = StringIO()
        call_command("import_facilities", str(path), source="a list", stdout=said, **options)
        return said.getvalue()

    def test_it_says_what_came_of_it_and_writes_down_why_rows_were_refused(self, write, tmp_path, capfd):
        path = write(GOOD, {**GOOD, "row_id": "2", "state_code": "XX"})
        assert self.run(path).startswith("1 added, 0 updated, 1 refused\n")
        report = (tmp_path / "list.csv.rejected.csv").read_text()
        assert report.splitlines() == ["line,why", "3,there is no state 'XX'"]
        assert "2 rows" in capfd.readouterr().err

    def test_the_report_goes_where_it_is_wanted(self, write, tmp_path):
        report = tmp_path / "why.csv"
        self.run(write({**GOOD, "name": ""}), report=report)
        assert report.exists()

    def test_a_file_that_is_not_there_is_said_in_a_sentence(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            self.run(tmp_path / "nothing.csv")


def test_the_hospitals_of_our_own_making_are_forty_and_none_is_refused():
    result = imported(settings.BASE_DIR / "hospitals/data/hospitals.csv")
    assert (result.added, result.refused) == (40, [])
    assert Hospital.objects.values("state").distinct().count() == 37


@pytest.mark.skipif(
    not REAL.exists(), reason="The list of real facilities is not here; PHB_DATA_DIR may name its folder."
)
def test_the_20_807_real_facilities_are_imported_twice_and_none_is_refused():
    first, second = imported(REAL), imported(REAL)
    assert (first.added, first.updated, first.refused) == (20_807, 0, [])
    assert (second.added, second.updated, second.refused) == (0, 20_807, [])
    assert Hospital.objects.count() == 20_807
    assert Hospital.objects.filter(lga=None).count() == 3_762
