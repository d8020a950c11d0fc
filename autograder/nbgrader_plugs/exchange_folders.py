"""Folders of nbgrader's exchange: whose each is, and when it was handed in.

Theory of operation: nbgrader names a folder ``<student>+<assignment>+<time>``, with a random text after another plus
sign.  Students write these folders themselves, so that the name may state any time; and nbgrader writes the time with
the abbreviation of the submitting machine's zone, which may mean anything.  The file system tells when a folder was
changed last.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
from dataclasses import dataclass

from autograder.times import AmbiguousTimeError, as_utc, read_time

MAX_ENTRIES_LOOKED_AT = 1_000  # in a folder, for the time of its last change
LATE_CHANGE = datetime.timedelta(minutes=15)  # copying takes a while, and clocks differ
_NAME = re.compile(  # the time may end with an offset, such as +0900
    r"(?P<student>[^+]*)\+(?P<assignment>[^+]*)\+(?P<time>[^+]*(?:\+\d\d:?\d\d)?)(?:\+[^+]*)?", re.DOTALL
)


@dataclass(frozen=True)
class ExchangeFolder:
    """A submission in the exchange.

    Attributes:
        name: of the folder.
        student, assignment: as the name says; "" for a name of another form.
        time: when it was handed in, in UTC without a zone; None where nothing says.
        warning: why the time is not the one in the name, else "".
    """

    name: str
    student: str = ""
    assignment: str = ""
    time: datetime.datetime | None = None
    warning: str = ""


def read_folder(path: str, *, trust_times: bool = False) -> ExchangeFolder:
    """What a folder's name and its last change say.

    Args:
        path: of the folder.
        trust_times: believe the time in the name, whenever the folder was changed.
    """
    name = os.path.basename(path)
    found = _NAME.fullmatch(name)
    if not found:
        return ExchangeFolder(name)
    time, warning = _time(path, found["time"], trust_times)
    return ExchangeFolder(name, found["student"], found["assignment"], time, warning)


def _time(path: str, stated: str, trust_times: bool) -> tuple[datetime.datetime | None, str]:
    """The time in the name, unless the folder was changed long after it; and a warning where that is so."""
    changed = _changed(path)
    counts = f"the time of the change counts, {changed:%Y-%m-%d %H:%M} UTC" if changed else ""
    try:
        time = as_utc(read_time(stated))
    except AmbiguousTimeError as error:
        return changed, f"its time is ambiguous ({error}); {counts}"
    except ValueError:
        return None, ""
    if changed and changed - time > LATE_CHANGE and not trust_times:
        return changed, f"it states {time:%Y-%m-%d %H:%M} UTC but was changed later; {counts}"
    return time, ""


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
