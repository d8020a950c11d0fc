"""One id, one student: in every form that a file system writes, with blanks, from the roster to forgetting."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import cli
from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.record import record, submitted_students
from autograder.nbgrader_plugs.roster import strangers
from autograder.workspace import find_workspace
from tests.authoring import tiny

CYRILLIC = "k\u0456m"


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_a_folder_in_nfd_is_the_student_of_the_roster(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the batch's reading on: graded once, under the id that the roster has."""
    monkeypatch.chdir(course)
    (course / "class.csv").write_text("id,name\n김지우,김지우\nJosé,José\n", encoding="utf-8")
    _run("roster", "import", "class.csv")
    for name in ("김지우", "José"):
        tiny.submit(course, unicodedata.normalize("NFD", name), tiny.GOOD)
    assert submitted_students(course, "tiny") == ("José", "김지우")
    record(course, "tiny")
    assert [(row.student, row.marks[0].score) for row in gradebook_rows(course)] == [("José", 3.5), ("김지우", 3.5)]
    assert strangers(find_workspace(course), submitted_students(course, "tiny")) == ()


def test_an_id_in_two_forms_is_graded_once(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A person has to say which counts; until then it is the one in the normal form."""
    for form, sources in (("NFC", tiny.GOOD), ("NFD", {})):
        tiny.submit(course, unicodedata.normalize(form, "김지우"), sources)
    with caplog.at_level(logging.WARNING):
        record(course, "tiny")
    assert [(row.student, row.marks[0].score) for row in gradebook_rows(course)] == [("김지우", 3.5)]
    assert "has tiny twice" in caplog.text


def test_ids_that_look_alike_are_told_by_the_batch(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Latin and Cyrillic i."""
    for name in ("kim", CYRILLIC):
        tiny.submit(course, name, {})
    with caplog.at_level(logging.WARNING):
        assert len(submitted_students(course, "tiny")) == 2
    assert f"'kim' and {CYRILLIC!a} look alike" in caplog.text


def test_who_is_in_no_roster_is_known_after_recording(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although nbgrader has given them a line in the gradebook by then."""
    monkeypatch.chdir(course)
    (course / "class.csv").write_text("id\nkim\n")
    _run("roster", "import", "class.csv")
    for name in ("kim", "choi"):
        tiny.submit(course, name, {})
    record(course, "tiny")
    assert strangers(find_workspace(course), ("kim", "choi")) == ("choi",)


def test_ids_with_blanks_are_accepted_everywhere(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roster, collecting, grading, feedback, gradebook, forgetting."""
    monkeypatch.chdir(course)
    (course / "class.csv").write_text("id,name\nKim Min-jun,Minjun Kim\n")
    _run("roster", "import", "class.csv")
    work = course.parent / "Kim Min-jun_tiny.ipynb"
    work.write_bytes((course / "release" / "tiny" / "tiny.ipynb").read_bytes())
    tiny.fill(work, tiny.GOOD)
    assert "1 collected" in _run("collect", "tiny", str(work)).output
    record(course, "tiny")
    assert [(row.student, row.marks[0].score) for row in gradebook_rows(course)] == [("Kim Min-jun", 3.5)]
    _run("feedback", "tiny")
    assert (course / "feedback" / "Kim Min-jun" / "tiny" / "tiny.html").is_file()
    assert "Kim Min-jun,Minjun Kim,tiny,graded,3.5" in _run("gradebook", "--csv", "-").output
    _run("forget", "Kim  Min-jun", "--yes")
    assert not [path for path in course.rglob("*") if "Min-jun" in path.name] and not gradebook_rows(course)
