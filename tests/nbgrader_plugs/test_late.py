"""Due dates, extensions and penalties in the gradebook, as the course's files say."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.cli.extend import command as extend
from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.nbgrader_plugs.gradebook import find_mark, gradebook_rows
from autograder.nbgrader_plugs.guard import guard_nbgrader, parse_utc
from autograder.nbgrader_plugs.late import carry_dates, changes_to_carry
from autograder.nbgrader_plugs.record import record
from autograder.workspace import find_workspace
from tests.authoring import tiny

DUE = 'timezone = "Asia/Seoul"\n[due]\ntiny = 2026-11-20T23:59:00\n'
HANDED_IN = "2026-11-22 00:00:00 +0900"  # a day and a minute late


@pytest.fixture
def late_course(course: Path) -> Path:
    """A course in which kim's work is a day and a minute late, and lee's in time."""
    for student, time in (("kim", HANDED_IN), ("lee", "2026-11-20 14:58:00 UTC")):
        tiny.submit(course, student, tiny.GOOD)
        (course / "submitted" / student / "tiny" / "timestamp.txt").write_text(time)
    (course / "course.toml").write_text(DUE)
    return course


def _marks(course: Path) -> dict[str, tuple[float, float]]:
    """Hours late and points off, by student."""
    with Gradebook(CourseFolder(course).gradebook_url) as gradebook:
        marks = {student: find_mark(gradebook, "tiny", student) for student in ("kim", "lee")}
    return {student: (round(mark.late_s / 3600, 2), mark.penalty) for student, mark in marks.items()}


def test_a_due_date_is_carried_to_the_gradebook(late_course: Path) -> None:
    """Once, with a line that names the zone; a date that only the gradebook knows stays."""
    lines = carry_dates(find_workspace(late_course))
    assert lines == ["tiny is due 2026-11-20 23:59 (Asia/Seoul)"]
    assert carry_dates(find_workspace(late_course)) == []
    with Gradebook(CourseFolder(late_course).gradebook_url) as gradebook:
        assert gradebook.find_assignment("tiny").duedate == datetime.datetime(2026, 11, 20, 14, 59)
    (late_course / "course.toml").write_text(DUE.replace("23:59", "23:00"))
    assert carry_dates(find_workspace(late_course)) == [
        "tiny is due 2026-11-20 23:00 (Asia/Seoul) (was 2026-11-20 23:59 (Asia/Seoul))"
    ]
    (late_course / "course.toml").write_text("")
    assert carry_dates(find_workspace(late_course)) == []


@pytest.mark.parametrize(
    ("policy", "share"),
    [("", 0), ('policy = "none"', 0), ('policy = "all"', 1), ('policy = "per_day"\nshare_per_day = 0.25', 0.5),
     ('policy = "per_day"\nshare_per_day = 0.25\nslip_days = 1', 0.25),
     ('policy = "all"\ngrace_minutes = 1441', 0)],
)  # fmt: skip
def test_late_work_costs_what_the_course_says(policy: str, share: float, late_course: Path) -> None:
    """And work in time costs nothing under any policy."""
    (late_course / "course.toml").write_text(DUE + (f"[late]\n{policy}" if policy else ""))
    carry_dates(find_workspace(late_course))
    kim = record(late_course, "tiny")[0]
    assert _marks(late_course) == {"kim": (24.02, share * kim.max_score), "lee": (0, 0)}


def test_a_later_mark_gives_no_points_back(late_course: Path) -> None:
    """Points off do not depend on the score, so that nothing has to be carried again; a grade is at least 0."""
    (late_course / "course.toml").write_text(DUE + '[late]\npolicy = "all"')
    carry_dates(find_workspace(late_course))
    record(late_course, "tiny")
    for points in (1.0, 30.0):
        with Gradebook(CourseFolder(late_course).gradebook_url) as gradebook:
            gradebook.find_grade("why", "tiny", "tiny", "kim").manual_score = points
            gradebook.db.commit()
        if points == 30.0:  # more than there are: extra credit
            carry_dates(find_workspace(late_course))
        assert gradebook_rows(late_course)[0].marks[0].final_score == 0.0


def test_an_extension_counts_at_once_and_can_be_taken_back(late_course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradebook's penalty follows, and the command says what changed."""
    (late_course / "course.toml").write_text(DUE + '[late]\npolicy = "all"')
    carry_dates(find_workspace(late_course))
    points = record(late_course, "tiny")[0].max_score
    assert _marks(late_course)["kim"] == (24.02, points)
    monkeypatch.chdir(late_course)
    said = CliRunner().invoke(extend, ["kim", "tiny", "--until", "2026-11-21 23:00"], catch_exceptions=False)
    assert said.output.startswith("kim has until 2026-11-21 23:00 (Asia/Seoul) for tiny")
    assert _marks(late_course)["kim"] == (1.0, points)
    said = CliRunner().invoke(extend, ["kim", "tiny", "--until", "2026-11-22 23:00 +09:00"])
    assert f"0 points off for lateness (was {points:g})" in said.output
    assert _marks(late_course)["kim"] == (0, 0)
    record(late_course, "tiny")
    assert _marks(late_course)["kim"] == (0, 0)
    assert "kim has until 2026-11-22 23:00 (Asia/Seoul) for tiny" in CliRunner().invoke(extend, []).output
    CliRunner().invoke(extend, ["kim", "tiny", "--remove"])
    assert _marks(late_course)["kim"] == (24.02, points)
    assert CliRunner().invoke(extend, []).output == "no extensions\n"


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own handling of its session
def test_slip_days_that_move_wait_for_a_decision(late_course: Path) -> None:
    """Recording late work takes the free day from a later assignment, whose grade nobody changes unseen."""
    policy = '[late]\npolicy = "per_day"\nshare_per_day = 0.5\nslip_days = 2'
    (late_course / "course.toml").write_text(DUE + policy)
    workspace = find_workspace(late_course)
    carry_dates(workspace)
    with Gradebook(CourseFolder(late_course).gradebook_url) as gradebook:
        gradebook.update_or_create_student("kim")
        gradebook.add_assignment("zoo", duedate="2026-11-27 00:00:00 UTC")
        gradebook.add_notebook("zoo", "zoo")
        gradebook.add_grade_cell("zebra", "zoo", "zoo", max_score=10, cell_type="code")
        gradebook.update_or_create_submission(
            "zoo", "kim", timestamp=datetime.datetime(2026, 11, 28, 12)
        )  # two days begun
        gradebook.find_grade("zebra", "zoo", "zoo", "kim").auto_score = 10
        gradebook.db.commit()

    def score() -> float:
        with Gradebook(CourseFolder(late_course).gradebook_url) as gradebook:
            return float(find_mark(gradebook, "zoo", "kim").final_score)

    assert carry_dates(workspace) == [] and score() == 10.0
    record(late_course, "tiny")  # kim's is two days late as well, and due earlier
    assert _marks(late_course)["kim"] == (24.02, 0) and score() == 10.0
    assert changes_to_carry(workspace, "zoo") == ["zoo of kim: 10 points off for lateness (was 0)"]
    assert carry_dates(workspace) == ["zoo of kim: 10 points off for lateness (was 0)"] and score() == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kim", "tiny", "--until", "2026-11-27 23:59 KST"], "KST is ambiguous here: write [+]09:00 or Asia/Seoul"),
        (["kim", "tiny", "--until", "tomorrow"], "wanted a time such as"),
        (["kim", "tiny", "--until", "2026-11-27"], "wanted a date and a time, such as '2026-11-27 23:59'"),
        (["kim", "tiny", "--until", "2026-11-20 23:00"], "after the due date, 2026-11-20 23:59 .Asia/Seoul."),
        (["park", "tiny", "--until", "2026-11-27 23:59"], "no student 'park' in the course; it has 2 students"),
        (["kym", "tiny", "--until", "2026-11-27 23:59"], "no student 'kym' in the course; did you mean 'kim'"),
        (["kim", "tin", "--until", "2026-11-27 23:59"], "no assignment 'tin'; there are: tiny"),
        (["kim", "--until", "2026-11-27 23:59"], "wanted a student and an assignment"),
        (["kim", "tiny", "--until", "2026-11-27 23:59", "--remove"], "got both"),
    ],
)
def test_an_extension_that_cannot_be_granted_is_refused(
    arguments: list[str], message: str, late_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is written."""
    carry_dates(find_workspace(late_course))
    record(late_course, "tiny")
    monkeypatch.chdir(late_course)
    with pytest.raises(UsageError, match=message):
        CliRunner().invoke(extend, arguments, catch_exceptions=False)
    assert not (late_course / "extensions.toml").exists()


def test_nbgraders_own_reading_of_times_is_replaced(late_course: Path) -> None:
    """In the gradebook and on the command line."""
    guard_nbgrader()
    seoul = "2026-11-20 23:59:00 +0900"
    assert parse_utc(seoul) == datetime.datetime(2026, 11, 20, 14, 59)
    with Gradebook(CourseFolder(late_course).gradebook_url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate=seoul)
        assert gradebook.find_assignment("tiny").duedate == datetime.datetime(2026, 11, 20, 14, 59)
        with pytest.raises(ValueError, match="KST is ambiguous"):
            gradebook.update_or_create_assignment("tiny", duedate="2026-11-20 23:59:00 KST")


def _nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=course, env=environment, text=True, capture_output=True, check=False)


def test_nbgraders_commands_show_what_is_stored_with_its_zone(late_course: Path) -> None:
    """And refuse an ambiguous zone in one line, without writing anything."""
    refused = _nbgrader(late_course, "db", "assignment", "add", "tiny", "--duedate", "2026-11-21 03:30:00 KST")
    assert refused.returncode and "KST is ambiguous here: write +09:00 or Asia/Seoul" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "tiny (due: None)" in _nbgrader(late_course, "db", "assignment", "list").stdout
    added = _nbgrader(late_course, "db", "assignment", "add", "tiny", "--duedate", "2026-11-20 18:30:00 UTC")
    assert added.stdout == "tiny is due 2026-11-21 03:30 (Asia/Seoul)\n"
    assert "tiny (due: 2026-11-21 03:30 (Asia/Seoul))" in _nbgrader(late_course, "db", "assignment", "list").stdout
