"""The trusted side of a worker host: starts it, forks workers in it, asks them, and bounds every wait."""

from __future__ import annotations

import os
import select
import signal
import tempfile
import time
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.config import Limits
from autograder.errors import EnvironmentFault, RemoteProtocolError, ResourceLimit, StudentError, StudentTimeout
from autograder.protocol.wire import (
    CONTROL,
    DATA,
    MAX_BODY_BYTES,
    ChunkReader,
    Frame,
    FrameReader,
    ProtocolError,
    pack_chunks,
    pack_control,
    pack_frame,
    parse_control,
)
from autograder.sandbox.backends import FORKS_PER_HOST, Backend, HostProcess
from autograder.sandbox.cgroup import Group, make_group
from autograder.sandbox.runtime import Runtime
from autograder.sandbox.watch import MIB, Watch
from autograder.worker.processes import descendants
from autograder.worker.remove import remove_tree

START_LIMIT_S = 180.0
END_LIMIT_S = 20.0
READ_BYTES = 1 << 20


class WorkerHost:
    """One warm host; serves one fork at a time.

    Use it as a context manager.  It is started on first use and again whenever it is lost, no longer as it was when it
    started, or ``FORKS_PER_HOST`` forks old.
    """

    def __init__(self, backend: Backend, runtime: Runtime, limits: Limits, *, threads: int = 1):
        self.backend, self._runtime, self._limits, self._threads = backend, runtime, limits, threads
        self._fork_limits = limits
        self._process: HostProcess | None = None
        self._scratch: Path | None = None
        self._chunks = ChunkReader()
        self._frames: FrameReader | None = None
        self._events: deque[dict[str, Any]] = deque()
        self._replies: deque[Frame] = deque()
        self.confines = False
        self._own: frozenset[int] = frozenset()
        self._watch: Watch | None = None
        self._group: Group | None = None
        self._forks = 0

    def __enter__(self) -> WorkerHost:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- life of the host ------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the host unless it runs, and waits until its packages are imported.

        Raises:
            EnvironmentFault: it did not come up in ``START_LIMIT_S`` seconds.
        """
        if self._process:
            return
        self._scratch = Path(tempfile.mkdtemp(prefix="autograder-"))
        self._chunks = ChunkReader()
        self._events.clear()
        self._process = self.backend.start(self._runtime, self._scratch, self._limits, self._threads)
        for stream in (self._process.stdin, self._process.stdout):
            os.set_blocking(stream.fileno(), False)
        try:
            self.confines = bool(self._wait_event("ready", START_LIMIT_S).get("confine"))
            self._own = self.processes()
            self._forks = 0
            self._group = make_group(self._limits, self._own)
        except (StudentTimeout, RemoteProtocolError, HostLost) as error:
            self.close()
            raise EnvironmentFault(
                f"the worker host did not start under {self.backend.name}; `autograder doctor` tells what is wrong"
            ) from error

    def close(self) -> None:
        """Ends the host and everything in it, and removes its scratch folder."""
        self._stop_watch()
        process, self._process, self._frames = self._process, None, None
        if process:
            process.close()
        group, self._group = self._group, None
        if group:
            group.remove()
        if self._scratch:
            remove_tree(str(self._scratch))
            self._scratch = None

    # -- life of a fork --------------------------------------------------------------------------

    def open_fork(self, limits: Limits) -> None:
        """Forks a worker for one submission, ending the one before.

        Raises:
            EnvironmentFault: there is no worker; the next try gets a fresh host.
        """
        if self._frames is not None:
            self.end_fork("replaced")
        self.start()
        assert self._process and self._scratch
        self._replies.clear()
        try:
            self._send(pack_control({"command": "fork", "limits": asdict(limits)}), START_LIMIT_S)
            event = self._wait_event("forked", START_LIMIT_S)
        except (StudentTimeout, RemoteProtocolError, HostLost) as error:
            self.close()
            raise EnvironmentFault("the worker host was lost between two submissions") from error
        number = event.get("number")
        if event.get("confined") is not True or not isinstance(number, int):
            self.close()  # an earlier submission may have spoilt the host: the next try gets a fresh one
            raise EnvironmentFault("a worker could not set its limits and confine itself")
        self._forks += 1
        self._fork_limits = limits
        scratch = self._scratch / f"fork-{number}"
        self._watch = Watch(self._process.pid, self._own, scratch, limits, self._process.end)
        self._watch.start()
        self._frames = FrameReader(min(MAX_BODY_BYTES, limits.output_mib * MIB))

    @property
    def has_fork(self) -> bool:
        """Whether a worker is there to be asked."""
        return self._frames is not None

    def end_fork(self, reason: str = "finished") -> None:
        """Kills the worker with all that it started; when this returns nothing of it is left."""
        if self._frames is None:
            return
        self._frames = None
        try:
            self._send(pack_control({"command": "kill", "reason": reason}), END_LIMIT_S)
            self._after_fork(self._wait_event("ended", END_LIMIT_S))
        except (StudentTimeout, RemoteProtocolError, HostLost):
            self.close()

    def _after_fork(self, ended: dict[str, Any]) -> str:
        """Replaces the host unless it is fit for another submission: by its own word and as it looks from outside.

        Returns:
            What the fork used too much of, "" for nothing.  After that a host is replaced as well: what was ended in a
            hurry may still be counted by the sandbox or the kernel.
        """
        excess = self._stop_watch()
        fit = ended.get("intact") is True and not excess and self.processes() == self._own
        if not (fit and self.confines and self._forks < FORKS_PER_HOST):
            self.close()  # without an inner wall, a host serves one submission only
        return excess

    def processes(self) -> frozenset[int]:
        """The running host's processes and all below, as this side sees them."""
        assert self._process
        return frozenset((self._process.pid, *descendants(self._process.pid)))

    def _stop_watch(self) -> str:
        """What the fork used too much of, "" for nothing."""
        watch, self._watch = self._watch, None
        if watch is None:
            return ""
        watch.stop()
        return watch.excess or (self._group.excess() if self._group else "")

    def request(self, header: dict[str, Any], body: bytes, timeout_s: float) -> Frame:
        """One question to the worker and its answer.

        Raises:
            StudentTimeout: no answer within ``timeout_s`` seconds; the worker has been killed.
            ResourceLimit: the worker was ended for what it used.
            StudentError: the worker ended itself.
            RemoteProtocolError: what it sent is no message; it has been killed.
        """
        deadline = time.monotonic() + timeout_s
        message = b"".join(pack_chunks(DATA, pack_frame(header, body)))
        try:
            self._send(message, timeout_s)
            while not self._replies:
                self._read(deadline)
                self._raise_if_ended()
            if len(self._replies) > 1:
                raise RemoteProtocolError("the worker sent an answer that nobody asked for")
            return self._replies.popleft()
        except (StudentTimeout, RemoteProtocolError):
            self.end_fork("timeout")
            raise
        except HostLost as error:
            excess = self._stop_watch()
            self.close()
            if excess:
                raise ResourceLimit(f"your code {excess}") from None
            raise EnvironmentFault("the worker host was lost while student code ran") from error

    def _raise_if_ended(self) -> None:
        event = next((e for e in self._events if e.get("event") == "ended"), None)
        if event is None:
            return
        self._events.clear()
        self._frames = None
        status, excess = event.get("status"), self._after_fork(event)
        if excess:
            raise ResourceLimit(f"your code {excess}")
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            raise ResourceLimit(f"your code used more than {self._fork_limits.cpu_s} s of processor time or was killed")
        if isinstance(status, int) and status < 0:
            raise StudentError(f"your code crashed Python itself (signal {-status})", kind="Crash")
        raise StudentError("your code ended the Python process (exit, sys.exit, os._exit ...)", kind="Exit")

    # -- bytes -----------------------------------------------------------------------------------

    def _send(self, data: bytes, timeout_s: float) -> None:
        assert self._process
        deadline = time.monotonic() + timeout_s
        descriptor, view = self._process.stdin.fileno(), memoryview(data)
        while view:
            left = deadline - time.monotonic()
            if left <= 0:
                raise StudentTimeout("your code did not take its input in time")
            readable, writable, _ = select.select([self._process.stdout], [descriptor], [], left)
            if readable:
                self._read(deadline)
            if writable:
                try:
                    view = view[os.write(descriptor, view[:READ_BYTES]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise HostLost from error

    def _read(self, deadline: float) -> None:
        """Waits for bytes and files them as events or replies."""
        assert self._process
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
            raise StudentTimeout("your code did not finish in time")
        try:
            data = os.read(self._process.stdout.fileno(), READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            raise HostLost
        try:
            for kind, chunk in self._chunks.feed(data):
                if kind == CONTROL:
                    self._events.append(parse_control(chunk))
                elif self._frames is not None:
                    self._replies.extend(self._frames.feed(chunk))
        except ProtocolError as error:
            raise RemoteProtocolError(f"your code sent something that is no answer: {error}") from None

    def _wait_event(self, name: str, limit_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + limit_s
        while True:
            while self._events:
                event = self._events.popleft()
                if event.get("event") == name:
                    return event
            self._read(deadline)


class HostLost(Exception):
    """The host's pipe was closed."""
