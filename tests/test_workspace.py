"""Where a command finds its course or checkout, and its errors."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.workspace import find_workspace
from tests.grading.conftest import write_course


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The tiny course as a checkout."""
    return write_course(tmp_path / "checkout")


@pytest.fixture
def course(tmp_path: Path, checkout: Path) -> Path:
    """An instructor's course that points to it."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "autograder.toml").write_text(
        f'repository = "{checkout.as_posix()}"\nlanguage = "ko"\nprofile = "demo"\n'
    )
    (folder / "secret").write_text("ab" * 32)
    return folder


def test_a_checkout_makes_its_own_secret_once(checkout: Path) -> None:
    """Found from a folder below; the secret is kept, and its owner's alone."""
    first = find_workspace(checkout / "assignments" / "tiny")
    assert (first.root, first.course_dir, len(first.secret)) == (checkout, None, 32)
    assert find_workspace(checkout).secret == first.secret
    assert stat.S_IMODE((checkout / ".autograder" / "secret").stat().st_mode) == 0o600


def test_a_course_has_its_language_and_its_secret(course: Path, checkout: Path) -> None:
    """Both come from its own files, the assignments from the checkout."""
    workspace = find_workspace(course)
    assert (workspace.course_dir, workspace.assignments_dir) == (course, checkout / "assignments")
    assert (workspace.course().language, workspace.secret) == ("ko", bytes.fromhex("ab" * 32))


def test_a_lost_secret_is_never_replaced(course: Path) -> None:
    """A new one would change every hidden input without a message."""
    (course / "secret").unlink()
    with pytest.raises(UsageError, match="restore it from your backup"):
        find_workspace(course)
    assert not (course / "secret").exists()


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ('repository = "/nowhere"', "not a checkout"),
        ('repository = "."\nlanguge = "ko"', "languge.*did you mean 'language'"),
        ('repository = "."\nlanguage = 3', "language: wanted str"),
        ('language = "ko"', "missing: repository"),
        ("not toml", "not valid TOML"),
    ],
)
def test_faulty_settings_are_named(course: Path, settings: str, text: str) -> None:
    """The message names the file and what was wanted."""
    (course / "autograder.toml").write_text(settings)
    with pytest.raises(UsageError, match=text):
        find_workspace(course)


def test_nowhere_is_told_where_to_go(tmp_path: Path) -> None:
    """Outside of any course."""
    with pytest.raises(UsageError, match="autograder init"):
        find_workspace(tmp_path)
