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
import itertools
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

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Bool

from autograder.errors import SubmissionError
from autograder.ids import is_student_id
from autograder.intake.archives import entries_of, only_notebook, open_archive, read_entry
from autograder.intake.files import read_bytes
from autograder.intake.names import relative_parts, shown
from autograder.intake.plain_copy import copy_plain
from autograder.intake.receipt import SECRET, TIMESTAMP, parse_time, read_secret, written
from autograder.times import AmbiguousTimeError, as_utc, read_time

MAX_EXTRACTED_BYTES = 8 * 2**30  # of a class
MAX_ENTRIES_LOOKED_AT = 1_000  # in a folder of the exchange, for the time of its last change
LATE_CHANGE = datetime.timedelta(minutes=15)  # copying takes a while, and clocks differ
_NOBODY = ""
_FOLDER = re.compile(  # the time may end with an offset, such as +0900
    r"(?P<student>[^+]*)\+(?P<assignment>[^+]*)\+(?P<time>[^+]*(?:\+\d\d:?\d\d)?)(?:\+[^+]*)?", re.DOTALL
)


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
        name, assignment, stated = _parts(path)
        time = self._time(path, stated)
        fault = "" if time and is_student_id(name) else "its name does not give a student and a time"
        if not fault and (assignment != self.coursedir.assignment_id or not self._is_own(path, name)):
            fault = f"it does not belong to {name}"
        if fault:
            self._warn(path, f"NOT COLLECTED: {shown(os.path.basename(path))}: {fault}")
        record = {"username": _NOBODY if fault else name, "filename": os.path.basename(path)}
        return record | {"timestamp": time or datetime.datetime.min}

    def _time(self, path: str, stated: str) -> datetime.datetime | None:
        """When a folder was handed in: the time in its name, unless it was changed long after that.

        Students write the exchange's folders themselves, so that a name may state any time.
        """
        changed = _changed(path)
        why = ""
        try:
            time: datetime.datetime | None = as_utc(read_time(stated))
        except AmbiguousTimeError as error:
            time, why = changed, f"its time is ambiguous ({error})"
        except ValueError:
            return None
        if not why and time and changed and changed - time > LATE_CHANGE and not self.trust_times:
            why, time = f"it states {time:%Y-%m-%d %H:%M} UTC but was changed later", changed
        if why and changed:
            name = shown(os.path.basename(path))
            self._warn(path, f"{name}: {why}; the time of the change counts, {changed:%Y-%m-%d %H:%M} UTC")
        return time

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


def _parts(path: str) -> tuple[str, str, str]:
    """Student, assignment and time from a folder's name in nbgrader's form; "" for each if it has another."""
    found = _FOLDER.fullmatch(os.path.basename(path))
    return (found["student"], found["assignment"], found["time"]) if found else ("", "", "")


def _changed(path: str) -> datetime.datetime | None:
    """The last change of a folder or of a file directly in it, in UTC; None where it cannot be read.

    Its owner can set the time of modification back, but not the time of change (ctime).  A folder of the user who
    collects was put there by that user, as from a backup, which keeps only the first.
    """
    try:
        with os.scandir(path) as entries:
            files = [entry.stat(follow_symlinks=False) for entry in itertools.islice(entries, MAX_ENTRIES_LOOKED_AT)]
        folder = os.lstat(path)
        own = hasattr(os, "getuid") and folder.st_uid == os.getuid()
        latest = max(status.st_mtime if own else status.st_ctime for status in (folder, *files))
        return as_utc(datetime.datetime.fromtimestamp(latest, datetime.UTC))
    except (OSError, ValueError, OverflowError):
        return None


def _write_anew(path: Path, text: str) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.write_text(text, encoding="ascii")


class CarefulNames(FileNameCollectorPlugin):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ZipCollectApp.collector_plugin``: a file's name must give a student's id, and any time must be valid."""

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """What nbgrader's plugin reads from the name, or None with a warning if the name cannot be used."""
        found: dict[str, Any] | None = super().collect(submitted_file)
        if not found or not {"student_id", "file_id"} <= set(found):
            return found  # nbgrader reports what is missing
        student, file, time = (found.get(key) for key in ("student_id", "file_id", "timestamp"))
        if not is_student_id(student or ""):
            fault = f"{student!a} is not a student's id"
        elif not relative_parts(file or ""):
            fault = f"{file!a} is not a file's name"
        elif time and not parse_time(time):
            fault = f"{time!a} is not a time"
        else:
            return found
        self.log.warning("NOT COLLECTED: %s: %s", shown(os.path.basename(submitted_file)), fault)
        return None


class CarefulExtractor(ExtractorPlugin):  # type: ignore[misc]  # nbgrader has no type hints
    """For ``c.ZipCollectApp.extractor_plugin``: takes notebooks out of an LMS's download.

    An archive that holds the work of several students keeps its folders.  An archive that one student handed in
    gives one notebook, which gets the archive's name: the student chose the names inside, so these do not tell
    who handed it in.
    """

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

    def _open(self, path: Path, folder: Path) -> None:
        try:
            archive = open_archive(path)
        except SubmissionError as error:
            self.log.error("NOT OPENED: %s", error)
            return
        with archive:
            for name, entry in entries_of(archive):
                put = self._put_students if name.suffix == ".zip" else self._put
                put(folder / name, partial(read_entry, archive, entry))

    def _put_students(self, place: Path, read: Callable[[], bytes]) -> None:
        wanted = f"{self.parent.coursedir.assignment_id}.ipynb"
        self._put(place.with_suffix(".ipynb"), lambda: only_notebook(read(), wanted))

    def _put(self, place: Path, read: Callable[[], bytes]) -> None:
        if place.suffix not in self._collector().valid_ext:
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
