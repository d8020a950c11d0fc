"""The graders under test: every labelled submission loses exactly the items that it must lose."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading.engine import Engine, Options
from autograder.model import Chunk, Kind, Submission
from autograder.sandbox import choose_backend
from autograder.workspace import find_workspace

FOLDER = Path(__file__).resolve().parent.parent / "submissions"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expect.toml"))


@pytest.fixture(scope="module")
def engines(checkout: Path) -> Iterator[dict[str, Engine]]:
    """A warm engine per assignment, without training items."""
    made: dict[str, Engine] = {}
    yield made
    for engine in made.values():
        engine.close()


def engine_of(engines: dict[str, Engine], checkout: Path, assignment: str) -> Engine:
    """The assignment's engine; the one before is closed first, since TensorFlow is large."""
    if assignment not in engines:
        for other in engines.values():
            other.close()
        workspace = find_workspace(checkout)
        engines[assignment] = Engine(workspace, assignment, choose_backend(), Options(training=False, threads=2))
    return engines[assignment]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_labelled_submission_loses_what_it_must(case: Path, engines: dict[str, Engine], checkout: Path) -> None:
    """Right ones lose nothing; a mistake costs its own items and no others."""
    expect = tomllib.loads((case / "expect.toml").read_text(encoding="utf-8"))
    engine = engine_of(engines, checkout, case.parent.name)
    source = (case / "submission.py").read_text(encoding="utf-8")
    report = engine.grade(Submission(case.name, (Chunk("submission.py", source),)))
    assert report.outcome == "graded", report.notes
    lost = [item.id for item in report.items if item.score is not None and item.score < item.max_score]
    reasons = {
        test.title: test.message or test.detail[-300:]
        for item in report.items
        for test in item.tests
        if test.outcome != "passed"
    }
    assert sorted(lost) == sorted(expect["items_lost"]), reasons


@pytest.mark.parametrize("assignment", ["activations", "evaluation", "vgg16", "training", "survey"])
def test_the_reference_earns_everything_and_an_empty_file_nothing(
    assignment: str, engines: dict[str, Engine], checkout: Path
) -> None:
    """The two ends of the scale, on every automatic item that needs no training run."""
    engine = engine_of(engines, checkout, assignment)
    for source, share in ((_reference(checkout, assignment), 1), ("", 0)):
        report = engine.grade(Submission("x", (Chunk("x.py", source),)))
        scores = {item.id: (item.score, item.max_score) for item in report.items if item.score is not None}
        assert scores == {item: (share * most, most) for item, (_, most) in scores.items()}
    manual = {item.id for item in report.items if item.kind is Kind.MANUAL}
    assert all(item.score is None for item in report.items if item.id in manual)


def _reference(checkout: Path, assignment: str) -> str:
    """The reference as a student would hand it in."""
    return (checkout / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8")
