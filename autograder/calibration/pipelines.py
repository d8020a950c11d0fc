"""Pipelines of the instructor's own, run through the very steps that grade a submission, several seeds each.

Theory of operation.  The reference solution is a right pipeline.  ``assignments/<id>/pipelines/right/*.py`` and
``.../faulty/*.py`` hold others: each file only what differs from the reference, its docstring the name in the table.
They are trusted code and run in this process, on its GPU where there is one.  Each finished run is a file, named
after its seed and a hash of all that decides it; so an interrupted calibration goes on, and a changed one begins anew.
"""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.config import Profile
from autograder.errors import UsageError
from autograder.grading.networks.architecture import Architecture
from autograder.grading.student import LocalStudent
from autograder.grading.training.evidence import Failure, FailureKind, Kinship, Run
from autograder.grading.training.pipeline import Pipeline, hidden_scores
from autograder.grading.training.verdict import doubt_gain, stopped_too_early
from autograder.model import CourseImages
from autograder.runs import finished
from autograder.statistics import auc_interval
from autograder.worker.executor import Executor

Progress = Callable[[int, int], None]

NORMAL_68 = 0.6827  # the level of an interval of one standard error to either side


@dataclass(frozen=True)
class Candidate:
    """A pipeline to be run: what it is called, whether it is right, how many seeds, and its source."""

    id: str
    title: str
    right: bool
    seeds: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What came of one seed.

    Attributes:
        run: what a grader would see of it.
        low, high: its AUC less and plus one standard error on another hidden split of this size (DeLong, on the
            logit scale); None where the run diverged.
        epochs: how many the protocol asks for.
        seconds: wall time.
    """

    run: Run
    low: float | None
    high: float | None
    epochs: int
    seconds: float

    @property
    def auc(self) -> float | None:
        """On the hidden split; None where the run diverged."""
        return self.run.auc

    @property
    def val_loss(self) -> tuple[float, ...]:
        """Of each epoch."""
        return self.run.val_loss

    @property
    def kinship(self) -> Kinship | None:
        """How much the weights still resemble the initial ones."""
        return self.run.kinship

    @property
    def too_early(self) -> bool:
        """Whether it stopped while the validation loss was still falling, which bars it from full marks."""
        return stopped_too_early(self.val_loss, self.epochs)

    @property
    def is_stopped(self) -> bool:
        """Whether another rule than the AUC bars the run from full marks, whatever the bounds of the weights are."""
        return self.too_early or doubt_gain(self.run.gain).refusal != ""


def candidates(folder: Path, reference: str, seeds: int, other_seeds: int) -> list[Candidate]:
    """The reference, and the pipelines in an assignment's folder.

    Args:
        folder: of the assignment.
        reference: source of its reference solution.
        seeds: runs of the reference.
        other_seeds: runs of each other pipeline.

    Raises:
        UsageError: a file has no docstring, or is not valid Python.
    """
    found = [Candidate("reference", "reference", True, seeds, (reference,))]
    for kind in ("right", "faulty"):
        for path in sorted((folder / "pipelines" / kind).glob("*.py")):
            source = path.read_text(encoding="utf-8")
            found.append(Candidate(path.stem, _title(path, source), kind == "right", other_seeds, (reference, source)))
    return found


def _title(path: Path, source: str) -> str:
    try:
        title = ast.get_docstring(ast.parse(source))
    except SyntaxError as error:
        raise UsageError(f"{path} is not valid Python: {error}") from None
    if not title:
        raise UsageError(f"{path} has no docstring; its first line is the pipeline's name in the table")
    return title.splitlines()[0]


def measure(
    chosen: Sequence[Candidate],
    architecture: Architecture,
    course_data: CourseImages,
    profile: Profile,
    folder: Path,
    identity: str,
    progress: Progress = lambda done, total: None,
) -> dict[str, list[Measured]]:
    """Runs what is missing.

    Args:
        chosen: the pipelines.
        architecture: the kind of network that they have to train.
        course_data: images and labels, the hidden split among them.
        profile: the protocol.
        folder: of the finished runs.
        identity: tells one data set from another.
        progress: called with (runs done, runs in all).

    Returns:
        The runs of each pipeline, by its id.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # One seed of everything before the next one, so that a mistake in a pipeline shows early.
    plan = sorted((seed, n) for n, candidate in enumerate(chosen) for seed in range(candidate.seeds))
    results: dict[str, list[Measured]] = {candidate.id: [] for candidate in chosen}
    progress(0, len(plan))
    for done, (seed, n) in enumerate(plan, start=1):
        path = folder / f"{chosen[n].id}-{seed}-{_hash(chosen[n], profile, identity)}.json"
        make = partial(_run, chosen[n], seed, architecture, course_data, profile)
        results[chosen[n].id].append(finished(path, Measured, make))
        progress(done, len(plan))
    return results


def _hash(candidate: Candidate, profile: Profile, identity: str) -> str:
    """Of all that decides a run's result; thresholds, comments and docstrings do not."""
    decides = json.dumps(
        [[_code(source) for source in candidate.sources], profile.protocol(), identity], sort_keys=True
    )
    return hashlib.sha256(decides.encode()).hexdigest()[:12]


def _code(source: str) -> str:
    """A file's syntax tree without its docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def _run(
    candidate: Candidate, seed: int, architecture: Architecture, course_data: CourseImages, profile: Profile
) -> Measured:
    """Trains a pipeline once.

    Raises:
        UsageError: what it trains is not a network of the architecture.
    """
    import keras

    keras.backend.clear_session()
    executor = Executor()
    for number, source in enumerate(candidate.sources):
        executor.run(f"{candidate.id}, part {number + 1}", source)
    pipeline = Pipeline(LocalStudent(executor.namespace), architecture, course_data, profile)
    started = time.monotonic()
    trained = pipeline.train(seed)
    if isinstance(trained, Failure):
        if trained.kind is not FailureKind.DIVERGED:
            raise UsageError(f"{candidate.title}, seed {seed}: {trained.text}")
        return Measured(Run(None, failure=trained), None, None, profile.epochs, round(time.monotonic() - started, 1))
    run = pipeline.measure(trained)
    seconds = round(time.monotonic() - started, 1)
    interval = auc_interval(course_data.hidden()[1], hidden_scores(trained.found.model, course_data), NORMAL_68)
    return Measured(run, interval.low, interval.high, profile.epochs, seconds)
