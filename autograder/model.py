"""The frozen records that the stages pass on: a submission and its grades."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    import numpy as np

REPORT_SCHEMA: Literal[2] = 2

Numbers: TypeAlias = Mapping[str, Any]
"""What was measured: numbers, texts, and lists and dictionaries of them, as JSON can hold it."""


class Outcome(enum.StrEnum):
    """The outcome of one test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    STUDENT_ERROR = "student_error"
    TIMEOUT = "timeout"
    RESOURCE_LIMIT = "resource_limit"
    GRADER_ERROR = "grader_error"


class SubmissionOutcome(enum.StrEnum):
    """What became of a submission; ``GRADER_ERROR`` is our fault and costs no points."""

    GRADED = "graded"
    GRADER_ERROR = "grader_error"


class Kind(enum.StrEnum):
    """Who gives an item its points."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True)
class Chunk:
    """A piece of a submission's source: a solution cell, or a whole ``.py`` file.

    ``name`` is the cell's ``grade_id`` (or the file's name); tracebacks show it.
    """

    name: str
    source: str


@dataclass(frozen=True)
class Submission:
    """A student's work as text, ready for a worker; nothing in it has been executed.

    ``notes`` are messages of the intake for the student (a cell was missing, a notebook unreadable); ``unreadable``
    says that there is nothing to grade, because no file was found or none could be read.
    """

    label: str
    chunks: tuple[Chunk, ...]
    notes: tuple[str, ...] = ()
    unreadable: bool = False


class CourseImages(Protocol):
    """A course's images, (n, height, width) uint8, and their labels, (n,) int, 0 normal and 1 abnormal."""

    def train(self) -> tuple[np.ndarray, np.ndarray]:
        """What students train with."""

    def validation(self) -> tuple[np.ndarray, np.ndarray]:
        """What students validate with."""

    def hidden(self) -> tuple[np.ndarray, np.ndarray]:
        """The grader's own; they never enter a worker."""


@dataclass(frozen=True)
class Award:
    """What a test gives beside its outcome.

    Attributes:
        credit: share of the test's weight, in [0, 1]; None for all or nothing, by the outcome.
        message: what the student reads, of a hidden test as well.
        flags: what a TA should look at, a sentence each.
        numbers: what was measured, for the report.
    """

    credit: float | None = None
    message: str = ""
    flags: tuple[str, ...] = ()
    numbers: Numbers = field(default_factory=dict)


def _described(text: str, ge: float | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=text, ge=ge)


@dataclass(frozen=True)
class TestResult:
    """One test: ``title`` and ``message`` are what the student reads, ``detail`` is for the TA.

    ``credit``, ``flags`` and ``numbers`` are those of the test's ``Award``.
    """

    __test__ = False  # not a test class for pytest

    name: str
    item: str
    weight: float
    outcome: Outcome
    title: Annotated[str, _described("What the test asks for.")]
    hint: str = ""
    message: Annotated[str, _described("What the student reads; empty for a hidden test that failed.")] = ""
    detail: Annotated[str, _described("For the TA only: the whole story, expected values included.")] = ""
    hidden: bool = False
    seconds: Annotated[float, _described("Wall time.", ge=0)] = 0.0
    credit: Annotated[
        float | None,
        _described("Share of the test's weight that was earned; null: all or nothing, by the outcome."),
    ] = None
    flags: Annotated[tuple[str, ...], _described("For the TA: what deserves a look.")] = ()
    numbers: Annotated[Numbers, _described("What was measured, such as the AUC of each training run.")] = field(
        default_factory=dict
    )


@dataclass(frozen=True)
class ItemResult:
    """One item of the mark scheme; ``score`` is None for manual items and items not run."""

    id: str
    title: str
    kind: Kind
    score: Annotated[float | None, _described("null: marked by hand, or not run.")]
    max_score: float
    tests: tuple[TestResult, ...] = ()


@dataclass(frozen=True)
class Report:
    """The outcome of grading one submission of one assignment.

    ``score`` and ``max_score`` count the automatic items that were run.  ``key`` is the content
    address: a hash of the submission's source, the tests, the seed and the engine's version.
    """

    key: Annotated[str, _described("Content address: submission, tests, seed, protocol and engine.")]
    assignment: str
    label: str
    outcome: SubmissionOutcome
    score: Annotated[float, _described("Points of the automatic items that were run.", ge=0)]
    max_score: Annotated[float, _described("Their points in all.", ge=0)]
    items: tuple[ItemResult, ...]
    notes: Annotated[tuple[str, ...], _described("For the student: what was odd about the file.")] = ()
    flags: Annotated[tuple[str, ...], _described("For the TA: what deserves a look.")] = ()
    seconds: Annotated[float, _described("Wall time.", ge=0)] = 0.0
    engine: Annotated[str, _described("Version of the engine.")] = ""
    unreadable: Annotated[bool, _described("Nothing that was handed in could be read.")] = False
    run: Annotated[str, _described("Content address of what was run, without what it earns.")] = ""
    device: Annotated[str, _described("What student code computed on, where that is a GPU.")] = ""
    schema: Literal[2] = REPORT_SCHEMA

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``; ``reports.line`` has the published form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: object) -> Report:
        """The inverse of ``to_json``.

        Raises:
            ValueError: the data are not a report, or one of another schema: grade again.
        """
        return msgspec.convert(data, cls)


def score_item(points: float, tests: tuple[TestResult, ...]) -> float:
    """Points earned: the share of the passed tests' weights, where a test has no ``credit`` of its own.

    Rounded to a hundredth, so that sums stay readable.
    """
    total = sum(test.weight for test in tests)
    if not total:
        return 0.0
    earned = sum(test.weight * _credit(test) for test in tests)
    return round(min(points, points * earned / total), 2)


def _credit(test: TestResult) -> float:
    if test.outcome not in (Outcome.PASSED, Outcome.FAILED):
        return 0.0
    if test.credit is None:
        return 1.0 if test.outcome is Outcome.PASSED else 0.0
    return min(1.0, max(0.0, test.credit)) if math.isfinite(test.credit) else 0.0
