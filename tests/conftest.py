"""What several tests need: the checkout as a workspace, and a scratch copy of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from autograder.sandbox import find_backends

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = {path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml")}
WARM = ASSIGNMENTS | {backend.name for backend in find_backends()}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--leased`` runs the hostile submissions with a lease: on stand-in devices and a played driver."""
    parser.addoption("--leased", action="store_true", help="hostile submissions have a lease on (stand-in) devices")


TOGETHER = ("attacks/test_packages.py",)  # all of these share one course, whatever they are about

# What takes longest begins first, so that no process is left alone with it at the end.
LONGEST_FIRST = (
    "attacks/test_attacks", "grading/test_seeds", "grading/test_submissions", "grading/test_minimum_auc", "test_demo",
    "study/test_cli", "attacks/test_packages",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks hostile submissions, which have a command of their own, and groups tests that share something warm."""
    for item in items:
        if "attacks" in item.path.parts:
            item.add_marker(pytest.mark.attacks)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_turn)  # stable: within a file the order stays


def _turn(item: pytest.Item) -> int:
    place = item.path.with_suffix("").relative_to(ROOT / "tests").as_posix()
    return LONGEST_FIRST.index(place) if place in LONGEST_FIRST else len(LONGEST_FIRST)


def _group(item: pytest.Item) -> str:
    """Tests of a group run in one process: those of a file, or of one sandbox or assignment in it."""
    place = item.path.relative_to(ROOT / "tests").as_posix()
    if place in TOGETHER:
        return place
    parameters = getattr(item, "callspec", None)
    values = parameters.params.values() if parameters else ()
    names = [_warm(value) for value in values]
    return "-".join([place, *filter(None, names)])


def _warm(value: object) -> str:
    """What a parameter needs that takes long to start: a sandbox, or an assignment's engine."""
    if isinstance(value, str):
        return value if value in WARM else ""
    return str(getattr(value, "assignment", ""))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout under test."""
    return ROOT


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a grader reads, so that tests write nothing into the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("assignments", "reference_solution", "release"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder
