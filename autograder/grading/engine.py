"""Grades submissions of one assignment on one warm worker host.

An ``Engine`` is made once per slot and grades one submission after another.  A fault of the
grader's own is tried again on a fresh host; if it fails again, the report says ``grader_error`` and awards nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from dataclasses import dataclass
from types import ModuleType

from autograder.config import Assignment, Course, Item
from autograder.errors import EnvironmentFault, GraderError, HostRefused, UsageError
from autograder.grading.assembly import assemble
from autograder.grading.edition import Edition, edition_of, tests_version
from autograder.grading.faults import notes_on_faults
from autograder.grading.networks.comparison import Answers
from autograder.grading.plugin import Context, files_of_tests, load_translations, run_tests
from autograder.grading.precision import explain_precision
from autograder.grading.student import RemoteStudent
from autograder.model import (
    CourseImages,
    Kind,
    Outcome,
    Report,
    Submission,
    SubmissionOutcome,
    TestResult,
)
from autograder.sandbox import Backend, choose_backend, prepare_runtime
from autograder.sandbox.devices import GpuRequest, Lease, grant
from autograder.sandbox.gpu_probe import LeasedGpu
from autograder.sandbox.host import Host
from autograder.tensorflow_start import import_tensorflow
from autograder.version import __version__
from autograder.workspace import Workspace

MAX_ATTEMPTS = 3
log = logging.getLogger("autograder")


@dataclass(frozen=True)
class Options:
    """How an engine grades.

    ``threads`` is the worker's share of cores; ``items`` limits grading to some items; ``lease`` is the graphics
    processor that student code may use.
    """

    training: bool = True
    threads: int = 1
    items: frozenset[str] | None = None
    lease: Lease | None = None


class Engine:
    """One slot: an assignment, its tests, and a warm worker host.  Use it as a context manager."""

    def __init__(
        self,
        workspace: Workspace,
        assignment_id: str,
        backend: Backend,
        options: Options | None = None,
        *,
        course_data: CourseImages | None = None,
    ):
        self.workspace, self.options = workspace, options or Options()
        self.course: Course = workspace.course()
        self.assignment: Assignment = workspace.assignment(assignment_id)
        self._course_data = course_data
        if "tensorflow" in self.assignment.packages:
            import_tensorflow()  # the trusted side needs it as well; not on the first test's time
        lease = self.options.lease
        runtime = prepare_runtime(workspace.views_dir, self.assignment.packages, gpu=lease is not None)
        self._host = Host(backend, runtime, self.assignment.limits, threads=self.options.threads, lease=lease)
        self._gpu = LeasedGpu(self._host, lease) if lease else None
        self._modules: dict[str, ModuleType] = {}
        self._is_closed = False
        self._edition = edition_of(workspace, self.assignment)
        self._seed = hmac.new(
            workspace.secret, f"{assignment_id}:{tests_version(self.assignment)}".encode(), hashlib.sha256
        ).digest()
        self._translations = load_translations(self.assignment.folder, self.course.language)
        self._answers = Answers()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker host."""
        self._is_closed = True
        self._host.close()

    def key(self, submission: Submission) -> str:
        """The content address of a submission's report."""
        return self._edition.key(submission, training=self.options.training)

    def grade(self, submission: Submission) -> Report:
        """Runs the assignment's tests on a submission.

        Never raises for what is in the submission.  A fault of the grader's own is retried on a fresh host and
        then becomes a report whose outcome is ``grader_error``.

        Raises:
            DeviceLost: the leased graphics processor cannot be used any longer, before or after this submission.
        """
        started = time.monotonic()
        if self._gpu:
            self._gpu.prove()
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                results, notes = self._run(submission)
                if not any(result.outcome is Outcome.GRADER_ERROR for result in results):
                    return self._report(submission, SubmissionOutcome.GRADED, results, notes, started)
                fault = next(r.detail for r in results if r.outcome is Outcome.GRADER_ERROR)
            except (GraderError, EnvironmentFault, OSError) as error:
                if self._gpu and not self._is_closed:
                    self._gpu.prove()  # where it is the GPU, trying again is of no use
                results, notes, fault = [], (), str(error)
                if isinstance(error, HostRefused):
                    log.warning("%s: not graded: %s", submission.label, fault)
                    break
            if self._is_closed:  # somebody ended the batch in the middle of this submission
                break
            log.warning(
                "%s: fault of the grader (attempt %d of %d): %s", submission.label, attempt, MAX_ATTEMPTS, fault
            )
            self._host.close()
        return self._report(submission, SubmissionOutcome.GRADER_ERROR, results, (*notes, fault), started)

    def _run(self, submission: Submission) -> tuple[list[TestResult], tuple[str, ...]]:
        student = RemoteStudent(self._host, submission, self.assignment.limits)
        context = Context(
            student=student,
            seed=self._seed,
            items=frozenset(item.id for item in self._items()),
            known_items=frozenset(item.id for item in self.assignment.items),
            translations=self._translations,
            load_reference=self._reference_module,
            reference_file=self.assignment.reference,
            course_data=self._course_data,
            profile=self.course.active_profile,
            answers=self._answers,
        )
        try:
            results = run_tests(files_of_tests(self.assignment.folder), context)
            notes: tuple[str, ...] = ()
            if "tensorflow" in self.assignment.packages:
                results, notes = explain_precision(student, results, self.course.language)
        finally:
            student.close()
        return results, (*notes, *notes_on_faults(student.faults, self.course.language))

    def _items(self) -> list[Item]:
        wanted = self.options.items
        return [
            item
            for item in self.assignment.items
            if item.kind is Kind.AUTOMATIC
            and (self.options.training or not item.training)
            and (wanted is None or item.id in wanted)
        ]

    def _report(
        self,
        submission: Submission,
        outcome: SubmissionOutcome,
        results: list[TestResult],
        notes: tuple[str, ...],
        started: float,
    ) -> Report:
        run = frozenset(item.id for item in self._items()) if outcome is SubmissionOutcome.GRADED else frozenset()
        training = self.options.training
        return assemble(
            self.assignment,
            self.course.language,
            submission,
            tuple(results),
            run,
            Report(
                key=self.key(submission),
                assignment=self.assignment.id,
                label=submission.label,
                outcome=outcome,
                score=0.0,
                max_score=0.0,
                items=(),
                notes=(*submission.notes, *notes),
                seconds=round(time.monotonic() - started, 3),
                engine=__version__,
                unreadable=submission.unreadable,
                run=self._edition.run_key(submission, training=training),
                device=self._gpu.describe(self.course.active_profile) if self._gpu else "",
            ),
        )

    def _reference_module(self, file: str) -> ModuleType:
        """A reference file as a module, loaded once."""
        if file not in self._modules:
            try:
                self._modules[file] = self.workspace.reference(file)
            except UsageError as error:
                raise GraderError(str(error)) from error
        return self._modules[file]


