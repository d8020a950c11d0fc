"""Finished reports of one assignment: those that are kept, and those that follow from what was run before."""

from __future__ import annotations

import functools

from autograder.grading.assembly import rejudge
from autograder.grading.listing import tests_by_name
from autograder.grading.plugin import AboutTest, Translation, files_of_tests, load_translations
from autograder.model import Report, Submission, SubmissionOutcome
from autograder.nbgrader_plugs.course_now import CourseNow
from autograder.reports.store import ReportStore


class FinishedReports:
    """Looks for reports of present work under the present tests; made once for a batch."""

    def __init__(self, now: CourseNow):
        self._now, self._store = now, ReportStore(now.workspace.reports_dir)

    def of(self, submission: Submission, *, training: bool = True) -> Report | None:
        """The finished report of a submission, if it need not be run; see ``grading.edition``."""
        kept = self._store.get(self._now.edition.key(submission, training=training))
        return kept if is_finished(kept) else self.derived(submission, training=training)

    def derived(self, submission: Submission, *, training: bool = True) -> Report | None:
        """A report made, and kept, from one of the same run; None where it has to be run."""
        edition, course = self._now.edition, self._now.workspace.course()
        old = self._store.of_run(edition.run_key(submission, training=training))
        if old is None or not is_finished(old):
            return None
        new = rejudge(
            old,
            edition.key(submission, training=training),
            self._now.assignment,
            course.language,
            course.active_profile,
            submission,
            self._tests,
            self._translations,
        )
        if new is not None:
            self._store.put(new)
        return new

    @functools.cached_property
    def _tests(self) -> dict[str, AboutTest]:
        return tests_by_name(files_of_tests(self._now.assignment.folder))

    @functools.cached_property
    def _translations(self) -> dict[str, Translation]:
        return load_translations(self._now.assignment.folder, self._now.language)


def is_finished(report: Report | None) -> bool:
    """Whether a report has a grade."""
    return report is not None and report.outcome is SubmissionOutcome.GRADED
