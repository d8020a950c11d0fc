"""The two files beside a submitted notebook that are used: the time of submission and nbgrader's secret.

Theory of operation: nbgrader copies everything beside a notebook, follows links, reads a device without end, and
fails on a time that it cannot read.  Here both files are small texts, read without following a link; anything else
counts as missing.
"""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.intake.files import read_bytes

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # names the released feedback page, which the student's nbgrader looks for
MAX_TIMESTAMP_CHARACTERS = 64
_SECRET = re.compile(r"[!-~]{16,256}")


def parse_time(text: str) -> datetime.datetime | None:
    """A time as nbgrader writes it, in UTC and without a zone; None if the text is not a time."""
    from nbgrader.utils import parse_utc  # takes seconds to import, and most callers of this module do not need it

    if not text.strip() or len(text) > MAX_TIMESTAMP_CHARACTERS:
        return None
    try:
        time: datetime.datetime = parse_utc(text.strip())
    except Exception:  # dateutil raises ParserError, OverflowError, TypeError and others for odd texts
        return None
    return time


def submitted_at(folder: Path) -> tuple[datetime.datetime | None, bool]:
    """When a submission was handed in, and whether its ``timestamp.txt`` says so.

    For a file that holds no readable time, the time at which it was written counts: otherwise such a file would be
    a way never to be late.

    Returns:
        The time in UTC without a zone, None where there is no such file; and False for an unreadable file.
    """
    path = folder / TIMESTAMP
    if os.path.islink(folder) or not os.path.lexists(path):
        return None, True
    if time := parse_time(_text(path)):
        return time, True
    try:
        return datetime.datetime.fromtimestamp(path.lstat().st_mtime, datetime.UTC).replace(tzinfo=None), False
    except (OSError, OverflowError, ValueError):  # a year that Python cannot represent
        return None, False


def read_secret(folder: Path) -> str:
    """The content of ``submission_secret.txt``; "" where it is missing or not a secret of nbgrader's."""
    text = _text(folder / SECRET)
    return text if _SECRET.fullmatch(text) else ""


def written(time: datetime.datetime) -> str:
    """A time in the form of ``timestamp.txt``."""
    return f"{time.isoformat(sep=' ')} UTC"


def _text(path: Path) -> str:
    try:
        return read_bytes(path, limit=1024).decode("ascii", errors="replace")
    except SubmissionError:
        return ""
