"""Fixtures for the tests of the gradebook: a course with a fake engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.authoring.course import create_course, new_folder
from tests.authoring.tiny import make_checkout
from tests.intake.conftest import assignment, master, notebook, tiny_checkout, write

__all__ = ["assignment", "master", "notebook", "tiny_checkout", "write"]

FOLDER = Path(__file__).parent
CONFIG = """
import fake_engine

c.GradeWithEngine.engine = fake_engine.grade
c.GradeWithEngine.key = fake_engine.report_key
"""


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course, to be copied."""
    root = tmp_path_factory.mktemp("gradebook")
    checkout = make_checkout(root / "checkout")
    with new_folder(root / "course") as folder:
        create_course(folder, root / "course", checkout / "assignments", checkout / "reference_solution", "en", "demo")
    with (root / "course" / "nbgrader_config.py").open("a") as config:
        config.write(CONFIG)
    return root / "course"


@pytest.fixture
def course(pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh course."""
    monkeypatch.syspath_prepend(str(FOLDER))
    shutil.copytree(pristine, tmp_path / "course")
    return tmp_path / "course"
