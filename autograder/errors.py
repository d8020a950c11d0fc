"""Every error that the package raises, by whose fault it is.

AutograderError
├── UsageError               the instructor's: a wrong file, setting or argument (exit code 2)
├── SubmissionError          the student's: reported in the grade, never stops a batch
│   ├── StudentError         their code raised, or returned something that cannot be used
│   ├── StudentTimeout       their code did not finish within the limit
│   ├── ResourceLimit        their code asked for too much memory, disk or processes
│   └── RemoteProtocolError  the worker sent bytes that are not a valid message
├── EnvironmentFault         the machine's: no sandbox, no disk, no package (exit code 3)
│   ├── DeviceLost           a graphics processor no longer computes: nothing more is given to its slot
│   └── HostRefused          a sandbox cannot start a worker host at all: trying again is of no use
└── GraderError              the grader's: never costs points, never awards them (exit code 3)
    └── LocalProtocolError   we were about to send something that is not a valid message
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of every error of this package."""


class UsageError(AutograderError):
    """The instructor or TA asked for something impossible: the message says what was wanted and what came."""


class SubmissionError(AutograderError):
    """The submission's fault; the text is shown to the student."""


class StudentError(SubmissionError):
    """The student's code raised, or returned something that cannot be used.

    ``kind`` is the name of the exception's type in the student's code, or "" when it raised none.
    """

    def __init__(self, message: str, *, kind: str = "", traceback: str = ""):
        super().__init__(message)
        self.kind = kind
        self.traceback = traceback


class StudentTimeout(SubmissionError):
    """The student's code did not finish within the limit."""


class ResourceLimit(SubmissionError):
    """The student's code exceeded a limit on memory, disk, output or processes."""


class RemoteProtocolError(SubmissionError):
    """The worker sent bytes that are not a valid message."""


class EnvironmentFault(AutograderError):
    """This machine lacks something: the message says what, and how to install it."""


class DeviceLost(EnvironmentFault):
    """A slot's graphics processor cannot be used any longer; the message says which, and what it failed at."""


class HostRefused(EnvironmentFault):
    """A sandbox could not start a worker host; the message says which, why, and what tells more."""


class GraderError(AutograderError):
    """A fault of the grader itself."""


class LocalProtocolError(GraderError):
    """The trusted side was about to send something that is not a valid message."""
