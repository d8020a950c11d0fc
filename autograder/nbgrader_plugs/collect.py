"""nbgrader's two ways of collecting, the exchange and zips of an LMS, made safe against hostile files.

Theory of operation: ``nbgrader collect`` runs with the instructor's rights in folders that belong to students.  It
follows their links (so that a link to the solutions is handed in as a notebook), trusts the student name in a
folder's name, and stops for the whole class at one odd entry.  ``nbgrader zip_collect`` unpacks without a limit,
treats the names *in* a student's archive as names that the LMS gave (so that one student can hand in as another),
and stops in the same way.  These classes plug into nbgrader's own extension points (see ``authoring/course.py``).
They take plain files of bounded size and number, and leave out the rest with a line for the instructor.
"""

from __future__ import annotations

import datetime
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Bool, List

from autograder.course_folder import CourseFolder
from autograder.errors import SubmissionError
from autograder.ids import is_student_id, normal_id
from autograder.intake.archives import entries_of, only_notebook, open_archive, read_entry
from autograder.intake.files import read_bytes
from autograder.intake.names import relative_parts, shown
from autograder.intake.plain_copy import copy_plain
from autograder.intake.receipt import SECRET, TIMESTAMP, read_receipt, read_secret, written
from autograder.lms.times import parse_lms_time
from autograder.nbgrader_plugs.exchange_folders import read_folder
from autograder.times import UTC
from autograder.workspace import find_workspace

MAX_EXTRACTED_BYTES = 8 * 2**30  # of a class
_NOBODY = ""


class CarefulCollect(ExchangeCollect):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ExchangeFactory.collect``: takes what students wrote into the exchange under their own names."""

    trust_times = Bool(
        False, help="Believe the times in folders' names, as after restoring an exchange from a backup."
    ).tag(config=True)
    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Finds each student's latest submission; folders without a valid owner stay in the exchange."""
        self._warned: set[tuple[str, str]] = set()
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] != _NOBODY]
        self.check_owner = False  # checked already; nbgrader's own check only warns

    def copy_files(self) -> None:
        """Copies one submission after the other; a fault in one does not stop the others."""
        records = self.src_records
        if not records:
            super().copy_files()  # logs that there are none
        for record in records:
            self.src_records = [record]
            try:
                super().copy_files()
            except (OSError, RuntimeError) as error:
                self.log.error("NOT COLLECTED: %s: %s", shown(record["filename"]), error)

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies the plain files of one submission, with a valid time and secret."""
        with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
            clean = Path(scratch, "clean")
            first = (f"{self.coursedir.assignment_id}.ipynb", SECRET)
            left_out = copy_plain(Path(src), clean, first=first, max_bytes=1000 * self.coursedir.max_dir_size)
            if left_out:
                names = ", ".join(map(shown, left_out[:5]))
                self.log.warning("%s: %d entries were left out: %s", shown(Path(src).name), len(left_out), names)
            time = self._path_to_record(src)["timestamp"]
            _write_anew(clean / TIMESTAMP, written(time))
            _write_anew(clean / SECRET, read_secret(clean) or secrets.token_hex(64))
            super().do_copy(str(clean), dest, log)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """As nbgrader's, except that a folder without a name, a time and the right owner belongs to nobody."""
        folder = read_folder(path, trust_times=self.trust_times)
        fault = "" if folder.time and is_student_id(folder.student) else "its name does not give a student and a time"
        if not fault and (folder.assignment != self.coursedir.assignment_id or not self._is_own(path, folder.student)):
            fault = f"it does not belong to {folder.student}"
        if fault or folder.warning:
            prefix = "NOT COLLECTED: " if fault else ""
            self._warn(path, f"{prefix}{shown(folder.name)}: {fault or folder.warning}")
        record = {"username": _NOBODY if fault else folder.student, "filename": folder.name}
        return record | {"timestamp": folder.time or datetime.datetime.min}

    def _warn(self, path: str, text: str) -> None:
        """Logs a warning once: nbgrader asks for a folder's record more than once."""
        if (path, text) not in self._warned:
            self._warned.add((path, text))
            self.log.warning(text)

    def _is_own(self, path: str, student: str) -> bool:
        """Whether a folder is the named student's, or was put there by the user who collects."""
        import pwd  # there is no exchange where this module is missing

        try:
            status = os.lstat(path)
            if not stat.S_ISDIR(status.st_mode) or not self.check_owner or status.st_uid == os.getuid():
                return stat.S_ISDIR(status.st_mode)
            return pwd.getpwuid(status.st_uid).pw_name == student
        except (OSError, KeyError):  # the folder or its owner's account was removed
            return False


def _write_anew(path: Path, text: str) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.write_text(text, encoding="ascii")


