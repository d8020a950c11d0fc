"""`autograder survey` on a course folder."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from autograder.cli.survey import command
from autograder.errors import UsageError
from tests.survey.conftest import ASSIGNMENTS


def run(*arguments):
    """The command's result, with its errors raised as the main command sees them."""
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


def _notebook(source):
    mark = {"grade_id": "solution-answers", "grade": False, "solution": True, "locked": False, "schema_version": 3}
    cell = {"cell_type": "code", "id": "a", "metadata": {"nbgrader": mark}, "source": source, "outputs": [],
            "execution_count": None}  # fmt: skip
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path, answers):
    """A course with six complete forms, an empty one, a hostile one and a broken notebook."""
    root = tmp_path / "course"
    root.mkdir()
    (root / "autograder.toml").write_text(f'repository = "{ASSIGNMENTS.parent.as_posix()}"\nprofile = "demo"\n')
    (root / "secret").write_text("ab" * 32)
    sources = {f"student{n}": f"answers = {answers | {'satisfaction': 4 + n % 2}}" for n in range(6)}
    sources |= {"idle": "answers = {'satisfaction': None}", "cheat": "answers = open('executed', 'w')"}
    for name, source in sources.items():
        _submit(root, name, _notebook(source))
    _submit(root, "broken", "{ no notebook")
    return root


def _submit(root, name, text):
    folder = root / "submitted" / name / "survey"
    folder.mkdir(parents=True)
    (folder / "survey.ipynb").write_text(text)


def test_a_course_is_collected_and_reported(course, monkeypatch, tmp_path):
    """Valid forms reach the report; the others are counted but not read in."""
    monkeypatch.chdir(tmp_path)
    assert "6 valid forms in 9 submissions" in run("collect", course).stdout
    text = run("report", course).stdout
    assert "n 6, mean 4.50, 4 or 5: 100 %, sum/(5n): 90 %" in text
    assert not list(tmp_path.rglob("executed"))


def test_the_pool_names_nobody(course):
    """The pool holds no student's name and no time."""
    run("collect", course)
    text = (course / ".autograder" / "survey" / "pool.json").read_text()
    assert "student" not in text and "time" not in text


def test_collecting_twice_counts_once(course):
    """The pool is always written again, so that a resubmission replaces the first form."""
    run("collect", course)
    before = (course / ".autograder" / "survey" / "pool.json").read_bytes()
    assert "6 valid forms" in run("collect", course).stdout
    assert (course / ".autograder" / "survey" / "pool.json").read_bytes() == before


def test_a_report_without_a_pool_says_what_to_do(course):
    """`report` before `collect` is the instructor's mistake."""
    with pytest.raises(UsageError, match="survey collect"):
        run("report", course)
