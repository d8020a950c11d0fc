"""The exit codes, the same for all commands."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """See the table in ``docs/reference.md``."""

    OK = 0
    """Done."""
    NOT_REACHED = 1
    """The answer is no: a test fails, a sandbox leaks, a goal is missed."""
    USAGE = 2
    """A wrong file, setting or argument."""
    GRADER_ERROR = 3
    """The machine or the grader failed; no grade was changed."""
    INTERRUPTED = 130
    """Ctrl-C; finished work is kept."""
