"""One worker for one submission: it is asked, and it ends once."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import NoReturn

from autograder.config import Limits
from autograder.errors import EnvironmentFault, RemoteProtocolError, ResourceLimit, StudentError, StudentTimeout
from autograder.protocol.control import EndFork, ForkEnded, pack_control
from autograder.protocol.wire import DATA, MAX_BODY_BYTES, Frame, pack_chunks, pack_frame
from autograder.sandbox.pipe import HostLost, Pipe
from autograder.sandbox.watch import MIB, Watch

END_LIMIT_S = 20.0


class Fork:
    """A worker behind its walls; ``Host.fork`` makes it.

    Args:
        pipe: of its host.
        limits: of the assignment.
        watch: looks at its processes from outside, since it was started.
        release: gives the host back, with its report on the fork's end (None: the host is lost) and what the watch saw
            too much of; returns what the fork used too much of, "" for nothing.
    """

    def __init__(self, pipe: Pipe, limits: Limits, watch: Watch, release: Callable[[ForkEnded | None, str], str]):
        self._pipe, self._limits, self._watch, self._release = pipe, limits, watch, release
        self._alive = True

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._alive

    def ask(self, question: Frame, timeout_s: float, *, most_bytes: int = MAX_BODY_BYTES) -> Frame:
        """One question to the worker and its answer.

        Args:
            question: a frame of ``protocol.verbs``.
            timeout_s: wall time.
            most_bytes: that the answer may have, if the assignment allows so many.

        Raises:
            StudentTimeout: no answer within ``timeout_s`` seconds; the worker has been killed.
            ResourceLimit: the worker was ended for what it used.
            StudentError: the worker ended itself.
            RemoteProtocolError: what it sent is not a message; it has been killed.
            EnvironmentFault: the host is lost.
            ProtocolError: the question is too large to be sent.
        """
        if not self._alive:
            raise EnvironmentFault("a worker that had ended was asked; ask its host for another one")
        deadline = time.monotonic() + timeout_s
        self._pipe.expect(min(most_bytes, self._limits.output_mib * MIB))
        message = b"".join(pack_chunks(DATA, pack_frame(question.header, question.body)))
        try:
            self._pipe.send(message, deadline)
            return self._answer(deadline)
        except (StudentTimeout, RemoteProtocolError):
            self.end("timeout")
            raise
        except HostLost as error:
            if excess := self._give_back(None):
                raise ResourceLimit(f"your code {excess}") from None
            raise EnvironmentFault("the worker host was lost while student code ran") from error

    def end(self, reason: str = "finished") -> None:
        """Kills the worker with all that it started; when this returns, nothing of it is left."""
        if not self._alive:
            return
        self._alive = False
        self._pipe.hang_up()  # whatever it still says
        deadline = time.monotonic() + END_LIMIT_S
        try:
            self._pipe.send(pack_control(EndFork(reason)), deadline)
            report = self._pipe.receive(ForkEnded, deadline)
        except (StudentTimeout, RemoteProtocolError, HostLost):
            report = None
        self._give_back(report)

    def abandon(self) -> None:
        """Lets go of a worker whose host is about to be ended."""
        self._alive = False
        self._watch.stop()

    def _answer(self, deadline: float) -> Frame:
        while (report := self._pipe.take(ForkEnded)) is None and not self._pipe.answers:
            self._pipe.wait(deadline)
        if report:
            self._raise_ended(report)
        if len(self._pipe.answers) > 1:
            raise RemoteProtocolError("the worker sent an answer that nobody asked for")
        return self._pipe.answers.popleft()

    def _raise_ended(self, report: ForkEnded) -> NoReturn:
        excess, status = self._give_back(report), report.status
        if excess:
            raise ResourceLimit(f"your code {excess}")
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            raise ResourceLimit(f"your code used more than {self._limits.cpu_s} s of processor time or was killed")
        if status is not None and status < 0:
            raise StudentError(f"your code crashed Python itself (signal {-status})", kind="Crash")
        raise StudentError("your code ended the Python process (exit, sys.exit, os._exit ...)", kind="Exit")

    def _give_back(self, report: ForkEnded | None) -> str:
        """Ends the watch and hands the host back; what the fork used too much of, "" for nothing."""
        self._alive = False
        self._pipe.hang_up()
        self._watch.stop()
        return self._release(report, self._watch.excess)
