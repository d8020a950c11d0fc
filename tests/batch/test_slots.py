"""Batch grading: several slots give what one gives, and a lost slot is our fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.batch.slots import Job, grade_all
from autograder.errors import UsageError
from autograder.model import Report
from autograder.reports.store import ReportStore
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


@pytest.mark.parametrize("fault", [TimeoutError(), OSError("nanny")])
def test_slots_that_end_badly_lose_nothing(
    course: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    """All results have come by then; a line says so."""
    from distributed import LocalCluster

    close = LocalCluster.close

    def fails(self: LocalCluster, timeout: float | None = None) -> None:
        close(self, timeout=timeout)
        raise fault

    monkeypatch.setattr(LocalCluster, "close", fails)
    jobs = [Job(student, submission(REFERENCE, student)) for student in ("a", "b")]
    assert sorted(result.job.student for result in grade_all(course, "tiny", jobs, slots=2)) == ["a", "b"]
    (message,) = [message for message in caplog.messages if "slots ended badly" in message]
    assert type(fault).__name__ in message


def test_a_slot_keeps_its_report_at_once(course: Path, tmp_path: Path) -> None:
    """Before anybody has taken the result; what is not graded is not kept."""
    jobs = [Job(student, submission(REFERENCE, student)) for student in ("a", "b")]
    results = grade_all(course, "tiny", jobs, slots=1, reports=tmp_path)
    first = next(results)
    assert ReportStore(tmp_path).get(first.report.key) == first.report
    assert ReportStore(tmp_path).of_run(first.report.run) == first.report
    results.close()
    list(grade_all(course, "tiny", jobs, slots=2, sandbox="castle", reports=tmp_path / "none"))
    assert not (tmp_path / "none").exists()
