"""``autograder batch`` through its entry point: what it says, asks and returns."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys

import pytest

from autograder.cli.main import main
from autograder.cli.sandbox_options import warn_root
from autograder.nbgrader_plugs import lock
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.workspace import Workspace
from tests.authoring import tiny
from tests.batch.conftest import SQUARE, course, edit, pristine

__all__ = ["course", "pristine"]


def batch(course: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the batch in the course, without a terminal."""
    return run(course, "batch", "tiny", "--workers", "1", *arguments)


def run(course: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the course, without a terminal."""
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(
        command, cwd=course.root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=300
    )


def score(course: Workspace, student: str) -> float | None:
    """The student's score in the gradebook."""
    return next(row.marks[0].final_score for row in gradebook_rows(course.root) if row.student == student)


def test_other_lateness_is_a_decision_too(course: Workspace) -> None:
    """A policy or a date that costs somebody points is shown, and written only with --yes."""
    tiny.submit(course.root, "ana", tiny.GOOD, timestamp="2026-11-21 12:00:00 UTC")
    settings = course.root / "course.toml"
    settings.write_text('timezone = "UTC"\n[due]\ntiny = 2026-11-20T12:00:00\n[late]\npolicy = "none"\n')
    assert batch(course).returncode == 0
    before = score(course, "ana")
    settings.write_text(settings.read_text().replace('"none"', '"all"'))
    shown = batch(course, "--dry-run")
    assert shown.returncode == 0 and "tiny of ana: 6.5 points off for lateness (was 0)" in shown.stderr
    asked = batch(course)
    assert asked.returncode == 1 and "NOT WRITTEN" in asked.stderr and score(course, "ana") == before
    assert batch(course, "--yes").returncode == 0 and score(course, "ana") == 0.0
    settings.write_text(settings.read_text().replace("2026-11-20", "2026-11-21"))
    assert batch(course).returncode == 1 and score(course, "ana") == 0.0
    assert batch(course, "--yes").returncode == 0 and score(course, "ana") == before


def test_feedback_asks_as_well(course: Workspace) -> None:
    """No page with other points off than the gradebook's that nobody has seen; `status` says that they wait."""
    tiny.submit(course.root, "ana", tiny.GOOD, timestamp="2026-11-21 12:00:00 UTC")
    settings = course.root / "course.toml"
    settings.write_text('timezone = "UTC"\n[due]\ntiny = 2026-11-20T12:00:00\n[late]\npolicy = "none"\n')
    assert batch(course).returncode == 0
    settings.write_text(settings.read_text().replace('"none"', '"all"'))
    page = course.folder.feedback_page("ana", "tiny")
    asked = run(course, "feedback", "tiny")
    assert asked.returncode == 1 and "NOT WRITTEN, and no page was made" in asked.stderr and not page.exists()
    assert "change not written: other points off for lateness" in run(course, "status", "tiny").stdout
    assert run(course, "feedback", "tiny", "--yes").returncode == 0 and page.is_file()
    assert score(course, "ana") == 0.0 and "change not written" not in run(course, "status", "tiny").stdout


def test_an_extension_leaves_nothing_to_record(course: Workspace) -> None:
    """Where the course has a late policy, `extend` itself brings the gradebook in line."""
    tiny.submit(course.root, "ana", tiny.GOOD, timestamp="2026-11-21 12:00:00 UTC")
    settings = course.root / "course.toml"
    settings.write_text('timezone = "UTC"\n[due]\ntiny = 2026-11-20T12:00:00\n[late]\npolicy = "all"\n')
    assert batch(course).returncode == 0 and score(course, "ana") == 0.0
    assert run(course, "extend", "ana", "tiny", "--until", "2026-11-22 12:00").returncode == 0
    assert score(course, "ana") > 0.0 and "not graded" not in run(course, "status", "tiny").stdout


def test_a_regrade_without_a_terminal(course: Workspace) -> None:
    """Shown and not written, exit code 1; --dry-run only shows; --yes writes; progress and log tell it all."""
    for number in range(5):
        tiny.submit(course.root, f"s{number}", SQUARE)
    tiny.submit(course.root, "ana", tiny.GOOD)
    first = batch(course)
    assert first.returncode == 0, first.stderr
    assert "tiny: 6 graded, 0 kept, 6 of 6 recorded" in first.stderr
    assert re.search(r"tiny \(1 at a time\): 6 of 6\n", first.stderr)
    assert "identical: s0, s1, s2, s3, s4: the same code in every cell" in first.stderr
    edit(course.assignments_dir / "tiny" / "test_hidden.py", "x = rng", "x = 0 * rng")
    asked = batch(course)
    assert asked.returncode == 1
    assert "5 of 6 change: NOT WRITTEN" in asked.stderr and "autograder batch tiny --yes" in asked.stderr
    assert re.search(r"s0 .* 1\.5 .* 2\.5 .* 3\.5 .* test_double_of_anything: failed -> passed", asked.stderr)
    assert "ana" not in asked.stderr.partition("change: NOT WRITTEN")[0].partition("other grades")[2]
    shown = batch(course, "--dry-run")
    assert (shown.returncode, score(course, "s0")) == (0, 1.5) and "5 of 6 change; without --dry-run" in shown.stderr
    written = batch(course, "--yes")
    assert (written.returncode, score(course, "s0")) == (0, 2.5) and "5 of 6 change: written" in written.stderr
    logs = [list(map(json.loads, path.read_text().splitlines())) for path in sorted(course.log_dir.glob("*.jsonl"))]
    for folder in (course.log_dir, course.recorded_dir, course.root / ".autograder" / "marked_texts"):
        files = [path for path in folder.rglob("*") if path.is_file()]  # they hold names and grades
        assert files and all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert sorted(log[-1]["code"] for log in logs) == [0, 0, 0, 1]
    lines = [line for log in logs for line in log if line.get("student") == "s0"]
    assert {(line["what"], line["before"], line["score"]) for line in lines} == {
        ("recorded", None, 1.5), ("change not written", 1.5, 2.5), ("recorded", 1.5, 2.5),
    }  # fmt: skip


def test_the_reference_solution_stops_a_batch(course: Workspace) -> None:
    """Exit code 3, the test and what it said; --no-reference goes on; nobody passing it is called out."""
    for number in range(5):
        tiny.submit(course.root, f"s{number}", tiny.GOOD)
    path = course.assignments_dir / "tiny" / "test_public.py"
    edit(path, "assert student.halve(2) == 1", 'assert student.halve(2) == 5, "half of 2 is not 5"')
    stopped = batch(course)
    assert stopped.returncode == 3
    assert "the reference solution of tiny does not earn everything, so no grade was written" in stopped.stderr
    assert "test_halve_of_two: half of 2 is not 5" in stopped.stderr
    assert gradebook_rows(course.root) == []
    going_on = batch(course, "--no-reference")
    assert going_on.returncode == 0
    assert "test_halve_of_two: 0 of 5 passed; is the test right?" in going_on.stderr


def test_contradicting_options_are_wrong_usage(course: Workspace) -> None:
    """--yes writes and --dry-run does not."""
    assert batch(course, "--yes", "--dry-run").returncode == 2


@pytest.mark.parametrize(("user", "lines"), [(0, 1), (1000, 0)])
def test_root_is_warned_once(
    user: int, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And reads what to do instead; an ordinary user reads nothing."""
    monkeypatch.setattr("os.geteuid", lambda: user)
    warn_root()
    told = capsys.readouterr().err
    assert told.count("WARNING: you are root") == told.count("sudo -u grader -H autograder batch") == lines


@pytest.mark.skipif(os.geteuid() != 0, reason="the warning is root's")
def test_a_batch_by_root_is_warned_once(course: Workspace) -> None:
    """Through the command itself, however many assignments and submissions there are."""
    assert batch(course).stderr.count("WARNING: you are root") == 1


def test_a_misspelt_assignment_is_told_first(course: Workspace) -> None:
    """Before another one is graded."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    assert batch(course, "tyni").returncode == 2
    assert gradebook_rows(course.root) == []


def test_a_regrade_at_a_terminal_is_asked_for(course: Workspace) -> None:
    """The answer decides."""
    tiny.submit(course.root, "ana", SQUARE)
    assert batch(course).returncode == 0
    edit(course.assignments_dir / "tiny" / "test_hidden.py", "x = rng", "x = 0 * rng")
    for answer, code, expected in ((b"n\n", 1, 1.5), (b"y\n", 0, 2.5)):
        assert answer_at_terminal(course, answer) == code
        assert score(course, "ana") == expected


def answer_at_terminal(course: Workspace, answer: bytes) -> int:
    """Runs the command at a terminal, and answers its question; returns the exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "autograder", "batch", "tiny", "--workers", "1"]
    with subprocess.Popen(command, cwd=course.root, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        seen = b""
        while b"1 of 1 change. Write these grades?" not in seen:
            seen += os.read(ours, 65536)
        os.write(ours, answer)
        _drain(ours)
        return running.wait(60)


def _drain(terminal: int) -> None:
    """Reads until the program has closed its side."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        os.close(terminal)


def test_progress_in_a_file_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """At each tenth, with the time left; the first call starts the clock."""
    from autograder.cli.progress import ProgressLines

    now = [0.0]
    lines = ProgressLines("grading", clock=lambda: now[0])
    for done in range(101):
        now[0] = 3.0 * done
        lines(done, 100)
    lines.say("look\x1b[2J")
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 12 and shown[0] == "grading: 0 of 100"
    assert shown[1] == "grading: 10 of 100, about 0:04:30 left" and shown[10] == "grading: 100 of 100"
    assert shown[11] == "look\ufffd[2J"


def test_small_classes_have_a_line_for_each_result(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is waited for."""
    from autograder.cli.progress import ProgressLines

    lines = ProgressLines("grading", clock=lambda: 0.0)
    for done in (1, 2, 3):
        lines(done, 3)
    assert capsys.readouterr().err.splitlines() == [f"grading: {done} of 3" for done in (1, 2, 3)]


# A shell lets programs in the background ignore Ctrl-C, and these tests may run there.
AT_A_TERMINAL = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from autograder.cli.main import main
from autograder.cli.sandbox_options import warn_root
main(sys.argv[1:])
"""


def test_ctrl_c_keeps_what_is_finished(course: Workspace) -> None:
    """Exit code 130 and the hint; the same command goes on with what is left."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    tiny.submit(course.root, "ben", {"solution-double": "def double(x):\n    while True: pass"})
    settings = course.assignments_dir / "tiny" / "assignment.toml"
    edit(settings, 'reference = "tiny.py"', 'reference = "tiny.py"\nlimits = { call_wall_s = 100, total_wall_s = 300 }')
    command = [sys.executable, "-c", AT_A_TERMINAL, "batch", "tiny", "--workers", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=course.root, stderr=pipe, text=True, start_new_session=True) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if ": 1 of 2" in line:
                break
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process of the command
        rest = running.stderr.read()
    assert running.returncode == 130, rest
    assert "interrupted; what was finished is recorded" in rest
    assert {row.student: row.marks[0].final_score for row in gradebook_rows(course.root)} == {"ana": 3.5}
    end = json.loads(next(iter(course.log_dir.glob("*.jsonl"))).read_text().splitlines()[-1])
    assert (end["event"], end["code"]) == ("end", 130)
    edit(settings, "limits = { call_wall_s = 100, total_wall_s = 300 }", "limits = { call_wall_s = 1 }")
    assert batch(course).returncode == 0
    assert score(course, "ben") == 0.0


def test_a_gradebook_that_stays_locked_is_one_sentence(
    course: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3 from the first look into it, for this command and for others; nothing is lost."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(lock, "LOCK_WAIT_S", 0.1)
    with contextlib.closing(sqlite3.connect(course.folder.gradebook, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for command in (["batch", "tiny"], ["status"], ["gradebook"]):
            with pytest.raises(SystemExit) as end:
                main(command)
            assert end.value.code == 3
            assert "locked" in capsys.readouterr().err.splitlines()[-1]
    assert batch(course).returncode == 0
    assert score(course, "ana") == 3.5
