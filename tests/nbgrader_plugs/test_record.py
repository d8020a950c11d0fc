"""From submitted notebooks to nbgrader's gradebook, through nbgrader's own converter."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.release import release_course
from autograder.errors import UsageError
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.record import record, submitted_students
from autograder.reports.overview import Mark
from autograder.reports.store import ReportStore
from autograder.workspace import find_workspace
from tests.authoring import tiny


def _open(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def _mark(course: Path, student: str) -> Mark:
    return next(row.marks[0] for row in gradebook_rows(course) if row.student == student)


def _autograded(course: Path, student: str) -> Any:
    return nbformat.read(course / "autograded" / student / "tiny" / "tiny.ipynb", 4)


def _cell(notebook: Any, grade_id: str) -> Any:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_scores_and_feedback_arrive(course: Path) -> None:
    """Full, partial and no credit; every test cell has one table and one number."""
    half = tiny.GOOD | {"solution-double": "def double(x):\n    return half"}
    for student, sources in {"all": tiny.GOOD, "half": half, "none": {}}.items():
        tiny.submit(course, student, sources)
    seen: list[str] = []
    outcomes = record(course, "tiny", progress=seen.append)
    assert [(o.student, o.recorded, o.score) for o in outcomes] == [
        ("all", True, 3.5),
        ("half", True, 2.5),
        ("none", True, 0.0),
    ]
    assert seen == ["all", "half", "none"]
    for student in seen:
        for item in ("double", "halve"):
            kinds = [output.output_type for output in _cell(_autograded(course, student), item).outputs]
            assert kinds == ["display_data", "execute_result"]
    table = _cell(_autograded(course, "half"), "double").outputs[0].data
    assert "1 of 2 points" in table["text/plain"] and "A hint." in table["text/html"]
    assert "hidden message" not in str(table)


def test_broken_submissions_are_graded_and_stop_nobody(course: Path) -> None:
    """No JSON, no cells, a link, no file, another name, tampered points: a grade for what does work."""
    tiny.submit(course, "json", tiny.GOOD).write_text("{")
    tiny.submit(course, "cells", tiny.GOOD).write_text('{"cells": []}')
    link = tiny.submit(course, "link", tiny.GOOD)
    link.unlink()
    link.symlink_to(course / "release" / "tiny" / "tiny.ipynb")
    tiny.submit(course, "nothing", {}).unlink()
    renamed = tiny.submit(course, "renamed", tiny.GOOD)
    renamed.rename(renamed.parent / "my copy.ipynb")
    greedy = tiny.submit(course, "greedy", {"double": "1000"})
    data = json.loads(greedy.read_text())
    for cell in data["cells"]:
        cell["metadata"].get("nbgrader", {})["points"] = 1000
        if cell["cell_type"] == "code":
            number = {
                "output_type": "execute_result",
                "data": {"text/plain": "999"},
                "metadata": {},
                "execution_count": 1,
            }
            cell["outputs"] = [number]
    greedy.write_text(json.dumps(data))
    scores = {outcome.student: (outcome.recorded, outcome.score) for outcome in record(course, "tiny")}
    assert scores == {
        "json": (True, 0.0), "cells": (True, 0.0), "link": (True, 0.0), "nothing": (True, 0.0),
        "renamed": (True, 3.5), "greedy": (True, 0.0),
    }  # fmt: skip
    assert "tiny.ipynb" in _autograded(course, "json").cells[0].source
    assert _mark(course, "greedy").max_score == 6.5


def test_a_fault_of_ours_leaves_the_submission_ungraded(course: Path) -> None:
    """Neither zero nor full, an earlier score is withdrawn, and the others are graded."""
    tiny.submit(course, "unlucky", tiny.GOOD)
    assert record(course, "tiny")[0].score == 3.5
    tiny.submit(course, "unlucky", tiny.GOOD | {"solution-imports": "'our fault'"})
    tiny.submit(course, "other", tiny.GOOD)
    outcomes = {outcome.student: outcome for outcome in record(course, "tiny")}
    assert not outcomes["unlucky"].recorded and "could not be graded" in outcomes["unlucky"].problem
    assert outcomes["other"].recorded
    assert _mark(course, "unlucky").status == "ungraded"
    assert not (course / "autograded" / "unlucky" / "tiny").exists()


def test_a_tas_marks_survive_a_regrade(course: Path) -> None:
    """A corrected automatic score, the mark of a written answer and the comment stay."""
    tiny.submit(course, "kim", {"why": "Because."})
    record(course, "tiny")
    assert _mark(course, "kim").status == "needs marking"
    with _open(course) as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "kim").manual_score = 1.25
        gradebook.find_grade("why", "tiny", "tiny", "kim").manual_score = 2.0
        gradebook.find_comment("why", "tiny", "tiny", "kim").manual_comment = "Well said."
        gradebook.db.commit()
    assert record(course, "tiny")[0].score == 3.25
    with _open(course) as gradebook:
        assert gradebook.find_comment("why", "tiny", "tiny", "kim").comment == "Well said."


def test_late_work_is_named_and_penalised_by_nbgraders_plugin(course: Path) -> None:
    """By default lateness costs nothing; with the method "zero" all points."""
    with _open(course) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00")
    tiny.submit(course, "late", tiny.GOOD, timestamp="2026-01-01 00:01:00 UTC")
    record(course, "tiny")
    assert (_mark(course, "late").late_s, _mark(course, "late").penalty) == (60.0, 0.0)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    record(course, "tiny")
    assert _mark(course, "late").penalty == _mark(course, "late").score == 3.5


def test_a_finished_report_is_used_and_only_for_the_same_work(course: Path) -> None:
    """The second run grades nothing again; changed work is graded anew."""
    import fake_engine  # type: ignore[import-not-found]  # on the path by the fixture `course`

    tiny.submit(course, "kim", tiny.GOOD)
    fake_engine.calls.clear()
    record(course, "tiny")
    record(course, "tiny")
    assert fake_engine.calls == ["kim"]
    tiny.submit(course, "kim", {})
    assert record(course, "tiny")[0].score == 0.0
    assert fake_engine.calls == ["kim", "kim"]
    report = ReportStore(find_workspace(course).state_dir / "reports").latest("tiny", "kim")
    assert report is not None and report.score == 0.0


def test_training_items_wait_for_the_batch(course: Path) -> None:
    """Without a finished report the submission stays ungraded, with the command to run; with one it is recorded."""
    import fake_engine

    from autograder.intake import read_collected

    repository = find_workspace(course).assignments_dir.parent
    path = repository / "assignments" / "tiny" / "assignment.toml"
    original = path.read_text(encoding="utf-8")
    try:
        path.write_text(original.replace("points = 1.5", "points = 1.5\ntraining = true"), encoding="utf-8")
        tiny.submit(course, "kim", tiny.GOOD)
        outcome = record(course, "tiny")[0]
        assert not outcome.recorded and "autograder batch tiny" in outcome.problem
        workspace = find_workspace(course)
        submission = read_collected(course, "kim", workspace.assignment("tiny"), "en")
        report = fake_engine.grade(workspace, "tiny", submission, training=True)
        ReportStore(workspace.state_dir / "reports").put(report, student="kim", submission=submission)
        assert record(course, "tiny")[0].score == 3.5
    finally:
        path.write_text(original, encoding="utf-8")


def test_points_changed_after_the_release_are_refused(course: Path) -> None:
    """No score is silently changed; a new release corrects the points."""
    workspace = find_workspace(course)
    path = workspace.assignments_dir / "tiny" / "assignment.toml"
    original = path.read_text(encoding="utf-8")
    tiny.submit(course, "kim", tiny.GOOD)
    try:
        path.write_text(original.replace("points = 2", "points = 4"), encoding="utf-8")
        outcome = record(course, "tiny")[0]
        assert not outcome.recorded and "autograder release tiny" in outcome.problem
        release_course(course, workspace.assignments_dir, workspace.reference_dir, workspace.course(), ("tiny",))
        assert record(course, "tiny")[0].score == 5.5
    finally:
        path.write_text(original, encoding="utf-8")


def test_cells_cannot_vanish_under_submissions(course: Path) -> None:
    """nbgrader refuses it, and the course's release stays as it was."""
    workspace = find_workspace(course)
    tiny.submit(course, "kim", tiny.GOOD)
    record(course, "tiny")
    before = (course / "release" / "tiny" / "tiny.ipynb").read_bytes()
    path = workspace.assignments_dir / "tiny" / "notebook.py"
    original = path.read_text(encoding="utf-8")
    try:
        path.write_text(original + '\n# %% solution="more"\nx = 1\n', encoding="utf-8")
        with pytest.raises(UsageError, match="submissions associated"):
            release_course(course, workspace.assignments_dir, workspace.reference_dir, workspace.course(), ("tiny",))
    finally:
        path.write_text(original, encoding="utf-8")
    assert (course / "release" / "tiny" / "tiny.ipynb").read_bytes() == before


