"""The two files beside a submitted notebook that are used: the time of submission and nbgrader's secret.

Theory of operation: nbgrader copies everything beside a notebook, follows links, reads a device without end, and
fails on a time that it cannot read.  Here both files are small texts, read without following a link; anything else
counts as missing.
"""

from __future__ import annotations

import codecs
import datetime
import os
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.intake.files import read_bytes
from autograder.intake.messages import say
from autograder.times import UTC, AmbiguousTimeError, as_utc, read_time

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # names the released feedback page, which the student's nbgrader looks for
_ELSEWHERE = datetime.timezone(datetime.timedelta(hours=1))  # tells a text that names its zone from one that does not
_SECRET = re.compile(r"[!-~]{16,256}")


@dataclass(frozen=True)
class Receipt:
    """When a submission was handed in.

    Attributes:
        time: in UTC without a zone, as nbgrader keeps it; None where there is no ``timestamp.txt``.
        note: for the student, where the file does not tell the time, so that the time at which it was written counts.
    """

    time: datetime.datetime | None
    note: str = ""


def parse_time(text: str) -> datetime.datetime | None:
    """A time as nbgrader writes it, in UTC and without a zone; None if the text is not a time."""
    try:
        return as_utc(read_time(text))
    except ValueError:
        return None


def read_receipt(folder: Path, language: str = "en") -> Receipt:
    """When a submission was handed in.

    For a file that holds no readable time, the time at which it was written counts: otherwise such a file would be
    a way never to be late.
    """
    path = folder / TIMESTAMP
    if os.path.islink(folder) or not os.path.lexists(path):
        return Receipt(None)
    text = _text(path)
    try:
        time, elsewhere = (read_time(text or "", zone) for zone in (UTC, _ELSEWHERE))
        return Receipt(as_utc(time), "" if time == elsewhere else say("time_without_zone", language))
    except AmbiguousTimeError as error:
        note = say("ambiguous_time", language, zone=error.zone, meant=error.meant)
    except ValueError:
        note = say("empty_time" if text is not None and not text.strip() else "no_time", language)
    try:
        written_at = datetime.datetime.fromtimestamp(path.lstat().st_mtime, datetime.UTC)
    except (OSError, OverflowError, ValueError):  # a year that Python cannot represent
        return Receipt(None, note)
    return Receipt(as_utc(written_at), note)


def read_secret(folder: Path) -> str:
    """The content of ``submission_secret.txt``; "" where it is missing or not a secret of nbgrader's."""
    text = _text(folder / SECRET) or ""
    return text if _SECRET.fullmatch(text) else ""


def written(time: datetime.datetime) -> str:
    """A time in the form of ``timestamp.txt``."""
    return f"{time.isoformat(sep=' ')} UTC"


def _text(path: Path) -> str | None:
    """A small text; None where it is not an ordinary file."""
    try:
        data = read_bytes(path, limit=1024)
    except SubmissionError:
        return None
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    return data.decode(encoding, errors="replace")  # Windows' editors and shells write either
