"""What `make test` counts, says and answers."""

from local import suites
from local.suites import Counts, Outcome

REPORT = '<testsuites><testsuite tests="12" failures="2" errors="1" skipped="3"></testsuite></testsuites>'


def test_counts_are_read_from_the_report(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    assert suites._read(tmp_path / "report.xml") == Counts(passed=6, failed=3, skipped=3)
    assert suites._read(tmp_path / "missing.xml") == Counts()


def test_the_last_line_has_the_totals(capsys):
    good = {"a": Outcome(True, Counts(5, 0, 1)), "b": Outcome(True, Counts(7, 0, 0))}
    assert suites._summarise(good)
    assert capsys.readouterr().out.splitlines()[-1] == "12 passed, 0 failed, 1 skipped"


def test_one_failed_suite_fails_the_run(capsys):
    assert not suites._summarise({"a": Outcome(True, Counts(5, 0, 0)), "b": Outcome(False, Counts(6, 1, 0))})
    assert capsys.readouterr().out.splitlines()[-1] == "11 passed, 1 failed, 0 skipped"


def test_a_suite_that_broke_before_it_counted_is_a_failure(capsys):
    assert not suites._summarise({"a": Outcome(True, Counts(5, 0, 0)), "b": Outcome(False, Counts())})
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed, 0 skipped"


def test_a_path_is_told_from_an_option():
    assert suites._names_a_path(["local/tests/test_suites.py::test_a_path_is_told_from_an_option", "-x"])
    assert not suites._names_a_path(["-k", "something", "-x"])