def test_chosen_students_only(course: Path) -> None:
    """Others are left alone; whoever handed in nothing is missing."""
    for student in ("a", "b"):
        tiny.submit(course, student, tiny.GOOD)
    with _open(course) as gradebook:
        gradebook.update_or_create_student("c")
    assert submitted_students(course, "tiny") == ("a", "b")
    assert [outcome.student for outcome in record(course, "tiny", ("b", "c"))] == ["b"]
    assert _mark(course, "c").status == "missing"
    assert not (course / "autograded" / "a").exists()


def test_folders_that_are_no_students_are_left_out_and_named(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    """nbgrader would stop at a line break, match others by a star, and show the rest as HTML."""
    names = ["a\nb", "<img src=x onerror=alert(1)>", "*", "..x", os.fsdecode("김".encode("cp949"))]
    for student in ("kim", "김민준"):
        tiny.submit(course, student, tiny.GOOD)
    for name in names:
        shutil.copytree(course / "submitted" / "kim", course / "submitted" / name)
    assert submitted_students(course, "tiny") == ("kim", "김민준")
    assert len(caplog.messages) == len(names) and all(message.isprintable() for message in caplog.messages)
    assert [(o.student, o.score) for o in record(course, "tiny")] == [("kim", 3.5), ("김민준", 3.5)]
    assert record(course, "tiny", ("<b>", "a/../kim", "")) == []


def test_a_hard_link_is_graded_and_named(course: Path) -> None:
    """A backup may have made it; the page says so once, and a plain file has no such note."""
    os.link(tiny.submit(course, "kim", tiny.GOOD), course / "backup.ipynb")
    tiny.submit(course, "lee", tiny.GOOD)
    assert [o.score for o in record(course, "tiny")] == [3.5, 3.5]
    notes = [cell.source for cell in _autograded(course, "kim").cells if "hard link" in cell.source]
    assert len(notes) == 1 and "tiny.ipynb" in notes[0]
    assert not any("hard link" in cell.source for cell in _autograded(course, "lee").cells)


def test_wrong_folders_and_assignments_are_named(course: Path, tmp_path: Path) -> None:
    """The instructor reads what to do."""
    with pytest.raises(UsageError, match="autograder init"):
        gradebook_rows(tmp_path)
    with pytest.raises(UsageError, match="no assignment 'gone'"):
        record(course, "gone")
