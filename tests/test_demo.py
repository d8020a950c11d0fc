"""The demonstration, end to end: nbgrader, sandbox, training, gradebook, feedback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.demo.students import CHEAT_SOURCE, CLASS, answer_survey, cheat_in, fill_in, source_of

LOST = {  # points that the labelled mistakes of the demo's students must cost: none elsewhere
    "chloe": {"activations", "evaluation"},
    "dmitri": {"activations", "evaluation"},
    "eun": {"vgg16", "training"},
}


def released(repository: Path, assignment: str) -> nbformat.NotebookNode:
    """The notebook that students receive."""
    return nbformat.read(repository / "release" / "en" / assignment / f"{assignment}.ipynb", as_version=4)


def solutions(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """The sources of the solution cells."""
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    }


@pytest.mark.parametrize("assignment", ["activations", "evaluation", "vgg16", "training"])
def test_filling_in_replaces_every_stub(repository: Path, assignment: str) -> None:
    """After the reference has been filled in no stub is left, and nothing else has changed."""
    before = released(repository, assignment)
    after = fill_in(before, source_of(repository, assignment, "right"))
    assert any("NotImplementedError" in source for source in solutions(released(repository, assignment)).values())
    assert not any("raise NotImplementedError()" in source for source in solutions(after).values())
    assert len(after.cells) == len(before.cells)


def test_the_cheat_and_the_survey_are_filled_in(repository: Path) -> None:
    """The cheat is in the imports cell; the survey has the student's own satisfaction."""
    assert CHEAT_SOURCE in solutions(cheat_in(released(repository, "activations"))).values()
    form = answer_survey(released(repository, "survey"), 3, source_of(repository, "survey", "right"))
    assert '"satisfaction": 3' in solutions(form)["solution-answers"]


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_demo_grades_a_class(repository: Path, tmp_path: Path) -> None:
    """Everybody's scores are what their story says, and the feedback pages are there."""
    from autograder.nbgrader_plugs.gradebook import gradebook_rows

    out = tmp_path / "demo"
    command = [sys.executable, "-m", "autograder", "demo", "--out", str(out)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=1400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    marks = {row.student: {mark.assignment: mark for mark in row.marks} for row in gradebook_rows(out)}
    assert set(marks) == {student.id for student in CLASS}
    manual = {"training": 6}
    for student in ("ana", "ben", "ines", "chloe", "dmitri", "eun"):
        for assignment, mark in marks[student].items():
            complete = mark.score == mark.max_score - manual.get(assignment, 0)
            assert complete == (assignment not in LOST.get(student, set())), (student, assignment, mark)
    for student in ("farid", "grace", "hugo"):
        for assignment, mark in marks[student].items():
            assert assignment == "survey" or mark.score == 0, (student, assignment, mark)
    assert marks["ines"]["vgg16"].late_s > 0 and marks["ben"]["vgg16"].late_s == 0
    assert len(list(out.glob("feedback/*/*/*.html"))) == len(CLASS) * 5
