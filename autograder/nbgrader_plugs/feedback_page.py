"""What a feedback page shows: dates, the course's language, and scores only where there are any.

Theory of operation: nbgrader shows 0 for whatever has no score yet: work that could not be read, a written answer that
nobody has marked.  A student takes that for a grade.  Here such a score is None, and the template shows a dash.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbgrader
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from autograder.nbgrader_plugs.feedback import grade_digest
from autograder.nbgrader_plugs.gradebook import find_mark
from autograder.nbgrader_plugs.late import charge_of
from autograder.nbgrader_plugs.recordings import recordings_of
from autograder.nbgrader_plugs.settings import Resources
from autograder.reports.overview import MarkStatus
from autograder.times import duration, from_utc, shown
from autograder.workspace import Workspace, find_workspace

NO_RESPONSE = "No response."  # nbgrader's comment on a cell that is as it was released
WORDS = {
    "none": {"en": "–", "ko": "–"},
    "no_grade": {"en": "no grade yet", "ko": "아직 성적 없음"},
    "score": {"en": "Score", "ko": "점수"},
    "answer": {"en": "Your code", "ko": "제출한 코드"},
    "written": {"en": "Your answer", "ko": "제출한 답"},
    "task": {"en": "Task", "ko": "과제"},
    "test": {"en": "Tests", "ko": "검사"},
    "comment": {"en": "Comment", "ko": "의견"},
    "late": {"en": "Points off for lateness", "ko": "지각 감점"},
    "no_response": {"en": NO_RESPONSE, "ko": "답하지 않았습니다."},
    "top": {"en": "top", "ko": "맨 위로"},
}
_RECEIPT = {
    "unreadable": {
        "en": "Your work could not be read. There is no grade yet: hand it in again.",
        "ko": "제출한 것을 읽을 수 없습니다. 아직 성적이 없으니 다시 제출하세요.",
    },
    "unmarked": {
        "en": "Answers worth {points:g} points are not marked yet; the score is without them.",
        "ko": "{points:g}점에 해당하는 답은 아직 채점되지 않았습니다. 위의 점수에는 들어 있지 않습니다.",
    },
    "handed_in": {"en": "Handed in: {time}.", "ko": "제출 시각: {time}."},
    "due": {"en": "Due: {time}.", "ko": "마감: {time}."},
    "extended": {"en": "Due for you: {time} (extended).", "ko": "연장된 마감: {time}."},
    "late": {"en": "Late by {late}.", "ko": "지각: {late}."},
    "slip": {
        "en": "Of the {days} days begun, {slip} were free.",
        "ko": "시작된 {days}일 가운데 {slip}일은 감점이 없습니다.",
    },
    "penalty": {"en": "Points off for lateness: {points:g}.", "ko": "지각 감점: {points:g}점."},
}


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert is untyped to us
    """For ``c.GenerateFeedback.exporter_class``: nbgrader's template under ours (``templates/course_feedback``)."""

    @classmethod
    def configure(cls, c: Config) -> None:
        """Sets it in nbgrader's configuration."""
        nbgraders = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
        c.GenerateFeedback.exporter_class = f"{cls.__module__}.{cls.__name__}"
        c.FeedbackExporter.template_name = "course_feedback"
        c.FeedbackExporter.extra_template_basedirs = [str(Path(__file__).parent / "templates")]
        c.FeedbackExporter.extra_template_paths = [
            str(nbgraders / "templates"),
            str(nbgraders / "static" / "node_modules" / "bootstrap" / "dist" / "css"),
        ]


class AddReceipt(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.GenerateFeedback.preprocessors``, after ``GetGrades``: gives the template what it shows besides.

    These are the digest, the dates, the cost of lateness and the language's words; a score that is no grade yet
    becomes None.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Changes the scores, adds to ``resources["nbgrader"]``."""
        names = resources["nbgrader"]
        assignment_id, student = names["assignment"], names["student"]
        workspace = find_workspace(Path(CourseDirectory(config=self.config).root))
        language = workspace.course().language
        with Gradebook(names["db_url"]) as gradebook:
            recording = recordings_of(workspace).get(assignment_id, student)
            status = find_mark(gradebook, assignment_id, student, recording).status
            open_cells = _open_cells(gradebook, assignment_id, student)
            names["digest"] = grade_digest(gradebook, workspace.folder, assignment_id, student)
            lines = list(_receipt(workspace, gradebook, assignment_id, student))
        if status is MarkStatus.UNREADABLE:
            lines.insert(0, _RECEIPT["unreadable"][language])
        elif status is MarkStatus.NEEDS_MARKING:
            lines.append(_RECEIPT["unmarked"][language].format(points=sum(open_cells.values())))
        no_grade = status in (MarkStatus.UNREADABLE, MarkStatus.UNGRADED)
        for cell in nb.cells:
            mark = cell.metadata.get("nbgrader", {})
            if "score" in mark and (no_grade or mark["grade_id"] in open_cells):
                mark["score"] = None
            if mark.get("comment") == NO_RESPONSE:
                mark["comment"] = None if no_grade else WORDS["no_response"][language]
            if no_grade and cell.cell_type == "code":
                cell.outputs = []  # tables of tests that a released notebook failed in place of the student's
        names["score"] = None if no_grade else max(0.0, names["score"])
        names["receipt"] = lines
        names["words"] = {key: said[language] for key, said in WORDS.items()}
        return nb, resources


def _open_cells(gradebook: Gradebook, assignment_id: str, student: str) -> dict[str, float]:
    """The cells that wait for a person's mark, with their points."""
    submission = gradebook.find_submission(assignment_id, student)
    grades = (grade for notebook in submission.notebooks for grade in notebook.grades)
    return {grade.name: grade.max_score for grade in grades if grade.needs_manual_grade}


def _receipt(workspace: Workspace, gradebook: Gradebook, assignment_id: str, student: str) -> Iterator[str]:
    """When the work was handed in and was due, and what lateness costs."""
    course = workspace.course()

    def say(key: str, **values: object) -> str:
        return _RECEIPT[key][course.language].format(**values)

    submission = gradebook.find_submission(assignment_id, student)
    if submission.timestamp:
        yield say("handed_in", time=shown(from_utc(submission.timestamp), course.zone))
    if submission.duedate:
        time = shown(from_utc(submission.duedate), course.zone)
        yield say("extended" if submission.extension else "due", time=time)
    if late_s := submission.total_seconds_late:
        yield say("late", late=duration(late_s, course.language))
        charge = charge_of(workspace, gradebook, assignment_id, student)
        if charge.slip_days:
            yield say("slip", days=charge.late_days, slip=charge.slip_days)
        yield say("penalty", points=sum(notebook.late_submission_penalty or 0 for notebook in submission.notebooks))
