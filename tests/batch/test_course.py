"""Batches of a whole course: what is recorded, what is asked, and what is left alone."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.batch import course as batch
from autograder.batch.course import grade_course
from autograder.batch.request import Hooks, Request
from autograder.batch.slots import BatchResult
from autograder.errors import EnvironmentFault, GraderError
from autograder.model import Report
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.record import Recorder
from autograder.reports.run_log import new_log
from autograder.workspace import Workspace
from tests.authoring import tiny
from tests.batch.conftest import SQUARE, edit

ONE = Request(slots=1)


def scores(course: Workspace) -> dict[str, float | None]:
    """Every student's score, None for no grade."""
    return {row.student: row.marks[0].final_score for row in gradebook_rows(course.root)}


def hidden(course: Workspace) -> Path:
    """The hidden tests of the course's assignment."""
    return course.assignments_dir / "tiny" / "test_hidden.py"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Students in the order in which they are recorded."""
    seen: list[str] = []
    original = Recorder._record

    def noted(self: Recorder, student: str, fault: str) -> object:
        seen.append(student)
        return original(self, student, fault)

    monkeypatch.setattr(Recorder, "_record", noted)
    return seen


def test_a_class_is_graded_once_and_recorded_once(course: Workspace, recorded: list[str]) -> None:
    """The second batch neither grades nor records anything."""
    for student in ("ana", "ben"):
        tiny.submit(course.root, student, tiny.GOOD)
    tiny.submit(course.root, "chloe", SQUARE)
    first = grade_course(course, "tiny", ONE)
    assert (first.handed_in, first.graded, first.recorded, first.not_graded) == (3, 3, 3, ())
    assert scores(course) == {"ana": 3.5, "ben": 3.5, "chloe": 1.5}
    assert sorted(recorded) == ["ana", "ben", "chloe"]
    second = grade_course(course, "tiny", ONE)
    assert (second.graded, second.kept, second.recorded, second.changes) == (0, 3, 3, ())
    assert len(recorded) == 3


def test_who_hands_in_again_is_recorded_without_a_question(course: Workspace, recorded: list[str]) -> None:
    """Other work may have another grade; a restored gradebook, a new time or a due date are noticed as well."""
    for student in ("ana", "ben"):
        tiny.submit(course.root, student, SQUARE)
    grade_course(course, "tiny", ONE)
    backup = course.folder.gradebook.read_bytes()
    recorded.clear()
    tiny.submit(course.root, "ana", tiny.GOOD)
    result = grade_course(course, "tiny", ONE)
    assert [(c.student, c.old, c.new) for c in result.handed_in_again] == [("ana", 1.5, 3.5)]
    assert recorded == ["ana"] and result.changes == ()
    course.folder.gradebook.write_bytes(backup)
    grade_course(course, "tiny", Request(slots=1, students=("ben",)))
    assert recorded == ["ana"]
    changed = grade_course(course, "tiny", ONE, Hooks(decide=lambda changes, handed_in: True))
    assert scores(course) == {"ana": 3.5, "ben": 1.5} and recorded == ["ana", "ana"] and changed.written
    (course.folder.submission("ben", "tiny") / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    grade_course(course, "tiny", ONE)
    assert recorded == ["ana", "ana", "ben"]
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00")
    grade_course(course, "tiny", ONE)
    assert sorted(recorded[3:]) == ["ana", "ben"]
    assert {row.student: row.marks[0].late_s for row in gradebook_rows(course.root)} == {"ana": 0, "ben": 86400}


def test_other_grades_for_the_same_work_are_a_decision(course: Workspace) -> None:
    """They are shown with their tests, stay as they were after a no, and are written after a yes."""
    for student, sources in {"ana": tiny.GOOD, "ben": tiny.GOOD, "chloe": SQUARE}.items():
        tiny.submit(course.root, student, sources)
    grade_course(course, "tiny", ONE)
    edit(hidden(course), "(x + x).tolist()", "(x + x).tolist() or True\n    assert x is None or student is None, 'odd'")
    asked = []
    hooks = Hooks(decide=lambda changes, handed_in: asked.append((changes, handed_in)) is not None)
    tiny.submit(course.root, "dmitri", tiny.GOOD)
    no = grade_course(course, "tiny", Request(slots=1, reference=False), hooks)
    assert [(c.student, c.old, c.new, c.max_score) for c in no.changes] == [
        ("ana", 3.5, 2.5, 3.5),
        ("ben", 3.5, 2.5, 3.5),
    ]
    assert no.changes[0].tests == ("test_double_of_anything: passed -> failed",)
    assert asked == [(no.changes, 4)] and not no.written
    assert scores(course) == {"ana": 3.5, "ben": 3.5, "chloe": 1.5, "dmitri": 2.5}
    dry = grade_course(course, "tiny", Request(slots=1, reference=False, dry_run=True), hooks)
    assert dry.changes == no.changes and len(asked) == 1
    yes = grade_course(course, "tiny", Request(slots=1, reference=False), Hooks(decide=lambda changes, handed_in: True))
    assert yes.changes == no.changes and yes.written and yes.graded == 0
    assert scores(course) == {"ana": 2.5, "ben": 2.5, "chloe": 1.5, "dmitri": 2.5}
    assert grade_course(course, "tiny", Request(slots=1, reference=False)).changes == ()


def test_a_dry_run_writes_nothing(course: Workspace) -> None:
    """Not even a first grade."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    result = grade_course(course, "tiny", Request(slots=1, dry_run=True))
    assert (result.graded, result.recorded) == (1, 0) and scores(course) == {}


