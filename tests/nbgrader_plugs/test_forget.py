"""Forgetting a student: folders, reports and the gradebook's line go; everybody else's stay."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.errors import UsageError
from autograder.nbgrader_plugs.forget import forget_student, traces_of
from autograder.nbgrader_plugs.generate import prepare_gradebook
from autograder.workspace import Workspace


@pytest.fixture
def course(tmp_path: Path) -> Workspace:
    """A course that keeps something of two students whose names begin alike."""
    for student in ("kim", "kimberly"):
        for stage in ("submitted", "autograded", "feedback"):
            (tmp_path / stage / student / "tiny").mkdir(parents=True)
        (tmp_path / "exchange" / "c" / "inbound" / f"{student}+tiny+now").mkdir(parents=True)
    prepare_gradebook(tmp_path / "gradebook.db")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for student in ("kim", "kimberly"):
            gradebook.add_student(student)
    return Workspace(tmp_path, tmp_path, tmp_path, tmp_path / ".autograder", bytes(32), course_dir=tmp_path)


def test_all_of_one_student_goes_and_nothing_of_another(course: Workspace) -> None:
    """Also of one whose id begins with the same letters."""
    forget_student(course, "kim")
    left = {path.relative_to(course.root).as_posix() for path in course.root.rglob("*kim*")}
    assert left == {
        "submitted/kimberly",
        "autograded/kimberly",
        "feedback/kimberly",
        "exchange/c/inbound/kimberly+tiny+now",
    }
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        assert [student.id for student in gradebook.students] == ["kimberly"]


@pytest.mark.parametrize("name", ["nobody", "", "..", "a/b", "ki*"])
def test_a_name_that_is_no_student_deletes_nothing(course: Workspace, name: str) -> None:
    """Unknown ids, paths and patterns are refused."""
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UsageError):
        forget_student(course, name)
    assert sorted(course.root.rglob("*")) == before


def test_traces_are_shown_before_they_go(course: Workspace) -> None:
    """Folders only, all of them the student's own."""
    assert [path.relative_to(course.root).as_posix() for path in traces_of(course.root, "kim")] == [
        "submitted/kim", "autograded/kim", "feedback/kim", "exchange/c/inbound/kim+tiny+now",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_folders_written_by_macos_are_found(course: Workspace, asked: str) -> None:
    """In either form of the name, whichever the TA types; blanks in an id do no harm."""
    names = [unicodedata.normalize(form, "김지우 A") for form in ("NFC", "NFD")]
    for name in names:
        for stage in ("submitted", "autograded", "feedback"):
            (course.root / stage / name / "tiny").mkdir(parents=True)
        (course.root / "exchange" / "c" / "inbound" / f"{name}+tiny+now").mkdir()
        (course.root / ".autograder" / "nbgrader_cache" / "c" / f"{name}+tiny+now").mkdir(parents=True)
        for what in ("collected", "recorded"):
            (course.root / ".autograder" / what / "tiny").mkdir(parents=True, exist_ok=True)
            (course.root / ".autograder" / what / "tiny" / f"{name}.json").write_text("{}")
    with Gradebook(course.folder.gradebook_url) as gradebook:
        for name in names:
            gradebook.add_student(name)
    forget_student(course, unicodedata.normalize(asked, "김지우 A"))
    left = [path for path in course.root.rglob("*") if "김지우" in unicodedata.normalize("NFC", path.name)]
    assert left == []
    with Gradebook(course.folder.gradebook_url) as gradebook:
        assert [student.id for student in gradebook.students] == ["kim", "kimberly"]
