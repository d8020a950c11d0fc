"""Feedback pages show the present grade, and go to those who can fetch them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.utils import notebook_hash

from autograder.cli.feedback import command
from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.nbgrader_plugs.feedback import make_pages, page_students, stale_pages
from autograder.nbgrader_plugs.late import carry_dates
from autograder.nbgrader_plugs.record import record
from autograder.nbgrader_plugs.release_feedback import release_pages
from autograder.workspace import Workspace, find_workspace
from tests.authoring import tiny

SECRET = "5f" * 64


@pytest.fixture
def graded(course: Path) -> Workspace:
    """A course with the graded work of kim, who used the exchange and is late, and lee, who did not."""
    settings = '[due]\ntiny = 2026-11-20T12:00:00\n[late]\npolicy = "per_day"\nslip_days = 1\n'
    (course / "course.toml").write_text('timezone = "Asia/Seoul"\n' + settings)
    for student in ("kim", "lee"):
        tiny.submit(course, student, {**tiny.GOOD, "why": "Because."})
    kim = course / "submitted" / "kim" / "tiny"
    (kim / "timestamp.txt").write_text("2026-11-22 12:01:00 +0900")
    (kim / "submission_secret.txt").write_text(SECRET)
    (course / "submitted" / "lee" / "tiny" / "timestamp.txt").unlink(missing_ok=True)
    workspace = find_workspace(course)
    carry_dates(workspace)
    assert all(one.recorded for one in record(course, "tiny"))
    return workspace


def _text(workspace: Workspace, student: str) -> str:
    return workspace.folder.feedback_page(student, "tiny").read_text(encoding="utf-8")


def _mark(workspace: Workspace, student: str, points: float, comment: str = "") -> None:
    """As a TA in the formgrader."""
    with Gradebook(workspace.folder.gradebook_url) as gradebook:
        gradebook.find_grade("why", "tiny", "tiny", student).manual_score = points
        gradebook.find_grade("why", "tiny", "tiny", student).needs_manual_grade = False
        gradebook.find_comment("why", "tiny", "tiny", student).manual_comment = comment
        gradebook.db.commit()


def test_a_page_is_made_again_when_the_grade_changed(graded: Workspace) -> None:
    """And only then: nbgrader leaves the old page, because the submission's time is the old one."""
    assert [(page.student, page.made, page.fault) for page in make_pages(graded, "tiny")] == [
        ("kim", True, ""),
        ("lee", True, ""),
    ]
    assert not any(page.made for page in make_pages(graded, "tiny"))
    _mark(graded, "lee", 2, "A good reason.")
    assert stale_pages(graded, "tiny", ("kim", "lee")) == ("lee",)
    assert [page.student for page in make_pages(graded, "tiny") if page.made] == ["lee"]
    assert "A good reason." in _text(graded, "lee") and "(Score: 5.5 / 6.5)" in _text(graded, "lee")
    graded.folder.feedback_page("kim", "tiny").unlink()
    assert [page.student for page in make_pages(graded, "tiny", ["kim"]) if page.made] == ["kim"]
    with pytest.raises(UsageError, match="nothing of park is graded for tiny"):
        make_pages(graded, "tiny", ["park"])


def test_a_page_tells_the_dates_and_what_lateness_costs(graded: Workspace) -> None:
    """In the course's zone."""
    make_pages(graded, "tiny")
    page = _text(graded, "kim")
    for line in (
        "Handed in: 2026-11-22 12:01 (Asia/Seoul).",
        "Due: 2026-11-20 12:00 (Asia/Seoul).",
        "Late by 2 d 0 h 1 min.",
        "Of the 3 days begun, 1 were free.",
        "Points off for lateness: 1.3.",
    ):
        assert line in page
    assert "Late by" not in _text(graded, "lee")
    (graded.root / "extensions.toml").write_text("[kim]\ntiny = 2026-11-23T12:00:00\n")
    carry_dates(graded)
    make_pages(graded, "tiny")
    assert "Due for you: 2026-11-23 12:00 (Asia/Seoul) (extended)." in _text(graded, "kim")
    assert "Late by" not in _text(graded, "kim")


