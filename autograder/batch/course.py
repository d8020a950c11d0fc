"""Grades a course's collected submissions of an assignment, and records the scores in nbgrader's gradebook.

Theory of operation.  Each submission has a key, see ``grading.edition``.  A finished report under that key is kept, so
that an interrupted batch goes on and only changed submissions are graded again.  Equal submissions have equal keys and
are graded once.

The reference solution is graded first: nothing is written before it has earned everything.  Then every result is
recorded as it comes, so that nothing waits for the end of the batch, and nothing depends on how its processes end.
What stands in the gradebook already is left alone.  A grade that differs from the one recorded for the same work is
held back: a person sees all of these together at the end, and decides.  A submission on which the grader failed gets
no report: nbgrader leaves it ungraded, and the reason is remembered for ``autograder status``.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence

from autograder.batch.changes import Change, Plan, change_of, never_passed, plan
from autograder.batch.reference import REFERENCE, check_reference, reference_submission, untouched_source
from autograder.batch.request import CourseBatch, Hooks, NotGraded, Request
from autograder.batch.slots import BatchResult, Job, default_slots, grade_all
from autograder.config import Assignment
from autograder.dataset.course import CourseData
from autograder.errors import UsageError
from autograder.intake import read_collected
from autograder.model import Report
from autograder.nbgrader_plugs.course_now import course_now
from autograder.nbgrader_plugs.finished import FinishedReports, is_finished
from autograder.nbgrader_plugs.record import Recorder, submitted_students
from autograder.nbgrader_plugs.recordings import Recording, recordings_of, standing
from autograder.reports.faults import Fault, faults_of
from autograder.reports.store import ReportStore, source_digest
from autograder.sandbox.devices import Lease, grant
from autograder.workspace import Workspace


def grade_course(
    workspace: Workspace, assignment_id: str, request: Request | None = None, hooks: Hooks | None = None
) -> CourseBatch:
    """Grades every collected submission that has no finished report, and records what is not recorded yet.

    After Ctrl-C what is finished is recorded before ``KeyboardInterrupt`` goes on; a second one ends at once.

    Raises:
        UsageError: there is no such assignment, or one of ``students`` handed in nothing.
        GraderError: the reference solution does not earn everything; nothing was written.
        EnvironmentFault: the gradebook stayed locked; the next batch records what is finished.
    """
    assignment, request = workspace.assignment(assignment_id), request or Request()
    jobs = _collected(workspace, assignment, request.students)
    if not jobs:
        return CourseBatch(0, 0, 0, ())
    return _Batch(workspace, assignment, request, hooks or Hooks(), jobs).run()


def _collected(workspace: Workspace, assignment: Assignment, students: Sequence[str]) -> list[Job]:
    everybody = submitted_students(workspace.root, assignment.id)
    if strangers := sorted(set(students) - set(everybody)):
        raise UsageError(
            f"{', '.join(strangers)} handed in nothing for {assignment.id}; who did: {', '.join(everybody)}"
        )
    chosen = [student for student in everybody if not students or student in students]
    language = workspace.course().language
    return [Job(student, read_collected(workspace.root, student, assignment, language)) for student in chosen]


class _Batch:
    """One batch of one assignment; ``ready`` holds finished reports that have not been dealt with."""

    def __init__(self, workspace: Workspace, assignment: Assignment, request: Request, hooks: Hooks, jobs: list[Job]):
        self.workspace, self.assignment, self.request, self.hooks = workspace, assignment, request, hooks
        self.jobs = {job.student: job for job in jobs}
        self.store = ReportStore(workspace.reports_dir)
        self.now = course_now(workspace.root, assignment.id)
        self.keys = {job.student: self.now.edition.key(job.submission, training=True) for job in jobs}
        self.finished = FinishedReports(self.now)
        self.recorder = Recorder(workspace.root, assignment.id)
        self.grades = self.recorder.grades()
        self.recordings = recordings_of(workspace)
        # Read before anything is written: recording replaces what these say.
        self.older = {student: self._older(student) for student in self.jobs}
        self.recorded_sources = {student: self._recorded_source(student) for student in self.jobs}
        self.faults = faults_of(workspace)
        self.reports: dict[str, Report] = {}
        self.ready: deque[str] = deque()
        self.held: dict[str, Change] = {}
        self.again: list[Change] = []
        self.recorded: set[str] = set()
        self.not_graded: list[NotGraded] = []
        self.done = self.total = 0
        self.waits_for_reference = False

    def run(self) -> CourseBatch:
        """Grades, records, asks."""
        edition = self.now.edition
        self.hooks.log.assignment(self.assignment.id, len(self.jobs), tests=edition.tests, marking=edition.marking)
        todo = self._todo()
        self.total = len(self.ready) + sum(map(len, todo.values()))
        if self.total:
            self.hooks.progress(0, self.total)
        with self._recording_after_interrupt(todo):
            self._grade(todo)
            written = self._decide()
        untouched = untouched_source(self.workspace, self.assignment)
        real = [
            report
            for student, report in self.reports.items()
            if not report.unreadable and source_digest(self.jobs[student].submission) != untouched
        ]
        return CourseBatch(
            handed_in=len(self.jobs),
            graded=sum(map(len, todo.values())),
            recorded=len(self.recorded),
            not_graded=tuple(self.not_graded),
            changes=tuple(self.held.values()),
            written=written,
            handed_in_again=tuple(self.again),
            never_passed=never_passed(real),
        )

    # -- grading -----------------------------------------------------------------------------------

    def _todo(self) -> dict[str, list[Job]]:
        """What has to be run, equal submissions together; the rest is finished."""
        todo: dict[str, list[Job]] = {}
        for student, job in self.jobs.items():
            report = None if self.request.regrade else self.finished.of(job.submission)
            if report is None:
                todo.setdefault(self.keys[student], []).append(job)
            elif self.recorder.is_recorded(student, report, self.grades.get(student)):
                self.reports[student] = report
                self.recorded.add(student)
                self._log(student, "unchanged")
            else:
                self._finish(student, report)
        return todo

    def _grade(self, todo: dict[str, list[Job]]) -> None:
        firsts = [group[0] for group in todo.values()]
        reference = self._reference_job() if firsts or self.ready else None
        self.waits_for_reference = reference is not None
        jobs = [*([reference] if reference else []), *firsts]
        leases: list[Lease] = []
        if jobs and self.assignment.trains:
            leases = grant(self.request.gpu, self.workspace.course().active_profile, slots=self.request.slots)
            CourseData(self.workspace).build()  # once, before several slots ask for the images
        results = grade_all(
            self.workspace.root,
            self.assignment.id,
            jobs,
            slots=self.request.slots or len(leases) or default_slots(),
            sandbox=self.request.sandbox,
            reports=self.workspace.reports_dir,
            leases=leases,
        )
        with contextlib.closing(results):
            self._settle()
            for result in results:
                self._take(result, todo)
                self._settle()

    def _take(self, result: BatchResult, todo: dict[str, list[Job]]) -> None:
        if result.job.student == REFERENCE:
            check_reference(self.assignment, result.report)
            self.waits_for_reference = False
            return
        for job in todo[self.keys[result.job.student]]:
            self._finish(job.student, result.report)

    def _reference_job(self) -> Job | None:
        """The reference solution, unless it has earned everything under these tests before."""
        submission = reference_submission(self.workspace, self.assignment) if self.request.reference else None
        if submission is None:
            return None
        report = self.finished.of(submission)
        if report is not None and report.score == report.max_score:
            return None
        return Job(REFERENCE, submission)

    def _finish(self, student: str, report: Report) -> None:
        self.reports[student] = report
        self.ready.append(student)

    @contextlib.contextmanager
    def _recording_after_interrupt(self, todo: dict[str, list[Job]]) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt as interrupt:
            if not isinstance(interrupt.__context__, KeyboardInterrupt):  # else it is the second one
                for key in todo.keys() - {self.keys[student] for student in self.reports}:
                    report = self.store.get(key) if not self.request.regrade else None
                    if report is not None:
                        self._take(BatchResult(todo[key][0], report), todo)
                self._settle()
            raise

    # -- recording ---------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Deals with every finished report, once the reference solution has earned everything."""
        while self.ready and not self.waits_for_reference:
            student = self.ready[0]
            if is_finished(self.reports[student]):
                self._settle_grade(student)
            else:
                self._settle_fault(student)
            self.ready.popleft()  # only now: an interrupted one is dealt with again
            if student not in self.held:
                self._progress()

    def _progress(self) -> None:
        self.done += 1
        self.hooks.progress(self.done, self.total)

    def _settle_grade(self, student: str) -> None:
        report, grades = self.reports[student], self.grades.get(student)
        choice = plan(report, self._source(student), self.recorded_sources[student], grades)
        if grades is not None and choice in (Plan.ASK, Plan.RECORD_NEW_WORK):
            change = change_of(student, report, grades, self.older[student])
            if choice is Plan.ASK:
                self.held[student] = change
                return
            self.again.append(change)
        if self.request.dry_run:
            self._log(student, "not written: dry run")
        else:
            self._record(student)

    def _settle_fault(self, student: str) -> None:
        """A fault of ours takes no grade away from the work that it was given for, and gives none to other work."""
        why, grades = "; ".join(self.reports[student].notes), self.grades.get(student)
        self._remember_fault(student, why)
        is_graded = grades is not None and grades.auto_total is not None
        if not self.request.dry_run and not (is_graded and self.recorded_sources[student] == self._source(student)):
            self.recorder.record(student, fault=why or "the grader failed")

    def _record(self, student: str) -> None:
        outcome = self.recorder.record(student)
        if outcome.recorded:
            self.recorded.add(student)
            self.faults.drop(self.assignment.id, student)
            self._log(student, "recorded")
        else:
            self._remember_fault(student, outcome.problem)

    def _remember_fault(self, student: str, why: str) -> None:
        self.not_graded.append(NotGraded(student, why))
        self.faults.put(self.assignment.id, student, Fault(why))
        self._log(student, "not graded", why)

    def _decide(self) -> bool:
        """Writes the changed grades if a person says so."""
        changes = tuple(self.held.values())
        written = bool(changes) and not self.request.dry_run and self.hooks.decide(changes, len(self.jobs))
        for change in changes:
            if written:
                self._record(change.student)
            else:
                self._log(change.student, "change not written")
            self._progress()
        return written or not changes

    # -- what was recorded before ------------------------------------------------------------------

    def _source(self, student: str) -> str:
        return source_digest(self.jobs[student].submission)

    def _standing(self, student: str) -> Recording | None:
        return standing(self.recordings.get(self.assignment.id, student), self.grades.get(student))

    def _recorded_source(self, student: str) -> str:
        """The digest of the work that the recorded grade was given for."""
        recording = self._standing(student)
        return recording.source if recording else self.store.latest_source(self.assignment.id, student)

    def _older(self, student: str) -> Report | None:
        """The report that the recorded grade came from."""
        recording = self._standing(student)
        return self.store.get(recording.report) if recording else self.store.latest(self.assignment.id, student)

    def _log(self, student: str, what: str, why: str = "") -> None:
        report, grades = self.reports[student], self.grades.get(student)
        self.hooks.log.student(
            self.assignment.id, student, report, what, why=why, before=grades.auto_total if grades else None
        )
