"""Programs are ended with all that they started, also by a later run."""

import os
import signal
import subprocess
import sys
import time

import pytest

from local import processes
from local.paths import ROOT, Home
from local.processes import Child, CommandFailed, birth_of, end_leftovers

# A parent that starts a child and then both sleep; {ignored} says what the parent does about SIGTERM.
FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, {on_term})
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home", "test")


def family(home, on_term="lambda *_: sys.exit(3)"):
    child = Child(home, "family", [sys.executable, "-c", FAMILY.format(on_term=on_term)], env=os.environ, cwd=home.path)
    child.start()
    deadline = time.monotonic() + 10
    while not child.tail().strip() and time.monotonic() < deadline:
        time.sleep(0.01)
    return child, int(child.tail().split()[-1])


def is_gone(pid):
    deadline = time.monotonic() + 5
    while birth_of(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not birth_of(pid)


def test_stop_ends_what_the_program_started_too(home):
    child, grandchild = family(home)
    leader = child.pid
    child.stop()
    assert is_gone(leader)
    assert is_gone(grandchild)
    assert not child.running


def test_a_program_that_does_not_want_to_stop_is_killed(home):
    child, grandchild = family(home, on_term="signal.SIG_IGN")
    child.stop(seconds=0.2)
    assert is_gone(grandchild)


def test_a_program_that_ended_by_itself_says_so(home):
    child = Child(home, "short", [sys.executable, "-c", "print('said'); raise SystemExit(7)"], env={}, cwd=home.path)
    child.start()
    deadline = time.monotonic() + 10
    while child.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert child.exit_code == 7
    assert child.tail() == "said"


def test_a_later_run_ends_what_a_killed_one_left(home):
    child, grandchild = family(home)
    assert end_leftovers(home) == ["family"]
    assert is_gone(grandchild)
    assert end_leftovers(home) == []
    child.stop()


def test_a_stranger_with_the_same_pid_is_left_alone(home):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    record = home.folder("processes") / "old.json"
    record.write_text(f'{{"pid": {stranger.pid}, "birth": "another instant", "stop_signal": 15}}')
    assert end_leftovers(home) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_record_that_was_cut_short_is_no_obstacle(home):
    (home.folder("processes") / "torn.json").write_text('{"pid": 12')
    assert end_leftovers(home) == []


def test_a_command_that_fails_shows_the_end_of_what_it_wrote(tmp_path):
    program = [sys.executable, "-c", "print('the reason'); raise SystemExit(2)"]
    with pytest.raises(CommandFailed, match=r"(?s)ended with code 2.*the reason"):
        processes.run(program, env={}, cwd=tmp_path, log=tmp_path / "log")


def test_standard_input_is_given(tmp_path):
    program = [sys.executable, "-c", "import sys; assert sys.stdin.read() == 'given'"]
    processes.run(program, env={}, cwd=tmp_path, stdin="given")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_to_stop_stops_a_command(tmp_path, number):
    script = """
import os, sys
from pathlib import Path
from local import processes, stopping
stopping.on_signals()
print("ready", flush=True)
try:
    processes.run([sys.executable, "-c", "import time; time.sleep(60)"], env={}, cwd=Path("."))
except stopping.StopAsked:
    raise SystemExit(42)
"""
    asked = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=os.environ, cwd=ROOT)
    assert asked.stdout.readline() == b"ready\n"
    time.sleep(0.2)
    asked.send_signal(number)
    assert asked.wait(10) == 42
    asked.stdout.close()
