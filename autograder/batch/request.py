"""What a batch is asked for, whom it tells and asks, and what comes out: frozen records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.batch.changes import Change, NeverPassed
from autograder.reports.run_log import RunLog
from autograder.sandbox.devices import GpuRequest


@dataclass(frozen=True)
class Request:
    """What a TA asks of a batch.

    Attributes:
        students: whose work; by default everybody's.
        slots: submissions at a time; by default as many as cores and memory allow.
        regrade: grade again even if there is a finished report.
        sandbox: name of the backend; by default the first that works.
        reference: whether the reference solution has to earn everything first.
        dry_run: whether to grade without writing any grade.
        gpu: on which graphics processors training runs.
    """

    students: Sequence[str] = ()
    slots: int | None = None
    regrade: bool = False
    sandbox: str | None = None
    reference: bool = True
    dry_run: bool = False
    gpu: GpuRequest = field(default_factory=GpuRequest)


@dataclass(frozen=True)
class Hooks:
    """Whom a batch tells and asks, while it runs.

    Attributes:
        progress: called with the submissions done and those to do.
        decide: whether these changes, of so many submissions, are to be written; by default they are not.
        log: takes what came out for each student.
    """

    progress: Callable[[int, int], None] = lambda done, total: None
    decide: Callable[[tuple[Change, ...], int], bool] = lambda changes, handed_in: False
    log: RunLog = field(default_factory=RunLog)


@dataclass(frozen=True)
class NotGraded:
    """A student's submission that stays ungraded through a fault of the grader, and the reason."""

    student: str
    why: str


@dataclass(frozen=True)
class CourseBatch:
    """The result of a batch for one assignment.

    Attributes:
        handed_in, graded: numbers of submissions: all of them, and those that were run.
        recorded: submissions whose present report stands in the gradebook.
        not_graded: those that stayed ungraded, or kept an older grade, through a fault of the grader.
        changes: other grades for the same work; written if ``written``.
        handed_in_again: other grades for other work, which were written.
        never_passed: tests that nobody passes.
    """

    handed_in: int
    graded: int
    recorded: int
    not_graded: tuple[NotGraded, ...]
    changes: tuple[Change, ...] = ()
    written: bool = True
    handed_in_again: tuple[Change, ...] = ()
    never_passed: tuple[NeverPassed, ...] = ()

    @property
    def kept(self) -> int:
        """Submissions that did not have to be run."""
        return self.handed_in - self.graded
