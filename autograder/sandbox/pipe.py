"""The trusted end of a worker host's pipe: bytes become control messages and frames, and every wait has a deadline."""

from __future__ import annotations

import os
import select
import time
from collections import deque
from typing import TypeVar

from autograder.errors import RemoteProtocolError, StudentTimeout
from autograder.protocol.control import Control, parse_control
from autograder.protocol.wire import CONTROL, ChunkReader, Frame, FrameReader, ProtocolError
from autograder.sandbox.backend import HostProcess

READ_BYTES = 1 << 20
MAX_WAITING = 16  # messages that nobody has taken: a question has one answer
C = TypeVar("C", bound=Control)


class HostLost(Exception):
    """The host's pipe was closed."""


class Pipe:
    """Sends to a host and sorts what comes from it.  A deadline is a time of ``time.monotonic``.

    ``answers`` are the frames of the fork that nobody has taken yet.  They are kept here and in no local variable of
    a function that may raise: an error keeps the variables of all that it went through, and pytest keeps the error.
    """

    def __init__(self, process: HostProcess):
        self._stdin, self._stdout = process.stdin.fileno(), process.stdout.fileno()
        for descriptor in (self._stdin, self._stdout):
            os.set_blocking(descriptor, False)
        self._chunks = ChunkReader()
        self._frames: FrameReader | None = None
        self._messages: deque[Control] = deque()
        self.answers: deque[Frame] = deque()

    def listen(self) -> None:
        """A new fork is there: its frames are read, each with as many bytes as ``expect`` says."""
        self._frames = FrameReader(0)

    def expect(self, max_body_bytes: int) -> None:
        """The next answer may have so many bytes of arrays."""
        if self._frames is not None:
            self._frames.expect(max_body_bytes)

    def hang_up(self) -> None:
        """The fork is given up: whatever it has sent and will send is dropped."""
        self._frames = None
        self.answers.clear()

    def send(self, data: bytes, deadline: float) -> None:
        """Sends all of it; what comes in the meantime is kept.

        Raises:
            StudentTimeout: it was not taken in time.
            RemoteProtocolError: what came is not a message.
            HostLost: the host is gone.
        """
        view = memoryview(data)
        while view:
            left = deadline - time.monotonic()
            if left <= 0:
                raise StudentTimeout("your code did not take its input in time")
            readable, writable, _ = select.select([self._stdout], [self._stdin], [], left)
            if readable:
                self.wait(deadline)
            if writable:
                try:
                    view = view[os.write(self._stdin, view[:READ_BYTES]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise HostLost from error

    def receive(self, wanted: type[C], deadline: float) -> C:
        """The next control message of that type.  Raises as ``wait`` does."""
        self._sort(b"")  # what was left when something before it was refused
        while (found := self.take(wanted)) is None:
            self.wait(deadline)
        return found

    def take(self, wanted: type[C]) -> C | None:
        """The first control message of that type, if there is one already; those before it are dropped."""
        while self._messages:
            if isinstance(message := self._messages.popleft(), wanted):
                return message
        return None

    def wait(self, deadline: float) -> None:
        """Waits for bytes and sorts them.

        Raises:
            StudentTimeout: nothing came in time.
            RemoteProtocolError: what came is not a message, or there are too many.
            HostLost: the host is gone.
        """
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._stdout], [], [], left)[0]:
            raise StudentTimeout("your code did not finish in time")
        try:
            data = os.read(self._stdout, READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            raise HostLost
        self._sort(data)

    def _sort(self, data: bytes) -> None:
        problem = ""
        try:
            for kind, chunk in self._chunks.feed(data):
                if kind == CONTROL:
                    self._messages.append(parse_control(chunk))
                elif self._frames is not None:
                    self.answers.extend(self._frames.feed(chunk))
                if len(self.answers) + len(self._messages) > MAX_WAITING:
                    raise ProtocolError("more messages than anybody asked for")
        except ProtocolError as error:
            problem = str(error)
        if problem:  # raised out here, without the readers and their buffers behind it
            raise RemoteProtocolError(f"your code sent something that is not an answer: {problem}")
