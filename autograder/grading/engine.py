"""Grades submissions of one assignment on one warm worker host.

An ``Engine`` is made once per slot and grades one submission after another.  A fault of the
grader's own is tried again on a fresh host; if it fails again, the report says ``grader_error`` and awards nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from dataclasses import asdict, dataclass
from types import ModuleType

from autograder.config import Assignment, Course, Item
from autograder.errors import EnvironmentFault, GraderError, UsageError
from autograder.grading.faults import notes_on_faults
from autograder.grading.literals import literal_flags
from autograder.grading.networks.comparison import Answers
from autograder.grading.plugin import Context, load_translations, run_tests
from autograder.grading.precision import explain_precision
from autograder.grading.student import RemoteStudent
from autograder.model import (
    CourseImages,
    ItemResult,
    Kind,
    Outcome,
    Report,
    Submission,
    SubmissionOutcome,
    TestResult,
    score_item,
)
from autograder.sandbox import Backend, choose_backend, prepare_runtime
from autograder.sandbox.host import Host
from autograder.tensorflow_start import import_tensorflow
from autograder.version import __version__
from autograder.workspace import Workspace

MAX_ATTEMPTS = 3
log = logging.getLogger("autograder")


@dataclass(frozen=True)
class Options:
    """How an engine grades.

    ``threads`` is the worker's share of cores; ``items`` limits grading to some items.
    """

    training: bool = True
    threads: int = 1
    items: frozenset[str] | None = None


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
        runtime = prepare_runtime(workspace.views_dir, self.assignment.packages)
        self._host = Host(backend, runtime, self.assignment.limits, threads=self.options.threads)
        self._modules: dict[str, ModuleType] = {}
        self._edition = edition_of(workspace, self.assignment)
        self._seed = hmac.new(
            workspace.secret, f"{assignment_id}:{self._edition.tests}".encode(), hashlib.sha256
        ).digest()
        self._translations = load_translations(self.assignment.folder, self.course.language)
        self._answers = Answers()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker host."""
        self._host.close()

    def key(self, submission: Submission) -> str:
        """The content address of a submission's report."""
        return self._edition.key(submission, training=self.options.training)

    def grade(self, submission: Submission) -> Report:
        """Runs the assignment's tests on a submission.

        Never raises for what is in the submission.  A fault of the grader's own is retried on a fresh host and
        then becomes a report whose outcome is ``grader_error``.
        """
        started = time.monotonic()
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                results, notes = self._run(submission)
                if not any(result.outcome is Outcome.GRADER_ERROR for result in results):
                    return self._report(submission, SubmissionOutcome.GRADED, results, notes, started)
                fault = next(r.detail for r in results if r.outcome is Outcome.GRADER_ERROR)
            except (GraderError, EnvironmentFault, OSError) as error:
                results, notes, fault = [], (), str(error)
            log.warning(
                "%s: fault of the grader (attempt %d of %d): %s", submission.label, attempt, MAX_ATTEMPTS, fault
            )
            self._host.close()
        return self._report(submission, SubmissionOutcome.GRADER_ERROR, results, (*notes, fault), started)

    def _run(self, submission: Submission) -> tuple[list[TestResult], tuple[str, ...]]:
        folder = self.assignment.folder
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
            results = run_tests(
                [p for n in ("test_public.py", "test_hidden.py") if (p := folder / n).exists()], context
            )
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
        running = {item.id for item in self._items()}
        items, flags = [], []
        for item in self.assignment.items:
            tests = tuple(result for result in results if result.item == item.id)
            run = item.id in running and outcome is SubmissionOutcome.GRADED
            score = score_item(item.points, tests) if run else None
            title = item.title.get(self.course.language) or item.id
            items.append(ItemResult(item.id, title, item.kind, score, item.points, tests))
            flags += [f"{item.id}: {flag}" for test in tests for flag in test.flags]
        flags += literal_flags(submission)
        counted = [item for item in items if item.score is not None]
        return Report(
            key=self.key(submission),
            assignment=self.assignment.id,
            label=submission.label,
            outcome=outcome,
            score=round(sum(item.score or 0.0 for item in counted), 2),
            max_score=sum(item.max_score for item in counted),
            items=tuple(items),
            notes=(*submission.notes, *notes),
            flags=tuple(flags),
            seconds=round(time.monotonic() - started, 3),
            engine=__version__,
        )

    def _reference_module(self, file: str) -> ModuleType:
        """A reference file as a module, loaded once."""
        if file not in self._modules:
            try:
                self._modules[file] = self.workspace.reference(file)
            except UsageError as error:
                raise GraderError(str(error)) from error
        return self._modules[file]


def tests_version(assignment: Assignment) -> str:
    """A hash of everything that decides a grade in the assignment's folder."""
    digest = hashlib.sha256()
    for path in sorted(assignment.folder.glob("*")):
        if path.suffix in (".py", ".toml") and path.name != "notebook.py":
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True)
class Edition:
    """What decides a grade beside the submission: tests, seed, protocol, language, and the engine's version.

    Made once and used for many submissions: the tests are read and hashed.
    """

    tests: str
    seed: str
    profile: str
    language: str
    engine: str = __version__

    def key(self, submission: Submission, *, training: bool) -> str:
        """The content address of a submission's report."""
        identity = {
            "chunks": [[chunk.name, chunk.source] for chunk in submission.chunks],
            "notes": submission.notes,
            "training": training,
            **asdict(self),
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def edition_of(workspace: Workspace, assignment: Assignment) -> Edition:
    """The edition of an assignment in a course as they are now."""
    course = workspace.course()
    seed = hashlib.sha256(b"report" + workspace.secret).hexdigest()
    return Edition(tests_version(assignment), seed, repr(course.active_profile), course.language)


def report_key(workspace: Workspace, assignment: Assignment, submission: Submission, *, training: bool) -> str:
    """Content address of one submission's report; for many, ask ``edition_of`` once."""
    return edition_of(workspace, assignment).key(submission, training=training)


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
        """
        setting = (workspace, assignment_id, training, edition_of(workspace, workspace.assignment(assignment_id)))
        if self._engine is None or self._setting != setting:
            self.close()
            self._engine = Engine(workspace, assignment_id, choose_backend(), Options(training=training))
            self._setting = setting
        return self._engine.grade(submission)

    def close(self) -> None:
        """Ends the worker host."""
        if self._engine is not None:
            self._engine.close()
        self._engine = self._setting = None
