"""Reads a submitted file as bytes or notebook cells, trusting nothing about it.

Theory of operation: the file's name, kind, size, encoding and structure all come from a student.  The file is
opened without following a link and without blocking (a FIFO would), its size is checked before a byte is
read, its brackets are counted before it is parsed (a small file of nested empty lists becomes gigabytes of
Python objects), and every field of the result is checked for its type.  What cannot be used raises
``SubmissionError`` with a text for the student.
"""

from __future__ import annotations

import json
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.intake.messages import say
from autograder.intake.names import MAX_NAME_CHARACTERS, shown

MAX_FILE_BYTES = 64 * 2**20  # a notebook of 50 MB with large outputs is still graded
MAX_JSON_CONTAINERS = 4_000_000  # lists and objects, counted before parsing
MAX_CELLS = 2_000
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})


@dataclass(frozen=True)
class Cell:
    """A cell of a submitted notebook, reduced to what is used of it.

    ``odd`` says that characters which are not valid text were replaced.
    """

    kind: str
    source: str
    grade_id: str = ""
    odd: bool = False
    nbgrader: dict[str, object] = field(default_factory=dict)
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


def read_bytes(path: Path, language: str = "en", *, limit: int = MAX_FILE_BYTES) -> bytes:
    """The content of an ordinary file, at most ``limit`` bytes.

    Raises:
        SubmissionError: it is a link, a folder, a device, too big, or unreadable.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    name = shown(path.name)
    try:
        if path.is_symlink():
            raise SubmissionError(say("no_file", language, name=name))
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SubmissionError(say("no_file", language, name=name))
            data = b"" if status.st_size > limit else file.read(limit + 1)
            size = max(status.st_size, len(data))
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise SubmissionError(say("no_file", language, name=name)) from error
    if size > limit:
        raise SubmissionError(say("too_big", language, name=name, mib=-(-size // 2**20), limit=limit // 2**20))
    return data


def read_cells(path: Path, language: str = "en") -> list[Cell]:
    """The cells of a notebook file in UTF-8, such as the released one; ``content`` reads what students hand in.

    Raises:
        SubmissionError: as ``read_bytes``, or it is not a notebook.
    """
    text = read_bytes(path, language).decode("utf-8-sig", errors="replace")
    try:
        return cells_of(text, shown(path.name), language)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(say("not_json", language, name=shown(path.name), why=shown(str(error)))) from None


def cells_of(text: str, name: str, language: str = "en") -> list[Cell]:
    """The cells of a notebook's text.

    Raises:
        ValueError, RecursionError: it is not JSON.
        SubmissionError: it is not a notebook.
    """
    if text.count("[") + text.count("{") > MAX_JSON_CONTAINERS:
        raise SubmissionError(say("not_notebook", language, name=name, why="too many lists"))
    data = json.loads(text)
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError(say("not_notebook", language, name=name, why="no list of cells"))
    if len(cells) > MAX_CELLS:
        raise SubmissionError(say("too_many_cells", language, name=name, limit=MAX_CELLS))
    return [cell for raw in cells if (cell := _cell(raw)) is not None]


def _cell(raw: object) -> Cell | None:
    """A checked cell, or None if the value is not a cell."""
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return None
    clean = source.encode("utf-8", errors="replace").decode("utf-8")  # lone surrogates cannot be sent or saved
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    grade_id = nbgrader.get("grade_id")
    usable = isinstance(grade_id, str) and len(grade_id) <= MAX_NAME_CHARACTERS and grade_id.isprintable()
    name = unicodedata.normalize("NFC", str(grade_id)) if usable else ""
    return Cell(str(raw["cell_type"]), clean, name, clean != source, nbgrader, _images(raw.get("attachments")))


def _images(raw: object) -> dict[str, dict[str, str]]:
    """The pictures that a student pasted into a written answer."""
    images: dict[str, dict[str, str]] = {}
    for name, bundle in raw.items() if isinstance(raw, dict) else ():
        if isinstance(bundle, dict):
            kept = {
                k: v for k, v in bundle.items() if k in _IMAGE_TYPES and isinstance(v, str) and _BASE64.fullmatch(v)
            }
            images |= {shown(name): kept} if kept else {}
    return images
