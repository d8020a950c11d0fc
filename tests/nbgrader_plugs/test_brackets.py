"""A course works in a folder whose name is a pattern for ``glob``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.authoring.course import create_course, new_folder
from autograder.nbgrader_plugs.brackets import find_literally
from autograder.nbgrader_plugs.forget import traces_of
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.record import record, submitted_students
from tests.authoring import tiny
from tests.nbgrader_plugs.conftest import CONFIG, FOLDER
from tests.nbgrader_plugs.test_nbgrader_commands import test_from_release_to_feedback as whole_course

BRACKETS = "medical AI [2026] *"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course made in such a folder."""
    monkeypatch.syspath_prepend(str(FOLDER))
    root = tmp_path / BRACKETS
    checkout = tiny.make_checkout(root / "checkout")
    with new_folder(root / "course [a]") as folder:
        create_course(
            folder, root / "course [a]", checkout / "assignments", checkout / "reference_solution", "en", "demo"
        )
    with (root / "course [a]" / "nbgrader_config.py").open("a") as config:
        config.write(CONFIG)
    return root / "course [a]"


def test_a_course_is_made_recorded_and_searched_there(course: Path) -> None:
    """From init over a batch's recording to the gradebook, and all that `forget` would remove is found."""
    assert (course / "release" / "tiny" / "tiny.ipynb").is_file()
    tiny.submit(course, "kim", tiny.GOOD)
    assert submitted_students(course, "tiny") == ("kim",)
    recorded = record(course, "tiny", ["kim"])
    assert [(r.student, r.recorded, r.score) for r in recorded] == [("kim", True, 3.5)]
    assert [(row.student, row.marks[0].score) for row in gradebook_rows(course)] == [("kim", 3.5)]
    assert course / "submitted" / "kim" in traces_of(course, "kim")


@pytest.mark.slow
def test_nbgraders_own_commands_work_there(course: Path) -> None:
    """The instructor's and the student's, through the exchange."""
    whole_course(course)


def test_existing_folders_are_read_literally_and_the_rest_as_a_pattern(tmp_path: Path) -> None:
    """As nbgrader builds its patterns: a course's folder, a star for the student, a name."""
    for student in ("kim", "lee"):
        (tmp_path / "[ab]" / student / "tiny").mkdir(parents=True)
    (tmp_path / "a" / "kim" / "tiny").mkdir(parents=True)
    shutil.copy(__file__, tmp_path / "[ab]" / "kim" / "tiny" / "tiny.ipynb")
    found = find_literally(str(tmp_path / "[ab]" / "*" / "tiny"))
    assert sorted(found) == [str(tmp_path / "[ab]" / student / "tiny") for student in ("kim", "lee")]
    assert find_literally(str(tmp_path / "[ab]" / "kim" / "tiny" / "*.ipynb")) == [
        str(tmp_path / "[ab]" / "kim" / "tiny" / "tiny.ipynb")
    ]
    assert find_literally(str(tmp_path / "[ab]" / "none" / "*")) == []
