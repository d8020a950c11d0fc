"""Waits for a gradebook that another program has locked, such as an open formgrader or a second batch.

Theory of operation.  SQLite lets one program write at a time.  nbgrader waits five seconds and then fails in the middle
of a submission.  So the file is asked first whether it can be written to, and what failed because of a lock is done
again as a whole until the time is over.  Every step of recording can be repeated: it sets values, it does not add.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from autograder.errors import EnvironmentFault

LOCK_WAIT_S = 60.0
_POLL_S = 1.0  # SQLite's own waiting cannot be interrupted by Ctrl-C, so it is asked for a second at a time
_SQLITE = "sqlite:///"
_log = logging.getLogger("autograder")

T = TypeVar("T")


def when_unlocked(url: str, action: Callable[[], T], *, wait_s: float | None = None) -> T:
    """The result of ``action``, which reads or writes the gradebook and may be repeated.

    Args:
        url: the gradebook's address, in nbgrader's form.
        action: what to do.
        wait_s: how long to wait in all, in seconds; by default ``LOCK_WAIT_S``.

    Raises:
        EnvironmentFault: the gradebook stayed locked.
    """
    wait_s = LOCK_WAIT_S if wait_s is None else wait_s
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            if _is_free(url, 0.0):
                return action()
        except Exception as error:
            if not is_lock(error):
                raise
        if not told:
            _log.warning("another program has locked the gradebook; waiting up to %g s for it", wait_s)
            told = True
        _wait(url, deadline)
        if time.monotonic() >= deadline:
            raise EnvironmentFault(
                f"the gradebook is still locked by another program after {wait_s:g} s: close the formgrader and other "
                "nbgrader commands, then run the same command again; what is graded is kept and will be recorded"
            )


def is_lock(error: BaseException) -> bool:
    """Whether an error, or one that led to it, says that the gradebook is locked."""
    return any("database is locked" in str(each) for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _wait(url: str, deadline: float) -> None:
    while (left := deadline - time.monotonic()) > 0 and not _is_free(url, min(left, _POLL_S)):
        pass


def _is_free(url: str, wait_s: float) -> bool:
    """Whether the gradebook can be written to; SQLite waits for it for ``wait_s``."""
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or not path.is_file():
        return True
    with contextlib.closing(sqlite3.connect(path, timeout=wait_s, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return not is_lock(error)  # another fault is for the action to report
    return True
