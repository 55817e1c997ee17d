"""What the operator sees, and what the process answers."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importing.models import ImportRun
from importing.tests.support import FILES, MAPPING
from licenses.models import PHBProfessionalRegistry

NMCN = FILES / "nmcn.mapping.toml"


@pytest.fixture
def nmcn(committed_db: None, tmp_path: Path) -> Path:
    return Path(shutil.copy(FILES / "nmcn_list.csv", tmp_path))


def run(file: Path, mapping: Path = NMCN, **options) -> str:
    out = StringIO()
    call_command("import_register", str(file), mapping=mapping, stdout=out, **options)
    return out.getvalue()


def test_rejected_rows_are_counted_and_are_no_failure(nmcn, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    said = run(nmcn, report_dir=folder, batch_size=7)
    assert "NMCN register of nurses and midwives (test list), list of " in said
    for line in ("60 rows read", "28 people added", "47 licenses added", "12 rows rejected", "2 missing_number"):
        assert f" {line}\n" in said
    assert sorted(path.name for path in folder.iterdir()) == [
        "nmcn_list.csv.differences.csv",
        "nmcn_list.csv.notes.csv",
        "nmcn_list.csv.rejected.csv",
    ]
    assert "was imported with this mapping" in run(nmcn, report_dir=folder)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (MAPPING.format(authority='"fees"', more=""), "source.authority_for: 'fees'"),
        (MAPPING.format(authority="", more=""), "columns.surname: the list has no column 'SURNAME'"),
        ("[source", "not TOML"),
    ],
)
def test_a_wrong_mapping_changes_nothing(nmcn, tmp_path, mapping, said):
    path = tmp_path / "wrong.toml"
    path.write_text(mapping)
    with pytest.raises(CommandError) as caught:
        run(nmcn, path)
    assert said in str(caught.value)
    assert caught.value.returncode == 1
    assert PHBProfessionalRegistry.objects.count() == ImportRun.objects.count() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nmcn_list.csv", "wrong.toml"]


def test_an_unreadable_file_changes_nothing(nmcn, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="No such file"):
        run(nmcn, tmp_path / "none.toml")
    with pytest.raises(CommandError, match="Name a folder with --report-dir"):
        run(nmcn, report_dir=tmp_path / "none")
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize("options", [("--list-date", "23/11/2026"), ("--batch-size", "0"), ("--batch-size", "x")])
def test_options_that_cannot_be_read(options):
    with pytest.raises(CommandError):
        call_command("import_register", "list.csv", "--mapping", "x.toml", *options)


def test_ctrl_c_says_how_to_go_on(nmcn, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("importing.batches.Batches.take", interrupted)
    with pytest.raises(CommandError, match="goes on from here"):
        run(nmcn)
    monkeypatch.undo()
    assert "28 people added" in run(nmcn)


def test_progress_is_a_line_now_and_then_where_there_is_no_terminal(nmcn, monkeypatch, capsys):
    monkeypatch.setattr("importing.management.commands.import_register._SECONDS_BETWEEN_LINES", 0)
    run(nmcn, batch_size=30)
    assert capsys.readouterr().err.splitlines() == ["0 of 60 rows", "30 of 60 rows", "60 of 60 rows"]
