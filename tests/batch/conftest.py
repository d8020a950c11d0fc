"""A tiny course with a checkout of its own, for batches that really grade."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.authoring.course import create_course, new_folder
from autograder.workspace import Workspace, find_workspace
from tests.authoring import tiny

SQUARE = {"solution-double": "def double(x):\n    return x * x", "solution-halve": tiny.GOOD["solution-halve"]}


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkout and a course, to be copied."""
    root = tmp_path_factory.mktemp("batches")
    checkout = tiny.make_checkout(root / "checkout")
    with new_folder(root / "course") as folder:
        create_course(folder, root / "course", checkout / "assignments", checkout / "reference_solution", "en", "demo")
    return root


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Workspace:
    """A fresh course whose checkout the test may edit."""
    shutil.copytree(pristine, tmp_path / "all")
    settings = tmp_path / "all" / "course" / "autograder.toml"
    settings.write_text(settings.read_text().replace(str(pristine), str(tmp_path / "all")))
    return find_workspace(tmp_path / "all" / "course")


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that has to be in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
