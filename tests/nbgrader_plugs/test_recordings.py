"""What was recorded: when it stands, when it is recorded again, and what tables say of it."""

from __future__ import annotations

import contextlib
import csv
import datetime
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.errors import EnvironmentFault
from autograder.late import write_extension
from autograder.lms.grade_tables import long_file
from autograder.lms.grades import Grades
from autograder.nbgrader_plugs.forget import forget_student
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.lock import is_lock, when_unlocked
from autograder.nbgrader_plugs.record import Recorder, record
from autograder.nbgrader_plugs.recordings import recordings_of
from autograder.reports.overview import gradebook_table
from autograder.reports.per_student import PerStudent
from autograder.reports.run_log import new_log
from autograder.reports.store import ReportStore
from autograder.workspace import find_workspace
from tests.authoring import tiny


@contextlib.contextmanager
def locked(course: Path) -> Iterator[sqlite3.Connection]:
    """Another program writes to the gradebook."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield connection


def is_recorded(course: Path, student: str) -> bool:
    """Whether the student's latest report stands in the gradebook."""
    recorder = Recorder(course, "tiny")
    report = ReportStore(find_workspace(course).reports_dir).latest("tiny", student)
    return report is not None and recorder.is_recorded(student, report, recorder.grades().get(student))


def test_what_stands_is_not_recorded_again(course: Path) -> None:
    """Until the gradebook loses it, the notebook goes, the work, its time, or the policy for late work changes."""
    notebook = tiny.submit(course, "kim", tiny.GOOD, timestamp="2026-01-02 00:00:00 UTC")
    assert not is_recorded(course, "kim")
    record(course, "tiny")
    assert is_recorded(course, "kim")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "kim").auto_score = 1.0
        gradebook.db.commit()
    assert not is_recorded(course, "kim")
    record(course, "tiny")
    assert is_recorded(course, "kim")
    (course / "autograded" / "kim" / "tiny" / "tiny.ipynb").unlink()
    assert not is_recorded(course, "kim")
    record(course, "tiny")
    tiny.fill(notebook, {"why": "Because."})
    assert not is_recorded(course, "kim")
    record(course, "tiny")
    assert is_recorded(course, "kim")
    (notebook.parent / "timestamp.txt").write_text("2026-01-03 00:00:00 UTC")
    assert not is_recorded(course, "kim")
    record(course, "tiny")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    assert not is_recorded(course, "kim")


def test_an_extension_is_recorded_once(course: Path) -> None:
    """It comes into the gradebook while its submission is recorded; another one is a change."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-02 00:00:00")
    extensions = find_workspace(course).folder.extensions
    write_extension(extensions, "kim", "tiny", datetime.datetime(2026, 1, 4, tzinfo=datetime.UTC))
    for student in ("kim", "lee"):
        tiny.submit(course, student, tiny.GOOD, timestamp="2026-01-03 00:00:00 UTC")
    record(course, "tiny")
    assert {row.student: row.marks[0].late_s for row in gradebook_rows(course)} == {"kim": 0, "lee": 86400}
    assert is_recorded(course, "kim") and is_recorded(course, "lee")
    write_extension(extensions, "kim", "tiny", datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC))
    assert not is_recorded(course, "kim") and is_recorded(course, "lee")


def test_a_penalty_is_counted_anew_after_a_mark(course: Path) -> None:
    """It rests on all points, also on those that a TA gave after the batch; on-time work is left alone."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-02 00:00:00")
    for student, day in (("late", 3), ("early", 1)):
        answered = tiny.GOOD | {"why": "Because."}
        tiny.submit(course, student, answered, timestamp=f"2026-01-0{day} 00:00:00 UTC")
    record(course, "tiny")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student in ("late", "early"):
            grade = gradebook.find_grade("why", "tiny", "tiny", student)
            grade.manual_score, grade.needs_manual_grade = 2.0, False
        gradebook.db.commit()
    assert is_recorded(course, "early") and not is_recorded(course, "late")
    record(course, "tiny", ("late",))
    assert {row.student: row.marks[0].final_score for row in gradebook_rows(course)} == {"early": 5.5, "late": 0.0}


def test_unreadable_work_has_a_status_of_its_own(course: Path) -> None:
    """In the table and as CSV, without a score; until a TA gives points."""
    tiny.submit(course, "kim", tiny.GOOD).write_text("{")
    tiny.submit(course, "lee", {})
    tiny.submit(course, "nobody", {}).unlink()
    record(course, "tiny")
    file = long_file(Grades(tuple(gradebook_rows(course)), {}, {}, {}))
    lines = csv.DictReader(file.data.decode("utf-8-sig").splitlines())
    states = {row["student"]: (row["status"], row["score"]) for row in lines}
    assert states == {"kim": ("unreadable", ""), "lee": ("graded", "0"), "nobody": ("unreadable", "")}
    assert "unreadable" in [str(cell) for cell in gradebook_table(gradebook_rows(course)).columns[1].cells]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "kim").manual_score = 1.0
        gradebook.db.commit()
    assert gradebook_rows(course)[0].marks[0].final_score == 1.0


def test_a_locked_gradebook_is_waited_for(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One sentence; when the other program is done, the submission is recorded."""
    tiny.submit(course, "kim", tiny.GOOD)
    recorder = Recorder(course, "tiny")
    waits = threading.Event()

    class Waits(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            waits.set()

    logging.getLogger("autograder").addHandler(handler := Waits())
    outcomes: list[object] = []
    with locked(course) as connection:
        thread = threading.Thread(target=lambda: outcomes.append(recorder.record("kim").recorded))
        thread.start()
        assert waits.wait(60)
        connection.execute("ROLLBACK")
        thread.join(60)
    logging.getLogger("autograder").removeHandler(handler)
    assert outcomes == [True]
    assert [message for message in caplog.messages if "locked" in message] == [
        "another program has locked the gradebook; waiting up to 60 s for it"
    ]


def test_a_gradebook_that_stays_locked_is_the_machines_fault(course: Path) -> None:
    """The message names the next step; what has failed in the middle is recorded by the next run."""
    tiny.submit(course, "kim", tiny.GOOD)
    recorder = Recorder(course, "tiny", lock_wait_s=0.1)
    with (
        locked(course),
        pytest.raises(EnvironmentFault, match=r"(?s)locked .*0\.1 s.*formgrader.*run the same command"),
    ):
        recorder.record("kim")
    assert recorder.record("kim").recorded


def test_a_lock_in_the_middle_is_done_again(course: Path) -> None:
    """As a whole, until the time is over; other faults are not."""
    url = f"sqlite:///{course / 'gradebook.db'}"
    calls: list[int] = []

    def fails_once() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("wrapped") from sqlite3.OperationalError("database is locked")
        return len(calls)

    assert when_unlocked(url, fails_once) == 2
    assert not is_lock(ValueError("no such table"))
    with pytest.raises(ZeroDivisionError):
        when_unlocked(url, lambda: 1 // 0)


def test_a_student_can_be_forgotten_everywhere(course: Path) -> None:
    """Recordings, texts and lines of the log go; those of others stay."""
    for student in ("kim", "lee"):
        tiny.submit(course, student, tiny.GOOD)
    record(course, "tiny")
    workspace = find_workspace(course)
    log = new_log(workspace.log_dir)
    log.start("batch", {"students": ("kim",)}, course)
    for student in ("kim", "lee"):
        report = ReportStore(workspace.reports_dir).latest("tiny", student)
        assert report is not None
        log.student("tiny", student, report, "recorded")
    forget_student(workspace, "kim")
    assert recordings_of(workspace).students("tiny") == ("lee",)
    assert [path for path in (course / ".autograder").rglob("*") if "kim" in path.name] == []
    assert log.path is not None
    assert "lee" in log.path.read_text() and "kim" not in log.path.read_text()


@pytest.mark.parametrize("student", ["..", "../x", "a b", "한", "."])
def test_records_of_any_student_stay_in_their_folder(tmp_path: Path, student: str) -> None:
    """They come back, by name as well; a damaged one counts as missing."""
    from autograder.reports.faults import Fault

    records = PerStudent(tmp_path / "faults", Fault)
    records.put("tiny", student, Fault("why"))
    assert records.get("tiny", student) == Fault("why") and records.students("tiny") == (student,)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert path.parent == tmp_path / "faults" / "tiny" and path.stat().st_mode & 0o777 == 0o600
    for text in ("{", "[]", '{"why": 1}'):
        path.write_text(text)
        assert records.get("tiny", student) is None
    records.drop("tiny", student)
    records.drop("tiny", student)
    assert records.students("tiny") == ()
