"""``autograder roster`` and ``init --roster`` through the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import cli
from autograder.course_folder import CourseFolder
from autograder.lms.roster import Student, read_course_roster, write_course_roster
from autograder.nbgrader_plugs.roster import course_students
from tests.authoring.tiny import make_checkout
from tests.nbgrader_plugs.conftest import course, pristine

__all__ = ["course", "pristine"]

CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Kim, Minsu",12345,2023001,kim,1\n김지우,12346,2023002,jiwoo,2\n'


@pytest.fixture
def inside(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The course's folder, as the current one."""
    monkeypatch.chdir(course)
    return course


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_class_list_is_imported_twice_and_shown(inside: Path) -> None:
    """Added, then changed; a trial run writes nothing; who is not in the file is told and stays."""
    (inside / "canvas.csv").write_bytes(CANVAS.encode("utf-16"))
    trial = _run("roster", "import", "canvas.csv", "--dry-run")
    assert trial.exit_code == 0, trial.output
    assert "added jiwoo 김지우" in trial.output and "nothing was written" in trial.output
    assert not (inside / "roster.csv").exists()
    assert "canvas: 2 added, 0 changed, 0 unchanged, 0 not in the file" in _run("roster", "import", "canvas.csv").output
    (inside / "plain.csv").write_bytes("학번,이름,이메일\n2023001,김민수,kim@x.kr\n".encode("cp949"))
    again = _run("roster", "import", "plain.csv", "--id", "학번").output
    assert "changed kim: first_name: Minsu -> 민수; last_name: Kim -> 김; email: (blank) -> kim@x.kr" in again
    assert "kept kim: the file calls this student 2023001" in again and "not in the file: jiwoo 김지우 (stays" in again
    shown = _run("roster")
    assert shown.output == _run("roster", "show").output and "2 students" in shown.output and "jiwoo" in shown.output
    assert [student.id for student in read_course_roster(inside / "roster.csv")] == ["jiwoo", "kim"]


def test_ids_that_look_alike_are_told(inside: Path) -> None:
    """When they are imported, also when one of them is in the course already."""
    (inside / "a.csv").write_text("id\nkim\n")
    assert "look alike" not in _run("roster", "import", "a.csv").output
    (inside / "b.csv").write_text("id\nk\u0456m\n", encoding="utf-8")
    assert "'kim' and 'k\\u0456m' look alike" in _run("roster", "import", "b.csv").output


def test_a_faulty_list_changes_nothing(inside: Path) -> None:
    """All its faults are named."""
    (inside / "a.csv").write_text("id\nkim\n../kim\n")
    failed = subprocess.run(
        [sys.executable, "-m", "autograder", "roster", "import", "a.csv"], capture_output=True, text=True, check=False
    )
    assert failed.returncode == 2 and "line 3: '../kim' is not a student's id" in failed.stderr
    assert not (inside / "roster.csv").exists()


def test_a_course_without_a_roster_says_what_to_do(inside: Path) -> None:
    """Rather than show an empty table."""
    assert "roster import FILE" in _run("roster").output


def test_init_reads_the_same_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a Canvas export; the course keeps the ids of Canvas."""
    monkeypatch.chdir(make_checkout(tmp_path / "checkout"))
    Path("canvas.csv").write_text(CANVAS, encoding="utf-8-sig")
    made = _run("init", str(tmp_path / "course"), "--roster", "canvas.csv", "--profile", "demo")
    assert made.exit_code == 0 and "and 2 students" in made.output
    students = read_course_roster(tmp_path / "course" / "roster.csv")
    assert [(student.id, student.of("canvas_id")) for student in students] == [("jiwoo", "12346"), ("kim", "12345")]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_nbgraders_own_import_reads_what_excel_saves(course: Path, encoding: str) -> None:
    """And the course's own roster, with all its columns."""
    (course / "class.csv").write_bytes("id,first_name,last_name\nkim,민수,김\n".encode(encoding))
    write_course_roster(course / "roster.csv", (Student("lee", "Ana", lms=(("canvas_id", "12"),)),))
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1] / "nbgrader_plugs")}
    for table in ("class.csv", "roster.csv"):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "db", "student", "import", table],
            cwd=course, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    (course / "roster.csv").unlink()
    students = course_students(CourseFolder(course))
    assert {(student.id, student.first_name) for student in students} == {("kim", "민수"), ("lee", "Ana")}


def test_work_under_another_id_of_a_student_is_told(inside: Path) -> None:
    """As it is collected before the roster knows the learning system's numbers."""
    (inside / "submitted" / "12345" / "tiny").mkdir(parents=True)
    (inside / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    assert "submitted/12345 is work of kim: collect again" in _run("roster", "import", "canvas.csv").output