def test_what_has_no_grade_yet_shows_none(graded: Workspace) -> None:
    """An answer that nobody marked, and work that could not be read, until a TA gives points; never 0 of so many."""
    tiny.submit(graded.root, "lee", tiny.GOOD).write_text("{")
    assert all(one.recorded for one in record(graded.root, "tiny"))
    make_pages(graded, "tiny")
    page = _text(graded, "kim")
    assert "(Score: 2.2 / 6.5)" in page and "Score: – / 3.0" in page
    assert "Answers worth 3 points are not marked yet; the score is without them." in page
    page = _text(graded, "lee")
    assert "(no grade yet)" in page and "could not be read. There is no grade yet" in page
    assert not re.search(r"Score: [\d.]+ /", page) and "not marked yet" not in page
    assert "Hint" not in page and "No response" not in page and "0 of" not in page
    _mark(graded, "lee", 2)
    make_pages(graded, "tiny")
    assert "(Score: 2.0 / 6.5)" in _text(graded, "lee") and "could not be read" not in _text(graded, "lee")


def test_a_korean_course_has_korean_pages(graded: Workspace) -> None:
    """nbgrader's own words, too."""
    settings = graded.root / "autograder.toml"
    settings.write_text(settings.read_text().replace('language = "en"', 'language = "ko"'))
    tiny.submit(graded.root, "lee", {})
    record(graded.root, "tiny", ("lee",))
    make_pages(find_workspace(graded.root), "tiny")
    assert "답하지 않았습니다." in (page := _text(graded, "lee")) and "No response" not in page
    page = _text(graded, "kim")
    for words in ("(점수: 2.2 / 6.5)", "제출한 답: <code>why</code>", "지각 감점 (-1.3)", "맨 위로", "아직 채점되지"):
        assert words in page
    assert not re.search("Score|Student's|Comment:|Top", re.sub("<style.*?</style>", "", page, flags=re.DOTALL))


def test_nbgraders_own_command_does_the_right_thing(graded: Workspace) -> None:
    """It makes a page again whose grade changed, and leaves the others."""
    nbgrader = [sys.executable, "-m", "nbgrader", "generate_feedback", "tiny"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run(nbgrader, cwd=graded.root, env=environment, check=True, capture_output=True)
    before = graded.folder.feedback_page("kim", "tiny").stat().st_mtime_ns
    _mark(graded, "lee", 3, "Even better.")
    subprocess.run(nbgrader, cwd=graded.root, env=environment, check=True, capture_output=True)
    assert "Even better." in _text(graded, "lee")
    assert graded.folder.feedback_page("kim", "tiny").stat().st_mtime_ns == before
    assert stale_pages(graded, "tiny", page_students(graded.root, "tiny")) == ()


def test_pages_go_to_the_exchange_for_those_who_used_it(graded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student who handed in by another way does not stop it, as with nbgrader's own command, and is named."""
    make_pages(graded, "tiny")
    assert release_pages(graded, "tiny", ["kim", "lee"]) == (["kim"], ["lee"])
    (exchange,) = graded.folder.exchange.glob("*/feedback")
    name = notebook_hash(secret=SECRET, notebook_id="tiny")
    assert [path.name for path in exchange.iterdir()] == [f"{name}.html"]
    assert (exchange / f"{name}.html").read_text(encoding="utf-8") == _text(graded, "kim")
    _mark(graded, "kim", 1)
    monkeypatch.chdir(graded.root)
    result = CliRunner().invoke(command, ["tiny", "--release"], catch_exceptions=False, standalone_mode=False)
    assert result.return_value == 0
    assert "tiny: 1 pages made, 1 up to date" in result.output
    assert "1 released" in result.output and "not handed in through the exchange: lee" in result.output
    assert (exchange / f"{name}.html").read_text(encoding="utf-8") == _text(graded, "kim")


def test_one_page_that_fails_does_not_stop_the_others(graded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and the exit code tells."""
    graded.folder.graded_notebook("kim", "tiny").chmod(0o600)
    graded.folder.graded_notebook("kim", "tiny").write_text("damaged")
    monkeypatch.chdir(graded.root)
    result = CliRunner().invoke(command, ["tiny"], catch_exceptions=False, standalone_mode=False)
    assert result.return_value == 3
    assert "NO PAGE kim" in result.output and "1 pages made" in result.output
    assert graded.folder.feedback_page("lee", "tiny").is_file()


def test_a_page_without_a_recorded_grade_is_nobodys(course: Path) -> None:
    """Nothing graded, nothing to make."""
    assert make_pages(find_workspace(course), "tiny") == []
    shutil.rmtree(CourseFolder(course).autograded)
    assert make_pages(find_workspace(course), "tiny") == []
