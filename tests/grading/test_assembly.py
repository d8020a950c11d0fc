"""A new verdict on what was run before: the same as a fresh grading gives, without running anything."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.config import AucStep
from autograder.grading import listing
from autograder.grading.assembly import rejudge
from autograder.grading.edition import edition_of
from autograder.grading.engine import Engine
from autograder.grading.plugin import AboutTest, files_of_tests, load_translations
from autograder.grading.training.evidence import Evidence, Failure, FailureKind, Gain, Run
from autograder.grading.training.verdict import judge
from autograder.model import ItemResult, Kind, Outcome, Report, SubmissionOutcome, TestResult
from autograder.sandbox import choose_backend
from autograder.workspace import find_workspace
from tests.batch.conftest import edit
from tests.grading.conftest import REFERENCE, submission, write_course
from tests.grading.training.test_verdict import PROFILE, evidence_of

WORKS = [submission(source) for source in (REFERENCE, "def double(x): return x * x\ndef after(): return 1", "")]


def timeless(report: Report) -> Report:
    """A report without the times, and without what a test's traceback says."""
    items = tuple(
        dataclasses.replace(item, tests=tuple(dataclasses.replace(t, seconds=0.0, detail="") for t in item.tests))
        for item in report.items
    )
    return dataclasses.replace(report, seconds=0.0, items=items)


def other_marks(checkout: Path) -> None:
    """Other points, weights, titles and hints."""
    folder = checkout / "assignments" / "tiny"
    edit(folder / "assignment.toml", "points = 6", "points = 8")
    edit(folder / "assignment.toml", 'en = "Double"', 'en = "Twice"')
    edit(folder / "test_hidden.py", 'weight=2, hint="Return a new array."', 'weight=5, hint="A new array, please."')
    edit(folder / "test_public.py", "Twice 3 is 6.", "Two times 3 is 6.")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_new_verdict_is_what_a_fresh_grading_gives(tmp_path: Path, language: str) -> None:
    """Scores, titles, hints, flags and key."""
    checkout = write_course(tmp_path, language)
    with Engine(find_workspace(checkout), "tiny", choose_backend()) as engine:
        old = [engine.grade(work) for work in WORKS]
    other_marks(checkout)
    workspace = find_workspace(checkout)
    assignment, course = workspace.assignment("tiny"), workspace.course()
    edition = edition_of(workspace, assignment)
    tests, translations = (
        listing.tests_by_name(files_of_tests(assignment.folder)),
        load_translations(assignment.folder, course.language),
    )
    with Engine(workspace, "tiny", choose_backend()) as engine:
        for before, work in zip(old, WORKS, strict=True):
            key = edition.key(work, training=True)
            new = rejudge(before, key, assignment, course.language, course.active_profile, work, tests, translations)
            assert new is not None and new.key != before.key
            assert timeless(new) == timeless(engine.grade(work))


def trained(evidence: Evidence) -> Report:
    """The report of a training that gave this evidence, under the thresholds of ``PROFILE``."""
    award = judge(evidence, PROFILE)
    test = TestResult(
        "test_auc", "auc", 1.0, Outcome.PASSED if award.credit == 1 else Outcome.FAILED, "AUC", message=award.message,
        credit=award.credit, flags=award.flags, numbers=award.numbers, hidden=True,
    )  # fmt: skip
    item = ItemResult("auc", "AUC", Kind.AUTOMATIC, 8.0, 8.0, (test,))
    return Report("old", "training", "kim", SubmissionOutcome.GRADED, 8.0, 8.0, (item,), run="run")


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., TestResult]:
    """Judges evidence again under other steps."""
    settings = (
        'id = "training"\n[title]\nen = "T"\n[[items]]\nid = "auc"\npoints = 8\ntraining = true\ntitle = {en = "A"}\n'
    )
    from autograder.config import read_assignment

    (tmp_path / "assignment.toml").write_text(settings)
    assignment = read_assignment(tmp_path / "assignment.toml")
    about = {"test_auc": AboutTest("auc", "test_auc", "AUC", 1.0, "", ())}

    def again(evidence: Evidence, *steps: tuple[float, float]) -> TestResult:
        profile = dataclasses.replace(PROFILE, auc_steps=tuple(AucStep(*step) for step in steps))
        report = rejudge(trained(evidence), "new", assignment, "en", profile, submission("x = 1"), about, {})
        assert report is not None and report.key == "new"
        (item,) = report.items
        (test,) = item.tests
        assert item.score == pytest.approx(8 * (test.credit or 0))
        return test

    return again


def test_other_thresholds_judge_the_stored_evidence(judged: Callable[..., TestResult]) -> None:
    """Lower ones earn more, higher ones less; the message names them; the evidence stays."""
    evidence = evidence_of(0.85, 0.84)
    assert trained(evidence).items[0].tests[0].credit == 0.75
    lower = judged(evidence, (0.7, 0.5), (0.8, 1.0))
    assert (lower.outcome, lower.credit, lower.numbers) == (Outcome.PASSED, 1.0, evidence.as_plain())
    higher = judged(evidence, (0.84, 0.25), (0.99, 1.0))
    assert (higher.outcome, higher.credit) == (Outcome.FAILED, 0.25) and "0.99" in higher.message
    assert judged(evidence, (0.9, 1.0)).credit == 0


def test_what_was_not_measured_is_a_flag_and_not_a_training(judged: Callable[..., TestResult]) -> None:
    """One run sufficed under the old thresholds, and under these a second one would be made."""
    (flag,) = judged(evidence_of(0.95), (0.97, 1.0), (0.5, 0.5)).flags
    assert "a second run" in flag and "--regrade" in flag
    assert judged(evidence_of(0.95), (0.9, 1.0)).flags == ()


def test_failures_stay_failures(judged: Callable[..., TestResult]) -> None:
    """No threshold gives credit to another network, or to one that training has hardly changed."""
    other = Evidence((Run(None, failure=Failure(FailureKind.OTHER_NETWORK, "not a plain VGG-16")),))
    assert judged(other, (0.1, 1.0)).message == "not a plain VGG-16"
    lucky = Evidence((dataclasses.replace(evidence_of(0.95).runs[0], gain=Gain(0.95, 0.95)),))
    assert judged(lucky, (0.1, 1.0)).credit == 0


def test_a_result_of_a_test_that_is_gone_has_to_be_run(tmp_path: Path) -> None:
    """There is no new verdict on it."""
    workspace = find_workspace(write_course(tmp_path))
    report = trained(evidence_of(0.95))
    assignment, profile = workspace.assignment("tiny"), workspace.course().active_profile
    assert rejudge(report, "new", assignment, "en", profile, submission(""), {}, {}) is None


def test_test_files_tell_about_their_tests(tmp_path: Path) -> None:
    """Nothing is run; a file that cannot be imported is the grader's fault."""
    workspace = find_workspace(write_course(tmp_path))
    found = listing.tests_by_name(files_of_tests(workspace.assignment("tiny").folder))
    assert found["test_arrays"] == AboutTest(
        "double", "test_arrays", "Arrays are doubled and left as they were.", 2.0, "Return a new array.", ()
    )
    assert found["test_after"].requires == ("double",) and len(found) == 5
