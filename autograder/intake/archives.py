"""Reads zip archives that students or an LMS packed; only the entries asked for are read.

Theory of operation: an archive's entries state their path, kind and length, and each of these may be false.  So
nothing is extracted: entries are listed under names that stay below the folder, and read up to a limit.  Names
that are not marked as UTF-8 are often CP949 on Korean systems.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.intake.files import MAX_FILE_BYTES
from autograder.intake.names import relative_parts, shown

MAX_STUDENTS_ENTRIES = 10_000
MAX_CLASS_ENTRIES = 100_000
_MARK_OF_ENTRY = b"PK\x01\x02"
_IS_UTF8 = 0x800
_SIMPLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, OverflowError)
"""What zipfile raises for archives that are damaged, forged, encrypted or of an unknown kind."""


def open_archive(path: Path) -> zipfile.ZipFile:
    """Opens an archive that an LMS has packed.

    Raises:
        SubmissionError: it is not a zip archive.
    """
    try:
        return zipfile.ZipFile(path)
    except _FAULTS as error:
        raise SubmissionError(f"{shown(path.name)} is not a zip archive that can be opened") from error


def entries_of(archive: zipfile.ZipFile) -> Iterator[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The plain files in an archive, under their names; those that would lead out of the folder are left out."""
    for entry in archive.infolist()[:MAX_CLASS_ENTRIES]:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        parts = relative_parts(_name(entry))
        if parts and kind in (0, stat.S_IFREG) and not entry.is_dir():
            yield PurePosixPath(*parts), entry


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int = MAX_FILE_BYTES) -> bytes:
    """The content of an entry.

    Raises:
        SubmissionError: it is longer than ``limit`` bytes, encrypted or damaged.
    """
    if entry.compress_type not in _SIMPLE:
        raise SubmissionError("is compressed in an unusual way")
    try:
        with archive.open(entry) as stream:
            data = stream.read(limit + 1)
    except _FAULTS as error:
        raise SubmissionError("is encrypted or damaged") from error
    if len(data) > limit:
        raise SubmissionError(f"has more than {limit // 2**20} MiB")
    return data


def only_notebook(data: bytes, wanted: str) -> bytes:
    """The notebook in an archive that a student has packed: the one of that name, or else the only one.

    Raises:
        SubmissionError: there is none or there are several, or the archive cannot be read.
    """
    with students_archive(data) as archive:
        found = [(path, entry) for path, entry in entries_of(archive) if _is_notebook(path)]
        named = [(path, entry) for path, entry in found if path.name == wanted]
        if len(named or found) != 1:
            raise SubmissionError(f"holds {len(named or found)} notebooks; wanted one, {wanted}")
        return read_entry(archive, (named or found)[0][1])


def students_archive(data: bytes) -> zipfile.ZipFile:
    """Opens an archive that one student has packed.

    Raises:
        SubmissionError: it has too many entries, or cannot be read.
    """
    if data.count(_MARK_OF_ENTRY) > MAX_STUDENTS_ENTRIES:
        raise SubmissionError(f"has more than {MAX_STUDENTS_ENTRIES} entries")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as error:
        raise SubmissionError("is not a zip archive that can be opened") from error


def _is_notebook(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix == ".ipynb" and not hidden


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's name; zipfile decodes a name without the UTF-8 mark as CP437, which gives any bytes back."""
    name = entry.orig_filename
    if not entry.flag_bits & _IS_UTF8:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name)
