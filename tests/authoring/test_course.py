"""``autograder init``: a course that nbgrader works in, or none at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook

from autograder.cli.init import command as init
from autograder.cli.release import command as release
from autograder.errors import UsageError
from autograder.workspace import find_workspace


def _run(command: object, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)  # type: ignore[arg-type]


def test_a_course_is_made_whole(tiny_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, secret, roster, sources, release and gradebook are there; private things are private."""
    monkeypatch.chdir(tiny_checkout)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,first_name,last_name,email\nkim,지우,김,kim@example.org\n", encoding="utf-8-sig")
    course = tmp_path / "my course"
    result = _run(init, course, "--lang", "ko", "--profile", "demo", "--roster", roster)
    assert "1 students" in result.output
    workspace = find_workspace(course)
    assert (workspace.course_dir, workspace.language, workspace.profile) == (course, "ko", "demo")
    assert len(workspace.secret) == 32
    private = [course / name for name in ("secret", "gradebook.db", "source", "submitted", "autograded", "feedback")]
    assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private] == [0] * 6
    assert stat.S_IMODE((course / "exchange").stat().st_mode) == 0o777
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_student("kim").first_name == "지우"
        assert gradebook.find_assignment("tiny").max_score == 6.5
    assert "여기에 코드를" in (course / "release/tiny/tiny.ipynb").read_text(encoding="utf-8")
    assert "course_id = 'my-course'" in (course / "nbgrader_config.py").read_text(encoding="utf-8")

    monkeypatch.chdir(course)
    before = (course / "release/tiny/tiny.ipynb").read_bytes()
    assert "built tiny" in _run(release).output
    assert (course / "release/tiny/tiny.ipynb").read_bytes() == before
    with pytest.raises(UsageError, match="course already"):
        _run(init, tmp_path / "other")
    with pytest.raises(UsageError, match="this course is in 'ko'"):
        _run(release, "--lang", "en")


def test_a_folder_in_use_is_refused(tiny_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in it changes."""
    monkeypatch.chdir(tiny_checkout)
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="busy is not empty"):
        _run(init, tmp_path / "busy")
    assert [path.name for path in (tmp_path / "busy").iterdir()] == ["thesis.txt"]


def test_a_failure_leaves_no_half_course(tiny_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An assignment with a fault is named, and the folder does not exist afterwards."""
    monkeypatch.chdir(tiny_checkout)
    (tiny_checkout / "assignments" / "tiny" / "notebook.py").write_text("# %%\n1\n")
    (tmp_path / "courses").mkdir()
    with pytest.raises(UsageError, match="no cell for the items"):
        _run(init, tmp_path / "courses" / "new")
    assert list((tmp_path / "courses").iterdir()) == []