class WarmEngine:
    """Grades one submission after another, and keeps the engine warm until another assignment or edition comes.

    Who makes it closes it, or uses it as a context manager.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._setting: tuple[Workspace, str, bool, Edition] | None = None

    def __enter__(self) -> WarmEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grade(
        self, workspace: Workspace, assignment_id: str, submission: Submission, *, training: bool = False
    ) -> Report:
        """Grades one submission.

        Args:
            training: whether to run the items that need a training run; these take minutes.

        Raises:
            EnvironmentFault: no sandbox can be used here.
            UsageError: it trains on a graphics processor, and there is none.
        """
        setting = (workspace, assignment_id, training, edition_of(workspace, workspace.assignment(assignment_id)))
        if self._engine is None or self._setting != setting:
            self.close()
            options = Options(training=training, lease=_lease(workspace, assignment_id) if training else None)
            self._engine = Engine(workspace, assignment_id, choose_backend(), options)
            self._setting = setting
        return self._engine.grade(submission)

    def close(self) -> None:
        """Ends the worker host."""
        if self._engine is not None:
            self._engine.close()
        self._engine = self._setting = None


def _lease(workspace: Workspace, assignment_id: str) -> Lease | None:
    """The first lease for an assignment that trains; None where its profile trains on the processor."""
    if not workspace.assignment(assignment_id).trains:
        return None
    leases = grant(GpuRequest(), workspace.course().active_profile, slots=1)
    return leases[0] if leases else None
