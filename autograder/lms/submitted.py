"""Puts an attempt into ``submitted/<student>/<assignment>/``, unless newer or equal work is there already.

Theory of operation: collecting is repeated, with older and newer downloads and beside nbgrader's exchange.  What was
put there is remembered (times, attempt numbers, hashes), so that work of another origin is recognised.  Work is
replaced only by newer work; where nothing tells which is newer, work of another origin stays, and a line says so.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from autograder.course_folder import CourseFolder
from autograder.errors import SubmissionError
from autograder.files import write_json
from autograder.intake.files import read_bytes
from autograder.intake.receipt import TIMESTAMP, read_receipt, written
from autograder.lms.downloads import is_notebook


@dataclass(frozen=True)
class Work:
    """What a student handed in: one attempt.

    Attributes:
        files: contents by their places.
        time: in UTC without a zone; None where nothing says.
        order: of attempts without a time.
        layout: of the download.
        origin: the place in the download of the file, or of one of the files.
    """

    student: str
    files: Mapping[PurePosixPath, bytes]
    time: datetime.datetime | None = None
    order: tuple[int, ...] = ()
    layout: str = ""
    origin: str = ""

    @property
    def digests(self) -> dict[str, str]:
        """Hashes of the files, by their places."""
        return {path.as_posix(): hashlib.sha256(data).hexdigest() for path, data in self.files.items()}


@dataclass(frozen=True)
class Placed:
    """What became of an attempt: ``collected``, ``unchanged`` or ``kept`` (what was there stays; ``why``).

    ``undecided`` says that nothing tells which work is newer.
    """

    outcome: str
    why: str = ""
    undecided: bool = False


@dataclass(frozen=True)
class _Record:
    """What collecting remembers of the work that it put there."""

    layout: str
    files: dict[str, str]
    order: tuple[int, ...] = ()
    origin: str = ""


def place(course: CourseFolder, assignment_id: str, work: Work, *, replace: bool = False, write: bool = True) -> Placed:
    """Writes an attempt where grading looks for it.

    Args:
        course: where to.
        assignment_id: the assignment.
        work: of one student.
        replace: also replace work of another origin that may be newer.
        write: false to see only what would happen.
    """
    folder = course.submission(work.student, assignment_id)
    present = _present(folder)
    record = _read_record(course, assignment_id, work.student)
    ours = record if record and record.files.items() <= present.items() else None
    placed = _decide(folder, present, ours, work)
    if placed.outcome == "kept" and replace:
        placed = Placed("collected")
    if placed.outcome == "collected" and write:
        _write(course, folder, work)
        record = _Record(work.layout, work.digests, work.order, work.origin)
        path = _record_path(course, assignment_id, work.student)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_json(path, dataclasses.asdict(record), private=True)
    return placed


def take_over(course: CourseFolder, assignment_id: str, student: str, former: str) -> bool:
    """Moves work that was collected under another id to its student, who has none yet; returns whether it did."""
    old, new = course.submission(former, assignment_id), course.submission(student, assignment_id)
    if old.is_symlink() or not old.is_dir() or os.path.lexists(new):
        return False
    new.parent.mkdir(parents=True, exist_ok=True)
    os.rename(old, new)
    if not any(old.parent.iterdir()):
        old.parent.rmdir()
    record = _record_path(course, assignment_id, former)
    if record.is_file():
        os.replace(record, _record_path(course, assignment_id, student))
    return True


def origin_of(course: CourseFolder, assignment_id: str, student: str, layout: str) -> str:
    """The place of a student's file in the download of a learning system, "" where the work did not come from there."""
    record = _read_record(course, assignment_id, student)
    return record.origin if record and record.layout == layout else ""


def _decide(folder: Path, present: Mapping[str, str], ours: _Record | None, work: Work) -> Placed:
    time = read_receipt(folder).time
    if not present:
        return Placed("collected")
    if (ours and ours.files == work.digests) or (not ours and work.digests.items() <= present.items()):
        return Placed("collected" if work.time and time is None else "unchanged")
    if ours and ours.order and work.order and ours.layout == work.layout:
        return Placed("collected") if work.order >= ours.order else Placed("kept", "what is there is a later attempt")
    if work.time and time:
        why = f"what is there was handed in later, {written(time)}"
        return Placed("collected") if work.time >= time else Placed("kept", why)
    if ours:
        return Placed("collected")
    when = f"of {written(time)}" if time else "without a time"
    why = f"other work {when} is in submitted/, and nothing tells which is newer; --replace takes the download's"
    return Placed("kept", why, undecided=True)


def _present(folder: Path) -> dict[str, str]:
    """Hashes of the notebooks and Python files in a folder, by their places."""
    digests = {}
    for place, _, names in os.walk(folder) if not folder.is_symlink() else ():
        for name in filter(is_notebook, names):
            path = Path(place, name)
            try:
                digests[path.relative_to(folder).as_posix()] = hashlib.sha256(read_bytes(path)).hexdigest()
            except SubmissionError:
                digests[path.relative_to(folder).as_posix()] = ""
    return digests


def _write(course: CourseFolder, folder: Path, work: Work) -> None:
    """The new folder takes the place of the old one when it is whole."""
    course.state.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.state, prefix="collecting-") as scratch:
        new, old = Path(scratch, "new"), Path(scratch, "old")
        for path, data in work.files.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if work.time:
            (new / TIMESTAMP).write_text(written(work.time), encoding="ascii")
        folder.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(folder):
            os.rename(folder, old)
        os.rename(new, folder)
        if old.is_symlink() or old.is_file():
            old.unlink()
        else:
            shutil.rmtree(old, ignore_errors=True)


def _record_path(course: CourseFolder, assignment_id: str, student: str) -> Path:
    return course.state / "collected" / quote(assignment_id, safe="") / f"{quote(student, safe='@')}.json"


def _read_record(course: CourseFolder, assignment_id: str, student: str) -> _Record | None:
    try:
        data = json.loads(_record_path(course, assignment_id, student).read_text(encoding="utf-8"))
        return _Record(data["layout"], dict(data["files"]), tuple(data["order"]), str(data.get("origin", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # then what is there counts as of another origin
