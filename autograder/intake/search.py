"""Finds what may be a student's work in a folder or archive, where no file of the wanted name can be graded.

Theory of operation: students pack folders into archives, browsers add ``(1)`` and ``.txt``, Jupyter keeps checkpoints.
The search is bounded (depth, entries, files, bytes), follows no link, and opens archives one level deep.  It only
lists candidates in a fixed order; ``work`` reads and judges them.
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.intake.archives import entries_of, read_entry, students_archive
from autograder.intake.content import not_a_notebook
from autograder.intake.files import read_bytes
from autograder.intake.kinds import ZIP, is_document, kind_of_bytes
from autograder.intake.messages import say
from autograder.intake.names import shown
from autograder.intake.receipt import SECRET, TIMESTAMP

MAX_ENTRIES = 10_000
MAX_DEPTH = 4
MAX_CANDIDATES = 20  # of a tier
MAX_ARCHIVES = 5
CHECKPOINTS = ".ipynb_checkpoints"
NOTEBOOK, CHECKPOINT, PROGRAM = range(3)  # tiers: a lower one counts only where there is none of a higher one
_NOTEBOOK_NAME = re.compile(r"\.ipynb(?![a-z])")
_DATA_NAME = re.compile(r"[^.]+|.*\.(?:json|txt)")  # of other files, too: a notebook only if it reads as one
_PROGRAM_NAME = re.compile(r"\.py(?:\.txt)?$")
_COURSES_OWN = re.compile(r"(?:test_.*|conftest|nbgrader_config.*|setup)\.py")
_NOT_WORK = frozenset({TIMESTAMP, SECRET, "makefile", "license", "readme.txt", "requirements.txt"})
_COURSES_FOLDERS = frozenset({"checks", "__macosx", "__pycache__", "node_modules", "site-packages"})


@dataclass(frozen=True)
class Candidate:
    """A file that may be a student's work.

    Attributes:
        place: its path below the folder, an archive's name being part of it.
        tier: ``NOTEBOOK``, ``CHECKPOINT`` or ``PROGRAM``.
        read: gives its bytes, or raises ``SubmissionError``.
        path: the file on disk: the archive for what is in one.
        in_archive: whether it is in an archive, in which no other one is opened.
    """

    place: PurePosixPath
    tier: int
    read: Callable[[], bytes]
    path: Path
    in_archive: bool = False

    @property
    def name(self) -> str:
        """Its path, as messages show it."""
        return shown(str(self.place))

    @property
    def may_be_data(self) -> bool:
        """Whether its name says nothing about notebooks, so that it may be something else without being a fault."""
        return not _NOTEBOOK_NAME.search(_plain(self.place.name)) and self.tier != PROGRAM

    @property
    def is_named_program(self) -> bool:
        """Whether its name says that it is a program."""
        return bool(_PROGRAM_NAME.search(_plain(self.place.name)))

    @property
    def is_linked(self) -> bool:
        """Whether the file has a second name on the disk (a hard link)."""
        return not self.in_archive and self.path.lstat().st_nlink > 1

    def has_name(self, wanted: str) -> bool:
        """Whether it is called ``wanted``; case and Unicode form do not matter."""
        return _plain(self.place.name) == _plain(wanted)


def candidates_in(folder: Path, language: str = "en") -> list[Candidate]:
    """Everything in a folder that may be a student's work, best tier first and nearest first.

    Raises:
        OSError: the folder cannot be read.
    """
    found: list[Candidate] = []
    archives = 0
    for place, path in _files(folder):
        if _plain(place.name).endswith(".zip"):
            archives += 1
            found += _in_archive(place, path, language) if archives <= MAX_ARCHIVES else []
        elif (tier := _tier(place)) is not None:
            found.append(Candidate(place, tier, partial(read_bytes, path, language), path))
    return _in_order(found)


def candidates_in_archive(name: str, data: bytes, path: Path, language: str = "en") -> list[Candidate]:
    """The same for the bytes of an archive.

    Raises:
        SubmissionError: it is an office document or cannot be opened; the text is for the student.
    """
    try:
        archive = students_archive(data)
    except SubmissionError as error:
        raise SubmissionError(say("bad_archive", language, name=shown(name))) from error
    if is_document(archive.namelist()):
        raise SubmissionError(not_a_notebook(shown(name), "office", language))
    found = []
    for place, entry in entries_of(archive):
        if (tier := _tier(place)) is not None:
            read = partial(_from_archive, archive, entry, PurePosixPath(name) / place, language)
            found.append(Candidate(PurePosixPath(name) / place, tier, read, path, in_archive=True))
    return _in_order(found)


def _in_archive(place: PurePosixPath, path: Path, language: str) -> list[Candidate]:
    try:
        data = read_bytes(path, language)
        return candidates_in_archive(str(place), data, path, language) if kind_of_bytes(data) == ZIP else []
    except SubmissionError:
        return []


def _from_archive(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: PurePosixPath, language: str) -> bytes:
    try:
        return read_entry(archive, entry)
    except SubmissionError as error:
        raise SubmissionError(say("bad_archive", language, name=shown(str(place)))) from error


def _files(folder: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    """The plain files of a folder and of those in it, nearest first; at most ``MAX_ENTRIES`` entries are looked at."""
    left, waiting = MAX_ENTRIES, deque([PurePosixPath()])
    while waiting and left > 0:
        place = waiting.popleft()
        try:
            with os.scandir(folder / place) as entries:
                listed = sorted(itertools.islice(entries, left), key=lambda entry: entry.name)
        except OSError:
            if not place.parts:
                raise
            continue  # a folder without read permission
        left -= len(listed) + 1
        for entry in listed:
            if entry.is_file(follow_symlinks=False):
                yield place / entry.name, Path(entry.path)
            elif entry.is_dir(follow_symlinks=False) and len(place.parts) < MAX_DEPTH:
                waiting += [] if _is_passed_over(entry.name) else [place / entry.name]


def _is_passed_over(folder: str) -> bool:
    return folder != CHECKPOINTS and (folder.startswith(".") or _plain(folder) in _COURSES_FOLDERS)


def _tier(place: PurePosixPath) -> int | None:
    name = _plain(place.name)
    if name.startswith(".") or any(map(_is_passed_over, place.parts[:-1])):
        return None
    if _PROGRAM_NAME.search(name):
        return None if _COURSES_OWN.fullmatch(name) else PROGRAM
    if _NOTEBOOK_NAME.search(name) or (_DATA_NAME.fullmatch(name) and name not in _NOT_WORK):
        return CHECKPOINT if CHECKPOINTS in place.parts else NOTEBOOK
    return None


def _in_order(found: list[Candidate]) -> list[Candidate]:
    """Best tier first, then certain ones, then the nearest; at most ``MAX_CANDIDATES`` of a tier."""
    found = sorted(found, key=lambda c: (c.may_be_data, len(c.place.parts), str(c.place)))
    return [
        c for tier in (NOTEBOOK, CHECKPOINT, PROGRAM) for c in [c for c in found if c.tier == tier][:MAX_CANDIDATES]
    ]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
