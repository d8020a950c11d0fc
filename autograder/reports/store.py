"""Keeps reports as JSON files: content-addressed, with an index of each student's latest one.

``reports/<key[:2]>/<key>.json`` holds a report; ``index/<assignment>/<student>.json`` names the key and
the digest of the submission that it graded, so that a report of an older submission is never used for
the present one; ``runs/<run[:2]>/<run>.json`` names the latest report of what was run, from which another verdict can
be made without running it again.  Files appear whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.errors import GraderError
from autograder.files import write_text
from autograder.model import Report, Submission
from autograder.reports.per_student import file_name

_KEY = re.compile(r"[A-Za-z0-9_-]{1,128}")


class ReportStore:
    """Reports in a folder (made on first use)."""

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, key: str) -> Report | None:
        """The report of that key; None if there is none or it has another schema."""
        data = _read(self._report_path(key))
        try:
            return Report.from_json(data) if data else None
        except (ValueError, KeyError, TypeError):
            return None

    def put(self, report: Report, *, student: str | None = None, submission: Submission | None = None) -> None:
        """Saves a report; with a student and the submission, also as that student's latest one."""
        _write(self._report_path(report.key), report.to_json())
        if report.run:
            _write(self._path("runs", report.run), {"key": report.key})
        if student is not None and submission is not None:
            entry = {"key": report.key, "source": source_digest(submission)}
            _write(self._index_path(report.assignment, student), entry)

    def of_run(self, run: str) -> Report | None:
        """The latest report of what was run; see ``grading.edition``."""
        key = str(_read(self._path("runs", run)).get("key", ""))
        return self.get(key) if _KEY.fullmatch(key) else None

    def latest_source(self, assignment_id: str, student: str) -> str:
        """The digest of the submission that the student's latest report graded; "" where there is none."""
        return str(_read(self._index_path(assignment_id, student)).get("source", ""))

    def latest(self, assignment_id: str, student: str, submission: Submission | None = None) -> Report | None:
        """The student's latest report; with a submission, only if the report graded that submission."""
        entry = _read(self._index_path(assignment_id, student))
        if not entry or (submission is not None and entry.get("source") != source_digest(submission)):
            return None
        key = str(entry.get("key", ""))
        return self.get(key) if _KEY.fullmatch(key) else None

    def forget(self, student: str) -> int:
        """Removes a student's index entries and every report that names them; returns the number of removed reports.

        Such a report may serve another student's identical submission too; it is made again when that
        submission is graded.
        """
        entries = list(self.folder.glob(f"index/*/{file_name(student)}"))
        reports = [path for path in self.folder.glob("reports/*/*.json") if _read(path).get("label") == student]
        for path in [*entries, *reports]:
            path.unlink(missing_ok=True)
        return len(reports)

    def _report_path(self, key: str) -> Path:
        return self._path("reports", key)

    def _path(self, kind: str, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise GraderError(f"a report's key may hold letters, digits, _ and -, got {key!r}")
        return self.folder / kind / key[:2] / f"{key}.json"

    def _index_path(self, assignment_id: str, student: str) -> Path:
        return self.folder / "index" / quote(assignment_id, safe="") / file_name(student)


def source_digest(submission: Submission) -> str:
    """Hash of a submission: of its chunks' names and sources."""
    text = json.dumps([[chunk.name, chunk.source] for chunk in submission.chunks])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")), private=True)
