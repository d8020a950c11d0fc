"""The release: built by nbgrader, deterministic, complete, and nothing when something is wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from autograder.authoring.release import release_checkout
from autograder.errors import UsageError


def _release(checkout: Path, *ids: str, languages: tuple[str, ...] = ("en", "ko")) -> list[Path]:
    return release_checkout(
        checkout / "assignments", checkout / "reference_solution", checkout / "release", ids, languages
    )


def _snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_release_is_complete_and_the_second_run_changes_nothing(tiny_checkout: Path) -> None:
    """Stubs instead of solutions, the public tests beside them, and a manifest that agrees with the files."""
    assert [path.name for path in _release(tiny_checkout)] == ["tiny", "tiny"]
    release = tiny_checkout / "release"
    before = _snapshot(release)
    assert set(before) == {
        "manifest.json",
        "en/tiny/tiny.ipynb", "en/tiny/checks/assignment.toml", "en/tiny/checks/test_public.py",
        "ko/tiny/tiny.ipynb", "ko/tiny/checks/assignment.toml", "ko/tiny/checks/test_public.py",
        "ko/tiny/checks/tests_ko.toml",
    }  # fmt: skip
    assert _release(tiny_checkout) == []
    assert _snapshot(release) == before
    for entry in json.loads((release / "manifest.json").read_text())["files"]:
        content = (release / entry["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["size"])


def test_students_receive_stubs_in_their_language(tiny_checkout: Path) -> None:
    """Marked regions become stubs, unmarked cells stay, and only public tests are translated."""
    _release(tiny_checkout)
    english = (tiny_checkout / "release/en/tiny/tiny.ipynb").read_text(encoding="utf-8")
    korean = (tiny_checkout / "release/ko/tiny/tiny.ipynb").read_text(encoding="utf-8")
    assert english.count("raise NotImplementedError()") == 2 and "YOUR CODE HERE" in english
    assert "import numpy as np" in english and "Give a reason" in english and "YOUR ANSWER HERE" in english
    assert "여기에 코드를 작성하세요" in korean and "여기에 답을 작성하세요" in korean
    translated = (tiny_checkout / "release/ko/tiny/checks/tests_ko.toml").read_text(encoding="utf-8")
    assert "test_double_of_one" in translated and "anything" not in translated


def test_a_leak_releases_nothing(tiny_checkout: Path) -> None:
    """What was released before stays as it was."""
    _release(tiny_checkout, languages=("en",))
    before = _snapshot(tiny_checkout / "release")
    notebook = tiny_checkout / "assignments" / "tiny" / "notebook.py"
    notebook.write_text(notebook.read_text(encoding="utf-8") + "\n# see test_double_of_anything\n", encoding="utf-8")
    with pytest.raises(UsageError, match="the name of the hidden test test_double_of_anything"):
        _release(tiny_checkout, languages=("en",))
    assert _snapshot(tiny_checkout / "release") == before


def test_folders_of_removed_assignments_go(tiny_checkout: Path) -> None:
    """A full release leaves only the assignments of course.toml."""
    (tiny_checkout / "release" / "en" / "old").mkdir(parents=True)
    _release(tiny_checkout, "tiny", languages=("en",))
    assert (tiny_checkout / "release" / "en" / "old").exists()
    _release(tiny_checkout, languages=("en",))
    assert not (tiny_checkout / "release" / "en" / "old").exists()
