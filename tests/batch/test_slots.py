"""Batch grading: several slots give what one gives, and a lost slot is our fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.batch.slots import Job, grade_all
from autograder.errors import UsageError
from autograder.model import Report
from tests.grading.conftest import REFERENCE, submission, write_course

SOURCES = {
    "ana": REFERENCE,
    "ben": "def double(x): return x + x\ndef after(): return 1",
    "chloe": "def double(x): return x * x",
    "dmitri": "",
    "eun": "import os\ndef double(x): os._exit(1)",
    "farid": "def double(x): return None",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course as a checkout."""
    return write_course(tmp_path_factory.mktemp("batch"))


def graded(course: Path, slots: int) -> dict[str, Report]:
    """Every student's report."""
    jobs = [Job(student, submission(source, student)) for student, source in SOURCES.items()]
    return {result.job.student: result.report for result in grade_all(course, "tiny", jobs, slots=slots)}


def test_parallel_equals_serial(course: Path) -> None:
    """Scores, outcomes and messages do not depend on the number of slots."""
    one, three = graded(course, 1), graded(course, 3)
    assert set(one) == set(three) == set(SOURCES)
    for student, report in one.items():
        other = three[student]
        assert (report.key, report.score, report.outcome) == (other.key, other.score, other.outcome)
        for mine, theirs in zip(report.items, other.items, strict=True):
            assert [(t.name, t.outcome, t.message) for t in mine.tests] == [
                (t.name, t.outcome, t.message) for t in theirs.tests
            ]


def test_no_slot_is_wrong_usage(course: Path) -> None:
    """Zero workers are refused before anything starts."""
    with pytest.raises(UsageError, match="at least 1"):
        list(grade_all(course, "tiny", [Job("a", submission(""))], slots=0))


def test_no_jobs_start_nothing(course: Path) -> None:
    """An empty class is graded at once."""
    assert list(grade_all(course, "tiny", [], slots=2)) == []


def test_an_engine_that_cannot_be_made_is_a_grader_error(course: Path) -> None:
    """On a cluster the fault becomes a report that awards nothing."""
    jobs = [Job(student, submission(REFERENCE, student)) for student in ("a", "b")]
    results = list(grade_all(course, "tiny", jobs, slots=2, sandbox="castle"))
    assert [(r.report.outcome, r.report.score) for r in results] == [("grader_error", 0.0)] * 2
    assert all("castle" in r.report.notes[0] for r in results)
