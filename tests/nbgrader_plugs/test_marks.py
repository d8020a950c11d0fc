"""What a TA has marked stays marked, whichever command autogrades again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.release import release_course
from autograder.nbgrader_plugs.record import Recorder, record
from autograder.workspace import find_workspace
from tests.authoring import tiny
from tests.batch.conftest import edit

ANSWERED = tiny.GOOD | {"why": "Because."}


def _gradebook(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def mark_by_hand(course: Path) -> None:
    """What the formgrader saves: marks for a written answer and for a test, extra credit, a comment."""
    with _gradebook(course) as gradebook:
        for cell, score in (("why", 2.0), ("double", 1.25)):
            grade = gradebook.find_grade(cell, "tiny", "tiny", "kim")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = score, 0.5, False
        gradebook.find_comment("why", "tiny", "tiny", "kim").manual_comment = "Well said."
        gradebook.db.commit()


def state(course: Path) -> dict[str, tuple[float | None, float | None, bool]]:
    """Of each grade: the TA's mark, the extra credit, and whether it waits."""
    with _gradebook(course) as gradebook:
        grades = gradebook.find_submission_notebook("tiny", "tiny", "kim").grades
        return {grade.name: (grade.manual_score, grade.extra_credit, grade.needs_manual_grade) for grade in grades}


def by_package(course: Path) -> None:
    """As ``autograder batch`` does."""
    record(course, "tiny")


def by_nbgrader(course: Path) -> None:
    """As a TA does at a shell."""
    here = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force"]
    subprocess.run(command, cwd=course, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": here})


def by_formgrader(course: Path) -> None:
    """As the button of the formgrader does."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from autograder.nbgrader_plugs.settings import load_config

    config = load_config(course)
    api = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)
    assert api.autograde("tiny", "kim")["success"]


@pytest.mark.parametrize("again", [by_package, by_nbgrader, by_formgrader])
def test_marks_survive_another_pass(course: Path, again: Callable[[Path], None]) -> None:
    """Marks, extra credit, comment, and that nothing waits; a changed answer alone waits again."""
    tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    assert state(course)["why"] == (None, None, True)
    mark_by_hand(course)
    again(course)
    settled = {"double": (1.25, 0.5, False), "halve": (None, None, False), "why": (2.0, 0.5, False)}
    assert state(course) == settled
    tiny.submit(course, "kim", ANSWERED | {"why": "Because of something else."})
    again(course)
    assert state(course) == settled | {"why": (2.0, 0.5, True)}
    with _gradebook(course) as gradebook:
        assert gradebook.find_comment("why", "tiny", "tiny", "kim").comment == "Well said."


def test_other_code_asks_for_a_corrected_test_again(course: Path) -> None:
    """The TA corrected the score of other code; the written answer stays as it was."""
    tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    mark_by_hand(course)
    tiny.submit(course, "kim", ANSWERED | {"solution-double": "def double(x):\n    return half"})
    record(course, "tiny")
    assert {cell: waits for cell, (_, _, waits) in state(course).items()} == {
        "double": True, "halve": False, "why": False,
    }  # fmt: skip


def test_an_answer_that_waits_goes_on_waiting_under_another_name(course: Path) -> None:
    """nbgrader clears the flags of a notebook that was handed in under another name."""
    notebook = tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    mark_by_hand(course)
    tiny.fill(notebook, {"why": "Something else."})
    notebook.rename(notebook.with_name("my copy.ipynb"))
    record(course, "tiny")
    assert state(course)["why"] == (2.0, 0.5, True)
    record(course, "tiny")
    assert state(course)["why"] == (2.0, 0.5, True) and state(course)["double"] == (1.25, 0.5, False)


def test_marks_survive_a_fault_of_the_grader(course: Path) -> None:
    """Its scores are withdrawn, and the marks are not asked for again."""
    tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    mark_by_hand(course)
    assert not Recorder(course, "tiny").record("kim", fault="broken").recorded
    assert state(course)["halve"] == (None, None, True)
    record(course, "tiny")
    assert state(course) == {"double": (1.25, 0.5, False), "halve": (None, None, False), "why": (2.0, 0.5, False)}


def test_another_maximum_asks_again(course: Path) -> None:
    """After a new release with other points for that answer, and only for it."""
    workspace = find_workspace(course)
    settings = workspace.assignments_dir / "tiny" / "assignment.toml"
    original = settings.read_text(encoding="utf-8")
    tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    mark_by_hand(course)
    try:
        edit(settings, "points = 3", "points = 4")
        release_course(course, workspace.assignments_dir, workspace.reference_dir, workspace.course(), ("tiny",))
        record(course, "tiny")
        assert {cell: waits for cell, (_, _, waits) in state(course).items()} == {
            "double": False, "halve": False, "why": True,
        }  # fmt: skip
    finally:
        settings.write_text(original, encoding="utf-8")


def test_a_course_that_an_earlier_version_graded_keeps_its_marks(course: Path) -> None:
    """No texts were kept then; those of the autograded notebook count."""
    tiny.submit(course, "kim", ANSWERED)
    record(course, "tiny")
    mark_by_hand(course)
    for path in (course / ".autograder" / "marked_texts").rglob("*.json"):
        path.unlink()
    record(course, "tiny")
    assert state(course)["why"] == (2.0, 0.5, False)
