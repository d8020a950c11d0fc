"""The settings and the edition of a course are kept until a file changes; reports follow from what was run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from autograder.authoring.course import create_course, new_folder
from autograder.errors import UsageError
from autograder.grading.training.evidence import Evidence
from autograder.grading.training.verdict import judge
from autograder.model import Chunk, ItemResult, Kind, Outcome, Report, Submission, SubmissionOutcome, TestResult
from autograder.nbgrader_plugs import course_now as module
from autograder.nbgrader_plugs.course_now import course_now
from autograder.nbgrader_plugs.finished import FinishedReports
from autograder.reports.store import ReportStore
from tests.authoring import tiny
from tests.batch.conftest import edit
from tests.grading.training.test_verdict import evidence_of

TEST_AUC = '''
@pytest.mark.item("halve")
def test_auc(student, record, profile):
    """The AUC."""
'''


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A course whose checkout the test may edit."""
    checkout = tiny.make_checkout(tmp_path / "checkout")
    with new_folder(tmp_path / "course") as folder:
        target, where = tmp_path / "course", (checkout / "assignments", checkout / "reference_solution")
        create_course(folder, target, *where, "en", "demo")
    return tmp_path / "course"


def test_nothing_is_read_again_for_the_next_student(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the tests, the settings, the reference solution or the secret change, on disk and not in memory."""
    first = course_now(own, "tiny")
    monkeypatch.setattr(module, "edition_of", lambda *arguments: pytest.fail("read again"))
    assert course_now(own, "tiny") is first
    monkeypatch.undo()
    assignments = first.workspace.assignments_dir
    seen = [first]
    for path, old, new in (
        (assignments / "tiny" / "test_hidden.py", "size=17", "size=18"),
        (assignments / "course.toml", 'language = "en"', 'language = "ko"'),
        (first.workspace.reference_dir / "tiny.py", "np.multiply(np.asarray(x), 2)", "2 * np.asarray(x)"),
        (own / "autograder.toml", 'language = "en"', 'language = "ko"'),
    ):
        edit(path, old, new)
        seen.append(course_now(own, "tiny"))
        assert seen[-1] is not seen[-2]
    assert (first.language, seen[-1].language) == ("en", "ko")
    assert first.edition != seen[-1].edition
    (own / "secret").write_text("ab" * 32)
    assert course_now(own, "tiny").edition.seed != first.edition.seed


def test_a_touched_file_is_read_again_and_gives_the_same(own: Path) -> None:
    """Times only say that something may have changed."""
    first = course_now(own, "tiny")
    os.utime(first.assignment.folder / "test_hidden.py", (1, 1))
    assert course_now(own, "tiny") is not first
    assert course_now(own, "tiny").edition == first.edition


def test_an_assignment_that_is_gone_is_told(own: Path) -> None:
    """Also after it was kept."""
    folder = course_now(own, "tiny").assignment.folder
    shutil.rmtree(folder)
    with pytest.raises(UsageError, match="no assignment 'tiny'"):
        course_now(own, "tiny")


def test_other_thresholds_give_a_report_without_training(own: Path) -> None:
    """The stored AUC is judged anew; another protocol has to be trained."""
    now = course_now(own, "tiny")
    edit(now.assignment.folder / "assignment.toml", "points = 1.5", "points = 1.5\ntraining = true")
    with (now.assignment.folder / "test_hidden.py").open("a") as file:
        file.write(TEST_AUC)
    now, work = course_now(own, "tiny"), Submission("kim", (Chunk("solution-halve", "x = 1"),))
    report = _trained(evidence_of(0.75, 0.75), now, work)
    ReportStore(now.workspace.reports_dir).put(report)
    assert FinishedReports(now).of(work) == report
    edit(now.workspace.course_settings, "auc = 0.7, credit = 0.75", "auc = 0.7, credit = 0.25")
    now = course_now(own, "tiny")
    judged = FinishedReports(now).of(work)
    assert judged is not None and judged.key == now.edition.key(work, training=True) != report.key
    assert [item.score for item in judged.items] == [2.0, 0.38, None] and report.items[1].score == 1.12
    assert ReportStore(now.workspace.reports_dir).get(judged.key) == judged
    edit(now.workspace.course_settings, "epochs = 3", "epochs = 4")
    assert FinishedReports(course_now(own, "tiny")).of(work) is None


def _trained(evidence: Evidence, now: module.CourseNow, work: Submission) -> Report:
    """The report of a training that gave this evidence."""
    award = judge(evidence, now.workspace.course().active_profile)
    passed = [
        TestResult(f"test_{name}", item, 1.0, Outcome.PASSED, title, hint)
        for name, item, title, hint in (
            ("double_of_one", "double", "Twice one is two.", "Two times x."),
            ("double_of_anything", "double", "Twice any number.", "Any x."),
        )
    ]
    auc = TestResult(
        "test_auc", "halve", 1.0, Outcome.FAILED, "The AUC.", message=award.message, credit=award.credit,
        flags=award.flags, numbers=award.numbers, hidden=True,
    )  # fmt: skip
    items = (
        ItemResult("double", "Doubling", Kind.AUTOMATIC, 2.0, 2.0, tuple(passed)),
        ItemResult("halve", "Halving", Kind.AUTOMATIC, 1.12, 1.5, (auc,)),
        ItemResult("why", "Why?", Kind.MANUAL, None, 3.0),
    )
    edition = now.edition
    return Report(
        edition.key(work, training=True), "tiny", "kim", SubmissionOutcome.GRADED, 3.12, 3.5, items,
        run=edition.run_key(work, training=True),
    )  # fmt: skip
