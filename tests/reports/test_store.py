"""The report store: whole files, found by key and by student."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.model import (
    REPORT_SCHEMA,
    Chunk,
    ItemResult,
    Kind,
    Outcome,
    Report,
    Submission,
    SubmissionOutcome,
    TestResult,
)
from autograder.reports.store import ReportStore

SUBMISSION = Submission("kim", (Chunk("solution-double", "x = '한글'"),))
TEST = TestResult("t", "double", 1.0, Outcome.PASSED, "Title", credit=0.5, flags=("look",), numbers={"auc": 0.9})
ITEM = ItemResult("double", "Doubling", Kind.AUTOMATIC, 1.0, 2.0, (TEST,))


def _report(key: str = "abc123") -> Report:
    return Report(key, "tiny", "kim", SubmissionOutcome.GRADED, 1.0, 2.0, (ITEM,))


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    """By its key, and as the student's latest."""
    store = ReportStore(tmp_path / "reports")
    assert store.get("abc123") is None and store.latest("tiny", "kim") is None
    store.put(_report(), student="kim", submission=SUBMISSION)
    assert store.get("abc123") == _report() == store.latest("tiny", "kim", SUBMISSION)
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".new")] == []


def test_a_report_of_other_work_is_not_the_latest(tmp_path: Path) -> None:
    """After a second submission the first one's report does not count."""
    store = ReportStore(tmp_path)
    store.put(_report(), student="kim", submission=SUBMISSION)
    assert store.latest("tiny", "kim", Submission("kim", ())) is None


def test_damaged_and_old_files_count_as_missing(tmp_path: Path) -> None:
    """They are graded again, not trusted."""
    store = ReportStore(tmp_path)
    store.put(_report())
    path = next(tmp_path.rglob("abc123.json"))
    for text in ("{", "[]", json.dumps(_report().to_json() | {"schema": 0}), json.dumps({"schema": REPORT_SCHEMA})):
        path.write_text(text)
        assert store.get("abc123") is None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a/b", "a" * 200])
def test_keys_cannot_leave_the_folder(tmp_path: Path, key: str) -> None:
    """A key is letters and digits."""
    with pytest.raises(GraderError):
        ReportStore(tmp_path).put(_report(key))


@pytest.mark.parametrize("student", ["..", "../x", "a b", "한", "."])
def test_any_student_id_is_a_file_name(tmp_path: Path, student: str) -> None:
    """Odd ids stay inside the index and do not collide."""
    store = ReportStore(tmp_path)
    store.put(_report(), student=student, submission=SUBMISSION)
    assert store.latest("tiny", student) == _report() and store.latest("tiny", "kim") is None
    assert len(list((tmp_path / "index" / "tiny").iterdir())) == 1


def test_a_student_can_be_forgotten(tmp_path: Path) -> None:
    """Every report that names them goes, older ones as well; others keep theirs."""
    store = ReportStore(tmp_path)
    store.put(_report("older"), student="kim", submission=SUBMISSION)
    store.put(_report("latest"), student="kim", submission=SUBMISSION)
    store.put(dataclasses.replace(_report("other"), label="lee"), student="lee", submission=SUBMISSION)
    assert store.forget("kim") == 2
    assert store.get("older") is None and store.get("latest") is None and store.latest("tiny", "kim") is None
    assert store.latest("tiny", "lee", SUBMISSION) is not None
    assert store.forget("kim") == 0
