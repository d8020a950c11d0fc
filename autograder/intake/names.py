"""Names that come from outside: of files, and of entries in an archive."""

from __future__ import annotations

import os
import re
import unicodedata

from autograder.text import printable, shortened

MAX_NAME_CHARACTERS = 100
MAX_PART_BYTES = 250  # file systems store 255


def shown(name: str) -> str:
    """A name from a submission, made safe for a message: printable, short, and composed (macOS takes Hangul apart)."""
    return shortened(printable(unicodedata.normalize("NFC", name), instead="?"), MAX_NAME_CHARACTERS)


def relative_parts(path: str) -> tuple[str, ...] | None:
    """The parts of a path in an archive, by ``/`` or ``\\``; None where it leads out or cannot be a file's.

    The parts are composed (NFC), and characters that are not printable become ``?``.
    """
    if path.startswith(("/", "\\")) or re.match("[A-Za-z]:", path):
        return None
    parts = [part for part in re.split(r"[/\\]", unicodedata.normalize("NFC", path)) if part not in ("", ".")]
    if not parts or ".." in parts or any(len(os.fsencode(part)) > MAX_PART_BYTES for part in parts):
        return None
    return tuple(printable(part, instead="?") for part in parts)
