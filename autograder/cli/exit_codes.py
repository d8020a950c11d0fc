"""What the exit code of a command says; the same for all of them."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """See the table in ``docs/reference.md``."""

    OK = 0
    """Done."""
    NOT_REACHED = 1
    """What was asked about does not hold: a test fails, a sandbox leaks, a goal is missed."""
    USAGE = 2
    """A wrong file, setting or argument."""
    GRADER_ERROR = 3
    """The machine or the grader failed; nobody's grade was touched."""
    INTERRUPTED = 130
    """Ctrl-C; what was finished is kept."""
