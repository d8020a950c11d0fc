"""The graders under test: every labelled submission loses exactly what it must lose, and no test is idle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from autograder.grading.engine import Engine, Options
from autograder.model import Chunk, Kind, Report, Submission
from autograder.sandbox import choose_backend
from autograder.workspace import find_workspace
from tests.grading.labelled import Labelled, failed, labelled

SECRET = b"the same hidden inputs on every run"
# Each mistake here says which tests fail, and what the hint has to say.
NETWORKS = ("vgg16", "training")  # seconds each: `make test-full` grades them
WITH_HINTS = ("activations", "evaluation", "vgg16", "training", "survey")


def _speed(assignment: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if assignment in NETWORKS else []


def _parameters(cases: Iterable[Labelled]) -> list[ParameterSet]:
    return [pytest.param(c, marks=_speed(c.assignment), id=f"{c.assignment}-{c.folder.name}") for c in cases]


class Library:
    """Grades the labelled submissions, each once, on the warm engine of their assignment."""

    def __init__(self, checkout: Path):
        self._workspace = replace(find_workspace(checkout), secret=SECRET)
        self._engines: dict[str, Engine] = {}
        self._reports: dict[Path, Report] = {}

    def engine(self, assignment: str) -> Engine:
        """The assignment's engine; the one before is closed first, since TensorFlow is large."""
        if assignment not in self._engines:
            self.close()
            options = Options(training=False, threads=2)
            self._engines[assignment] = Engine(self._workspace, assignment, choose_backend(), options)
        return self._engines[assignment]

    def report(self, case: Labelled) -> Report:
        """The report of a labelled submission."""
        if case.folder not in self._reports:
            engine = self.engine(case.assignment)
            engine.options = replace(engine.options, items=case.items)
            self._reports[case.folder] = engine.grade(case.submission)
            engine.options = replace(engine.options, items=None)
        return self._reports[case.folder]

    def close(self) -> None:
        """Ends what is running."""
        while self._engines:
            self._engines.popitem()[1].close()


@pytest.fixture(scope="session")
def library(checkout: Path) -> Iterator[Library]:
    """One library for all tests, so that nothing is graded twice."""
    opened = Library(checkout)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", _parameters(labelled()))
def test_a_labelled_submission_loses_what_it_must(case: Labelled, library: Library) -> None:
    """Right ones lose nothing; a mistake costs its own items, those built on it, and by the tests that it names."""
    report = library.report(case)
    assert report.outcome == "graded", report.notes
    lost = {item.id for item in report.items if item.score is not None and item.score < item.max_score}
    tests = [test for item in report.items for test in item.tests]
    reasons = {test.name: test.message or test.detail[-300:] for test in tests if test.name in failed(tests)}
    assert lost == {*case.items_lost, *case.follow_on}, reasons
    if case.tests_failed is not None:
        assert set(reasons) == set(case.tests_failed), reasons


@pytest.mark.parametrize("assignment", ["activations", "evaluation", "vgg16", "training", "survey"])
def test_the_reference_earns_everything_and_an_empty_file_nothing(
    assignment: str, library: Library, repository: Path
) -> None:
    """The two ends of the scale, on every automatic item that needs no training run."""
    reference = (repository / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8")
    for source, share in ((reference, 1), ("", 0)):
        report = library.engine(assignment).grade(Submission("x", (Chunk("x.py", source),)))
        scores = {item.id: (item.score, item.max_score) for item in report.items if item.score is not None}
        assert scores == {item: (share * most, most) for item, (_, most) in scores.items()}
    manual = {item.id for item in report.items if item.kind is Kind.MANUAL}
    assert all(item.score is None for item in report.items if item.id in manual)


@pytest.mark.parametrize("assignment", [pytest.param(a, marks=_speed(a)) for a in WITH_HINTS])
def test_every_test_is_needed(assignment: str, library: Library) -> None:
    """Without any one public test some mistake would look right to the student, without any one hidden test to us."""
    # The files are judged apart: who hands in has seen the public tests pass, so only the hidden ones guard the grade.
    everything, needed = set(), set()
    for case in labelled(assignment):
        for item in library.report(case).items:
            for hidden in (False, True):
                tests = [test for test in item.tests if test.hidden is hidden]
                everything.update(test.name for test in tests)
                needed.update(failed(tests) if len(failed(tests)) == 1 else ())
    assert everything - needed == set()


@pytest.mark.parametrize("case", _parameters(c for c in labelled(*WITH_HINTS) if c.items_lost and c.hint is not False))
def test_the_first_hint_names_the_mistake(case: Labelled, library: Library) -> None:
    """What a student reads first in the lost item says what a fitting hint has to say."""
    item = next(item for item in library.report(case).items if item.id == case.items_lost[0])
    first = next(test for test in item.tests if test.name in failed(item.tests))
    assert isinstance(case.hint, str) and case.hint in first.hint


def test_most_hints_fit() -> None:
    """A hint names the mistake for at least three quarters of the wrong submissions."""
    judged = [case.hint is not False for case in labelled() if case.hint is not None]
    assert sum(judged) >= 0.75 * len(judged) > 0
