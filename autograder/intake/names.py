"""Names that come from outside: of students, of files, of entries in an archive."""

from __future__ import annotations

import os
import re

MAX_NAME_CHARACTERS = 100
MAX_PART_BYTES = 250  # file systems store 255
_STUDENT_ID = re.compile(r"[\w@-][\w.@ -]{0,63}")


def shown(name: str) -> str:
    """A name from a submission, fit to stand in a message: printable and short."""
    text = printable(name)
    return text if len(text) <= MAX_NAME_CHARACTERS else text[: MAX_NAME_CHARACTERS - 1] + "…"


def printable(name: str) -> str:
    """A name without control characters, which could rewrite a terminal: these become ``?``."""
    return "".join(character if character.isprintable() else "?" for character in name)


def is_student_id(name: str) -> bool:
    """Whether a folder or an archive's entry names a student.

    Letters of any script, digits, and ``_ . @ -`` or spaces between them, up to 64.  Anything else would act
    somewhere: nbgrader's pages print ids as HTML, its collecting cuts names at ``+`` and globs them.
    """
    return bool(_STUDENT_ID.fullmatch(name)) and name == name.strip()


def relative_parts(path: str) -> tuple[str, ...] | None:
    """The parts of a path in an archive, by ``/`` or ``\\``; None where it leads out or cannot be a file's.

    Characters that are not printable become ``?``.
    """
    if path.startswith(("/", "\\")) or re.match("[A-Za-z]:", path):
        return None
    parts = [part for part in re.split(r"[/\\]", path) if part not in ("", ".")]
    if not parts or ".." in parts or any(len(os.fsencode(part)) > MAX_PART_BYTES for part in parts):
        return None
    return tuple(map(printable, parts))