def test_a_test_that_nobody_passes_is_called_out(course: Workspace) -> None:
    """Of five real submissions; neither the untouched release nor an unreadable file counts."""
    for student in "abcd":
        tiny.submit(course.root, student, SQUARE)
    tiny.submit(course.root, "untouched")
    tiny.submit(course.root, "broken", tiny.GOOD).write_text("{")
    assert grade_course(course, "tiny", ONE).never_passed == ()
    tiny.submit(course.root, "e", SQUARE)
    never = grade_course(course, "tiny", ONE).never_passed
    assert {(each.test, each.submissions) for each in never} == {
        ("test_double_of_one", 5),
        ("test_double_of_anything", 5),
    }


def test_the_reference_solution_is_graded_first(course: Workspace) -> None:
    """Where it fails nothing is written, and the message names the test and what it said; once is enough."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    path = course.assignments_dir / "tiny" / "test_public.py"
    good = path.read_text()
    edit(path, "assert student.double(1) == 2", 'assert student.double(1) == 3, "1 is not tripled"')
    with pytest.raises(GraderError, match=r"(?s)test_double_of_one: 1 is not tripled.*--no-reference"):
        grade_course(course, "tiny", Request(slots=2))
    assert scores(course) == {}
    path.write_text(good)
    assert grade_course(course, "tiny", ONE).recorded == 1


def test_points_weights_and_hints_make_a_new_verdict_without_running(
    course: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scores follow from the stored results, and are what a fresh grading gives."""
    tiny.submit(course.root, "ana", SQUARE | {"solution-double": "def double(x):\n    return 2"})
    grade_course(course, "tiny", ONE)
    edit(hidden(course), 'hint="Any x."', 'weight=3, hint="Any number."')
    ran: list[str] = []
    original = batch.grade_all
    monkeypatch.setattr(
        batch, "grade_all", lambda *a, **k: original(*a, **(k | {"slots": ran.append(str(len(a[2]))) or 1}))
    )
    (change,) = grade_course(course, "tiny", ONE).changes
    assert ran == ["0"]
    assert (change.old, change.new, change.tests) == (2.5, 2.0, ("(no test: points or weights)",))
    again = grade_course(
        course, "tiny", dataclasses.replace(ONE, regrade=True), Hooks(decide=lambda changes, handed_in: True)
    )
    assert ran == ["0", "1"] and again.changes == (change,)
    assert scores(course) == {"ana": 2.0}


def test_thresholds_do_not_concern_an_assignment_without_training(course: Workspace, recorded: list[str]) -> None:
    """Other steps of the AUC leave keys and grades alone."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    grade_course(course, "tiny", ONE)
    edit(course.course_settings, "auc = 0.7,", "auc = 0.71,")
    assert grade_course(course, "tiny", ONE).graded == 0
    assert recorded == ["ana"]


def test_results_are_recorded_before_the_slots_end(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens when the processes end, the grades are there."""
    for student, sources in {"ana": tiny.GOOD, "ben": SQUARE}.items():
        tiny.submit(course.root, student, sources)
    original = batch.grade_all

    def then_fails(*args: object, **named: object):
        yield from original(*args, **named)
        assert len(scores(course)) == 2
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "grade_all", then_fails)
    with pytest.raises(KeyboardInterrupt):
        grade_course(course, "tiny", ONE)
    assert scores(course) == {"ana": 3.5, "ben": 1.5}


