"""The roster of a course: its own file, nbgrader's gradebook, and who is in neither."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.errors import UsageError
from autograder.lms.roster import Student, read_course_roster, write_course_roster
from autograder.nbgrader_plugs.forget import forget_student
from autograder.nbgrader_plugs.generate import prepare_gradebook
from autograder.nbgrader_plugs.roster import (
    course_students,
    import_students,
    remember_arrival,
    strangers,
)
from autograder.workspace import Workspace

KIM = Student("kim", "민수", "김", "k@x.kr", (("canvas_id", "12345"),), (("section", "1"), ("메모", "")))


@pytest.fixture
def course(tmp_path: Path) -> Workspace:
    """A course with an empty gradebook."""
    prepare_gradebook(tmp_path / "gradebook.db")
    return Workspace(tmp_path, tmp_path, tmp_path, tmp_path / ".autograder", bytes(32), course_dir=tmp_path)


def _grade(course: Workspace, *ids: str) -> None:
    """What nbgrader does when it records: a line for everybody with work."""
    with Gradebook(course.folder.gradebook_url) as gradebook:
        for id_ in ids:
            gradebook.add_student(id_)


def test_the_courses_own_file_keeps_everything(tmp_path: Path) -> None:
    """Also what looks like a formula, an id that begins with a dash, and columns without a text; Excel reads it."""
    students = (Student("-lee", "=cmd|x", "+1", "@home"), KIM)
    write_course_roster(tmp_path / "roster.csv", students)
    assert read_course_roster(tmp_path / "roster.csv")[0] == Student(
        "-lee", "=cmd|x", "+1", "@home", (), (("section", ""), ("메모", ""))
    )
    assert read_course_roster(tmp_path / "roster.csv")[1] == KIM
    text = (tmp_path / "roster.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeffid,first_name,last_name,email,canvas_id,section,메모\n-lee,'=cmd|x,'+1,'@home,,,\n")
    assert (tmp_path / "roster.csv").stat().st_mode & 0o777 == 0o600


def test_a_damaged_roster_is_said(tmp_path: Path) -> None:
    """A TA may have edited it."""
    (tmp_path / "roster.csv").write_text("name\nkim\n")
    with pytest.raises(UsageError, match="wanted the column id, found name"):
        read_course_roster(tmp_path / "roster.csv")
    (tmp_path / "roster.csv").write_text("id\nkim\nkim\n")
    with pytest.raises(UsageError, match="line 3: the id 'kim' occurs twice"):
        read_course_roster(tmp_path / "roster.csv")


def test_an_import_fills_roster_and_gradebook(course: Workspace) -> None:
    """A blank in the file erases nothing; a trial run writes nothing."""
    import_students(course.folder, (KIM,), write=False)
    assert not course.folder.roster.exists() and not course_students(course.folder)
    import_students(course.folder, (KIM,))
    import_students(course.folder, (Student("kim"), Student("lee", "Ana", "Lee")))
    with Gradebook(course.folder.gradebook_url) as gradebook:
        assert {(s.id, s.first_name, s.last_name, s.email, s.lms_user_id) for s in gradebook.students} == {
            ("kim", "민수", "김", "k@x.kr", "12345"), ("lee", "Ana", "Lee", None, None),
        }  # fmt: skip
    assert [student.id for student in course_students(course.folder)] == ["kim", "lee"]


def test_who_was_put_into_the_gradebook_belongs_to_the_course(course: Workspace) -> None:
    """By nbgrader's own commands, as in courses that have no ``roster.csv``."""
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.add_student("kim")
    assert strangers(course, ["kim", "choi"]) == ("choi",)
    _grade(course, "choi")
    assert strangers(course, ["kim", "choi"]) == ("choi",)


def test_a_stranger_stays_one_after_being_graded(course: Workspace) -> None:
    """nbgrader's own line in the gradebook makes nobody a student; an import does, and so does a name."""
    import_students(course.folder, (KIM,))
    for _ in range(2):
        assert strangers(course, ["kim", "choi", "park"]) == ("choi", "park")
        with Gradebook(course.folder.gradebook_url) as gradebook:
            for id_ in ("kim", "choi", "park"):
                gradebook.update_or_create_student(id_)
    import_students(course.folder, (Student("choi"),))
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.update_or_create_student("park", first_name="지성")
    assert strangers(course, ["kim", "choi", "park"]) == ()


def test_without_a_roster_nobody_is_a_stranger_yet(course: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    """One line says so; later, with a roster, those who are not in it are, although they have been graded by then."""
    for _ in range(2):
        assert strangers(course, ["kim", "choi"]) == () and not course_students(course.folder)
        assert caplog.text.count("the course has no roster") == 1
        caplog.clear()
        with Gradebook(course.folder.gradebook_url) as gradebook:
            for id_ in ("kim", "choi"):
                gradebook.update_or_create_student(id_)
    import_students(course.folder, (KIM,))
    assert strangers(course, ["kim", "choi"]) == ("choi",) and not caplog.text


def test_forgetting_a_student_clears_the_roster(course: Workspace) -> None:
    """And the list of ids without one."""
    import_students(course.folder, (KIM, Student("lee")))
    strangers(course, ["choi"])
    forget_student(course, "kim")
    forget_student(course, "choi")
    assert [student.id for student in read_course_roster(course.folder.roster)] == ["lee"]
    assert course.folder.unlisted.read_text() == "[]\n"


def test_recording_notes_who_is_in_no_roster(course: Workspace) -> None:
    """Before nbgrader gives them a line, whatever program records; a listed student is not noted."""
    import_students(course.folder, (KIM,))
    for student in ("kim", "choi", unicodedata.normalize("NFD", "김지우")):
        remember_arrival(course.folder, student)
    _grade(course, "choi", "김지우")
    assert strangers(course, []) == () and strangers(course, ["kim", "choi", "김지우"]) == ("choi", "김지우")
