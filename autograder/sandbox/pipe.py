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
    """Sends to a host and sorts what comes from it.  A deadline is a time of ``time.monotonic``."""

    def __init__(self, process: HostProcess):
        self._stdin, self._stdout = process.stdin.fileno(), process.stdout.fileno()
        for descriptor in (self._stdin, self._stdout):
            os.set_blocking(descriptor, False)
        self._chunks = ChunkReader()
        self._frames: FrameReader | None = None
        self._received: deque[Control | Frame] = deque()

    def listen(self, max_body_bytes: int) -> None:
        """A new fork is there: its frames are read, each with at most so many bytes of arrays."""
        self._frames = FrameReader(max_body_bytes)

    def hang_up(self) -> None:
        """The fork is given up: whatever it still sends is dropped."""
        self._frames = None

    @property
    def waiting(self) -> bool:
        """Whether something has been received that nobody has taken."""
        return bool(self._received)

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
                self._read(deadline)
            if writable:
                try:
                    view = view[os.write(self._stdin, view[:READ_BYTES]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise HostLost from error

    def receive(self, deadline: float) -> Control | Frame:
        """The next message.

        Raises:
            StudentTimeout: nothing came in time.
            RemoteProtocolError: what came is not a message.
            HostLost: the host is gone.
        """
        self._sort(b"")  # what was left when something before it was refused
        while not self._received:
            self._read(deadline)
        return self._received.popleft()

    def receive_control(self, wanted: type[C], deadline: float) -> C:
        """The next control message of that type; others are dropped.  Raises as ``receive``."""
        while True:
            message = self.receive(deadline)
            if isinstance(message, wanted):
                return message

    def _read(self, deadline: float) -> None:
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
        try:
            for kind, chunk in self._chunks.feed(data):
                if kind == CONTROL:
                    self._received.append(parse_control(chunk))
                elif self._frames is not None:
                    self._received.extend(self._frames.feed(chunk))
                if len(self._received) > MAX_WAITING:
                    raise RemoteProtocolError("the worker sent answers that nobody asked for")
        except ProtocolError as error:
            raise RemoteProtocolError(f"your code sent something that is not an answer: {error}") from None
