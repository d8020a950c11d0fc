"""Finds out what waits for a person in a course, without grading and without writing to the gradebook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from autograder.batch.reference import untouched_source
from autograder.batch.settled import seen_in, settled_of, without_settled
from autograder.batch.waiting import Elsewhere, Facts, Waiting, waiting_in
from autograder.errors import UsageError
from autograder.ids import is_student_id
from autograder.intake import read_collected, read_submission
from autograder.intake.definitions import definitions, is_stub
from autograder.intake.receipt import read_receipt
from autograder.lms.not_taken import not_taken_of
from autograder.model import Report, Submission
from autograder.nbgrader_plugs.course_now import course_now
from autograder.nbgrader_plugs.exchange_folders import read_folder
from autograder.nbgrader_plugs.feedback import page_students, stale_pages
from autograder.nbgrader_plugs.finished import is_finished
from autograder.nbgrader_plugs.late import changes_to_carry
from autograder.nbgrader_plugs.lock import when_unlocked
from autograder.nbgrader_plugs.record import Recorder, submitted_students
from autograder.nbgrader_plugs.recordings import Grades, recordings_of, same_scores, scores_of, standing
from autograder.nbgrader_plugs.roster import strangers
from autograder.nbgrader_plugs.settings import load_config
from autograder.reports.faults import faults_of
from autograder.reports.store import ReportStore, source_digest
from autograder.workspace import Workspace

NOBODY = datetime.datetime.min


def waiting_for(workspace: Workspace, assignment_ids: tuple[str, ...] = ()) -> tuple[Waiting, ...]:
    """What waits for a person.

    Args:
        workspace: a course.
        assignment_ids: which assignments; by default all that the course has released.

    Raises:
        UsageError: there is no such assignment, or it was never released.
        EnvironmentFault: the gradebook stayed locked.
    """
    found: list[Waiting] = []
    for assignment_id in assignment_ids or workspace.course().assignments:
        if not assignment_ids and workspace.released(assignment_id) is None:
            continue
        found += _Look(workspace, assignment_id).waiting()
    return tuple(found)


def settle(workspace: Workspace, assignment_id: str, students: Sequence[str]) -> None:
    """Notes that somebody has looked into the work of these students: it is not said again until it changes.

    Raises:
        UsageError: there is no such assignment, or one of the students handed in nothing.
    """
    _Look(workspace, assignment_id).settle(students)


class _Look:
    """One look at one assignment."""

    def __init__(self, workspace: Workspace, assignment_id: str):
        self.workspace, self.id = workspace, assignment_id
        self.now = course_now(workspace.root, assignment_id)
        self.recorder = Recorder(workspace.root, assignment_id)
        self.grades = self.recorder.grades()
        self.store, self.faults = ReportStore(workspace.reports_dir), faults_of(workspace)
        self.recordings, self.settled = recordings_of(workspace), settled_of(workspace)
        self.not_taken = not_taken_of(workspace.folder)
        self.untouched = untouched_source(workspace, self.now.assignment)
        self.is_survey = (self.now.assignment.folder / "survey.toml").is_file()  # equal answers are nobody's business
        self.not_ones_own = {self.untouched, self._instructors(), _NOTHING}

    def waiting(self) -> tuple[Waiting, ...]:
        students = submitted_students(self.workspace.root, self.id)
        elsewhere = Elsewhere(
            strangers=when_unlocked(self.workspace.folder.gradebook_url, lambda: strangers(self.workspace, students)),
            in_exchange=tuple(sorted(self._in_exchange())),
            downloads=self._downloads(),
            not_taken=tuple(self._not_taken()),
            dates=tuple(changes_to_carry(self.workspace, self.id)),
            old_feedback=when_unlocked(self.workspace.folder.gradebook_url, self._old_pages),
        )
        facts = [self._facts(student) for student in students]
        unsettled = [without_settled(one, self.settled.get(self.id, one.student)) for one in facts]
        return waiting_in(self.id, unsettled, elsewhere)

    def settle(self, students: Sequence[str]) -> None:
        """Notes that somebody has looked into the work of these students."""
        collected = submitted_students(self.workspace.root, self.id)
        known = tuple(dict.fromkeys((*collected, *self.not_taken.students(self.id))))
        if strangers := sorted(set(students) - set(known)):
            raise UsageError(f"{', '.join(strangers)} handed in nothing for {self.id}; who did: {', '.join(known)}")
        for student in students:
            self.not_taken.drop(self.id, student)
            if student in collected:
                self.settled.put(self.id, student, seen_in(self._facts(student)))

    def _not_taken(self) -> Iterator[tuple[str, str]]:
        """Students with what collecting could not take, unless their work came by another way since."""
        for student in self.not_taken.students(self.id):
            folder, record = self.workspace.folder.submission(student, self.id), self.not_taken.get(self.id, student)
            if record and max(_times_in(folder), default=0.0) <= self.not_taken.written_at(self.id, student):
                yield student, "; ".join(record.files)

    def _old_pages(self) -> tuple[str, ...]:
        return stale_pages(self.workspace, self.id, page_students(self.workspace.root, self.id))

    def _facts(self, student: str) -> Facts:
        submission = read_collected(self.workspace.root, student, self.now.assignment, self.now.language)
        source, grades = source_digest(submission), self.grades.get(student)
        report = self.store.get(self.now.edition.key(submission, training=True))
        fault = self.faults.get(self.id, student)
        change = self._change(student, source, report, grades)
        return Facts(
            student=student,
            source="" if source in self.not_ones_own or self.is_survey else source,
            unreadable=(submission.notes or ("nothing could be read",))[-1] if submission.unreadable else "",
            empty=self._why_empty(submission, source, answered=bool(grades and grades.unmarked)),
            time_note=read_receipt(self.workspace.folder.submission(student, self.id)).note,
            flags=report.flags if report else (),
            fault=fault.why if fault else "",
            state="" if change else self._state(student, submission, report, grades),
            change=change,
            unmarked=grades.unmarked if grades and grades.auto_total is not None else 0,
            late_s=grades.late_s if grades else 0.0,
        )

    def _why_empty(self, submission: Submission, source: str, *, answered: bool) -> str:
        """Why there is nothing to grade in a readable submission: nobody should get 0 points in silence.

        Args:
            answered: whether written answers wait for a mark.
        """
        if submission.unreadable:
            return ""
        if source == self.untouched or (
            submission.chunks and all(is_stub(chunk.source) for chunk in submission.chunks)
        ):
            return "all code as it was released" if answered else "the release, as it was"
        asked = {name for item in self.now.assignment.items for name in item.functions}
        defined = {name for chunk in submission.chunks for name in definitions(chunk.source).bound}
        return "nothing of this assignment is in it" if asked and not asked & defined else ""

    def _state(self, student: str, submission: Submission, report: Report | None, grades: Grades | None) -> str:
        """Why a submission is not graded under the present tests and recorded; "" if it is."""
        if report is not None and is_finished(report):
            return "" if self.recorder.is_recorded(student, report, grades) else "graded, but not recorded as it is now"
        if grades is None or grades.auto_total is None:
            return "collected and not graded"
        recording = self.recordings.get(self.id, student)
        if recording is not None and recording.source != source_digest(submission):
            return "handed in again and not graded"
        return "graded under other tests, points or settings"

    def _change(
        self, student: str, source: str, report: Report | None, grades: Grades | None
    ) -> tuple[float, float] | None:
        """The recorded points and the present ones, where the same work has others now."""
        if report is None or grades is None or grades.auto_total is None or same_scores(scores_of(report), grades.auto):
            return None
        recording = standing(self.recordings.get(self.id, student), grades)
        recorded = recording.source if recording else self.store.latest_source(self.id, student)
        return (grades.auto_total, report.score) if recorded in ("", source) else None

    def _instructors(self) -> str:
        """The digest of the notebook with the reference solution."""
        notebook = self.workspace.folder.source / self.id / f"{self.id}.ipynb"
        master = self.workspace.released(self.id)
        return source_digest(read_submission(notebook, master, self.now.assignment))

    def _in_exchange(self) -> Iterator[str]:
        """Students whose newest folder in the exchange is newer than what was collected."""
        newest: dict[str, datetime.datetime] = {}
        trust = bool(load_config(self.workspace.root).CarefulCollect.get("trust_times", False))
        for path in self.workspace.folder.exchange.glob(f"*/inbound/*+{self.id}+*"):
            folder = read_folder(str(path), trust_times=trust)
            if folder.assignment == self.id and folder.time is not None and is_student_id(folder.student):
                newest[folder.student] = max(folder.time, newest.get(folder.student, NOBODY))
        for student, time in newest.items():
            collected = self.workspace.folder.submission(student, self.id)
            if not collected.is_dir() or (read_receipt(collected).time or NOBODY) < time:
                yield student

    def _downloads(self) -> int:
        """How many files of a learning system came after the last collecting, by nbgrader's command or by ours."""
        folder = self.workspace.root / "downloaded" / self.id
        ours = self.workspace.state_dir / "collected" / quote(self.id, safe="")
        done = [*_times_in(folder / "extracted"), *_times_in(ours)]
        return sum(time > max(done, default=0.0) for time in _times_in(folder / "archive"))


def _times_in(folder: Path) -> list[float]:
    """When the files below a folder were written."""
    return [path.stat().st_mtime for path in folder.rglob("*") if path.is_file()]


_NOTHING = source_digest(Submission("", ()))


def check_ids(workspace: Workspace, assignment_ids: tuple[str, ...]) -> None:
    """Does nothing if the course has these assignments.

    Raises:
        UsageError: it has not.
    """
    for assignment_id in assignment_ids:
        workspace.assignment(assignment_id)
        if workspace.released(assignment_id) is None:
            raise UsageError(f"{assignment_id} was never released; run `autograder release {assignment_id}` first")