def test_after_an_interrupt_what_is_finished_is_recorded(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a report that a slot has kept and nobody has taken; a second interrupt ends at once."""
    for student, sources in {"ana": tiny.GOOD, "ben": SQUARE, "chloe": tiny.GOOD}.items():
        tiny.submit(course.root, student, sources)
    original = batch.grade_all

    def interrupted(*args: object, **named: object):
        results: list[BatchResult] = list(original(*args, **named))
        yield results[0]  # the reference solution
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "grade_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade_course(course, "tiny", ONE)
    assert scores(course) == {"ana": 3.5, "ben": 1.5, "chloe": 3.5}

    def twice(*args: object, **named: object):
        list(original(*args, **named))
        try:
            raise KeyboardInterrupt
        finally:
            raise KeyboardInterrupt
        yield

    tiny.submit(course.root, "ana", SQUARE | {"solution-halve": "def halve(x):\n    return x"})
    monkeypatch.setattr(batch, "grade_all", twice)
    with pytest.raises(KeyboardInterrupt):
        grade_course(course, "tiny", ONE)
    assert scores(course)["ana"] == 3.5


def test_a_locked_gradebook_loses_nothing(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch says so and stops with the machine's fault; the next one records without grading."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    lock = sqlite3.connect(course.folder.gradebook, isolation_level=None)
    original = batch.Recorder
    monkeypatch.setattr(batch, "Recorder", lambda root, id_: original(root, id_, lock_wait_s=0.2))
    taken = batch._Batch._take

    def then_locked(self: batch._Batch, *args: object) -> None:
        taken(self, *args)
        if self.ready:
            lock.execute("BEGIN EXCLUSIVE")

    monkeypatch.setattr(batch._Batch, "_take", then_locked)
    with pytest.raises(EnvironmentFault, match="locked"):
        grade_course(course, "tiny", ONE)
    monkeypatch.undo()
    lock.close()
    result = grade_course(course, "tiny", ONE)
    assert (result.graded, result.recorded) == (0, 1) and scores(course) == {"ana": 3.5}


def test_our_fault_takes_no_grade_from_the_work_it_was_given_for(
    course: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other work stays ungraded; both are named, and remembered until they are recorded."""
    for student in ("ana", "ben"):
        tiny.submit(course.root, student, tiny.GOOD)
    grade_course(course, "tiny", ONE)
    tiny.submit(course.root, "ben", SQUARE)
    original = batch.grade_all

    def faulty(*args: object, **named: object):
        for result in original(*args, **named):
            if result.job.student == "<reference>":
                yield result
            else:
                broken: Report = dataclasses.replace(result.report, outcome="grader_error", notes=("broken",))
                yield BatchResult(result.job, broken)

    monkeypatch.setattr(batch, "grade_all", faulty)
    result = grade_course(course, "tiny", Request(slots=1, regrade=True))
    assert sorted((n.student, n.why) for n in result.not_graded) == [("ana", "broken"), ("ben", "broken")]
    assert scores(course) == {"ana": 3.5, "ben": None}
    monkeypatch.undo()
    assert grade_course(course, "tiny", Request(slots=1, regrade=True)).not_graded == ()
    assert scores(course) == {"ana": 3.5, "ben": 1.5}


def test_the_log_says_what_came_out(course: Workspace) -> None:
    """A line for each student, as JSON, for the owner's eyes."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    log = new_log(course.log_dir)
    log.start("batch", {"assignments": ("tiny",)}, course.assignments_dir.parent)
    grade_course(course, "tiny", ONE, Hooks(log=log))
    log.end(0)
    assert log.path is not None and log.path.stat().st_mode & 0o777 == 0o600
    start, turn, student, end = map(json.loads, log.path.read_text().splitlines())
    assert (start["event"], start["command"], start["versions"]["nbgrader"][:3]) == ("start", "batch", "0.9")
    assert start["user"] and "tensorflow" in start["versions"]
    assert (turn["assignment"], turn["submissions"], len(turn["tests"])) == ("tiny", 1, 64)
    assert (student["student"], student["score"], student["what"], len(student["key"])) == ("ana", 3.5, "recorded", 64)
    assert (end["event"], end["code"]) == ("end", 0)