class CarefulNames(FileNameCollectorPlugin):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ZipCollectApp.collector_plugin``: a file's name must give a student's id, and any time must be valid."""

    valid_ext = List([".ipynb", ".py"], help="Endings of files that are collected.").tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """What nbgrader's plugin reads from the name, or None with a warning if the name cannot be used.

        A time without a zone is in the course's, and the result's is in UTC.  Newer work that is there already stays.
        """
        found: dict[str, Any] | None = super().collect(submitted_file)
        if not found or not {"student_id", "file_id"} <= set(found):
            return found  # nbgrader reports what is missing
        student, file, text = (found.get(key) for key in ("student_id", "file_id", "timestamp"))
        student, time = normal_id(student or ""), self._time(text)
        if not is_student_id(student):
            fault = f"{student!a} is not a student's id"
        elif not relative_parts(file or ""):
            fault = f"{file!a} is not a file's name"
        elif text and not time:
            fault = f"{text!a} is not a time"
        elif newer := self._newer(student, time):
            fault = f"newer work of {student} is there, {written(newer)}"
        else:
            return found | {"student_id": student} | ({"timestamp": written(time)} if time else {})
        self.log.warning("NOT COLLECTED: %s: %s", shown(os.path.basename(submitted_file)), fault)
        return None

    def attempt(self, submitted_file: str) -> tuple[tuple[str, str], datetime.datetime] | None:
        """Whose and which file a name is about, and the time in it (the earliest where there is none)."""
        found = re.match(self.named_regexp, submitted_file) if self.named_regexp else None
        groups = found.groupdict() if found else {}
        if not groups.get("student_id") or not groups.get("file_id"):
            return None
        stem, ending = os.path.splitext(groups["file_id"])[0], os.path.splitext(submitted_file)[1]
        time = self._time(groups.get("timestamp")) or datetime.datetime.min
        return (normal_id(groups["student_id"]), f"{stem}{ending}"), time

    def _time(self, text: str | None) -> datetime.datetime | None:
        return parse_lms_time(text, self._zone()) if text else None

    def _zone(self) -> ZoneInfo:
        return find_workspace(Path(self.parent.coursedir.root)).course().zone if self.parent else UTC

    def _newer(self, student: str, time: datetime.datetime | None) -> datetime.datetime | None:
        """The time of work that must not be replaced: it came later, or through the exchange and nothing tells."""
        if not self.parent:
            return None
        course = CourseFolder(Path(self.parent.coursedir.root))
        folder = course.submission(student, self.parent.coursedir.assignment_id)
        there = read_receipt(folder).time
        keeps = there and (there > time if time else bool(read_secret(folder)))
        return there if keeps else None


class CarefulExtractor(ExtractorPlugin):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ZipCollectApp.extractor_plugin``: takes notebooks out of an LMS's download.

    An archive that holds the work of several students keeps its folders.  An archive that one student handed in
    gives one notebook, which gets the archive's name: the student chose the names inside, so these do not tell
    who handed it in.  Of several attempts at one file the last one is taken; nbgrader would stop at the second.
    """

    def __init__(self, **arguments: Any):
        super().__init__(**arguments)
        if self.parent:
            self.parent.force = True  # a second run would stop at the files of the first; newer work stays anyway

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Fills the folder of extracted files from the folder of archives."""
        source, self.room_bytes = Path(archive_path), MAX_EXTRACTED_BYTES
        files = sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink())
        several = sum(path.suffix == ".zip" for path in files) > 1
        for path in files:
            place = Path(extracted_path) / path.relative_to(source)
            if path.suffix != ".zip":
                self._put(place, partial(read_bytes, path))
            elif several and self._collector().collect(str(place.with_suffix(".ipynb"))):
                self._put_students(place, partial(read_bytes, path))
            else:
                self._open(path, place.with_suffix(""))
        self._leave_out_older_attempts(Path(extracted_path))

    def _leave_out_older_attempts(self, extracted: Path) -> None:
        collector = self._collector()
        if not isinstance(collector, CarefulNames):  # an instructor's own
            return
        attempts: dict[tuple[str, str], list[tuple[datetime.datetime, list[object], Path]]] = {}
        for path in sorted(path for path in extracted.rglob("*") if path.is_file()):
            if found := collector.attempt(str(path)):
                attempts.setdefault(found[0], []).append((found[1], _natural(path.name), path))
        for (student, _), files in attempts.items():
            *older, newest = sorted(files, key=lambda file: file[:2])
            for *_, path in older:
                what = f"{shown(newest[-1].name)} is a later attempt of {shown(student)}"
                self.log.warning("NOT COLLECTED: %s: %s", shown(path.name), what)
                path.unlink()

    def _open(self, path: Path, folder: Path) -> None:
        try:
            archive = open_archive(path)
        except SubmissionError as error:
            self.log.error("NOT OPENED: %s", error)
            return
        with archive:
            entries = list(entries_of(archive))
            if lost := sum(not entry.is_dir() for entry in archive.infolist()) - len(entries):
                self.log.warning("NOT COLLECTED: %s: %d links or names that lead out of it", shown(path.name), lost)
            for name, entry in entries:
                put = self._put_students if name.suffix == ".zip" else self._put
                put(folder / name, partial(read_entry, archive, entry))

    def _put_students(self, place: Path, read: Callable[[], bytes]) -> None:
        wanted = f"{self.parent.coursedir.assignment_id}.ipynb"
        self._put(place.with_suffix(".ipynb"), lambda: only_notebook(read(), wanted))

    def _put(self, place: Path, read: Callable[[], bytes]) -> None:
        if place.suffix not in self._collector().valid_ext:
            self.log.warning("NOT COLLECTED: %s: only .ipynb, .py and .zip files are", shown(place.name))
            return
        try:
            data = read()
            if len(data) > self.room_bytes:
                raise SubmissionError(f"the class has more than {MAX_EXTRACTED_BYTES // 2**30} GiB")
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                file.write(data)
        except (SubmissionError, OSError) as error:
            self.log.error("NOT COLLECTED: %s: %s", shown(place.name), error)
        else:
            self.room_bytes -= len(data)

    def _collector(self) -> Any:
        return self.parent.collector_plugin_inst


def _natural(name: str) -> list[object]:
    """A name as people sort it: ``-10`` after ``-9``, and a name without a number first."""
    stem, _ = os.path.splitext(name)
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", stem)]
