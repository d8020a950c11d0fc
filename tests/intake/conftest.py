"""Fixtures for the tests of the intake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.config import Assignment, load_assignment, load_course
from tests.authoring.tiny import make_checkout


@pytest.fixture(scope="session")
def tiny_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the tiny assignment."""
    return make_checkout(tmp_path_factory.mktemp("intake") / "checkout")


@pytest.fixture(scope="session")
def assignment(tiny_checkout: Path) -> Assignment:
    """The tiny assignment."""
    return load_assignment(tiny_checkout / "assignments", "tiny")


@pytest.fixture(scope="session")
def master(tiny_checkout: Path, assignment: Assignment) -> Path:
    """A released notebook, as ``render`` gives it (nbgrader's own steps do not matter here)."""
    from autograder.authoring.render import render_notebook

    course = load_course(tiny_checkout / "assignments", language="en")
    path = tiny_checkout / "tiny.ipynb"
    nbformat.write(render_notebook(assignment, course, tiny_checkout / "reference_solution", "en"), path)
    return path


@pytest.fixture
def notebook(master: Path) -> dict[str, Any]:
    """The master's JSON, to be spoilt."""
    data: dict[str, Any] = json.loads(master.read_text())
    for cell in data["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in ("solution-double", "solution-halve"):
            cell["source"] = f"def {name[9:]}(x):\n    return x"
    return data


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], Path]:
    """Writes a value as JSON, or bytes as they are, to ``tiny.ipynb``."""

    def write(content: Any) -> Path:
        path = tmp_path / "tiny.ipynb"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write
