"""The warm worker host: imports heavy packages once, then forks for each submission.

Theory of operation.  The host runs inside the outer sandbox with clean standard input and output as
its only way out.  It imports the assignment's packages but runs no operation, builds no model and
lists no device, since a fork of a TensorFlow that has started its threads hangs.  For each submission
it forks; the fork closes every inherited descriptor but one socket, puts up the inner walls
(``confine``), and only then serves student code.

The host relays bytes between the trusted side and the fork.  Student code never holds a descriptor
that outlives its fork: when the fork ends, or is killed, the host kills everything that the fork
started (it is their subreaper), waits until nothing is left, closes the socket, removes the scratch
folder, and reports ``ended``, with whether the host itself is as it was before its first fork.
What the fork's processes use is watched from outside, by the trusted side.

A seccomp supervisor may look at each ``open`` and ``sendto``, so the path of a message has neither:
bytes move by ``read`` and ``write``.

Linux only.  What the trusted side and the host say to each other is declared in ``protocol.control``.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import select
import selectors
import signal
import socket
import sys
import tempfile
import time

from ..protocol.control import (
    Control,
    EndFork,
    ForkEnded,
    ForkStarted,
    HostReady,
    ProcessLimits,
    StartFork,
    pack_control,
    parse_control,
)
from ..protocol.wire import CONTROL, DATA, ChunkReader, pack_chunks
from .confine import InnerWalls, can_confine_files, confine
from .processes import descendants
from .removal import remove_tree
from .serve import serve, write_all

PR_SET_SUBREAPER = 36
PR_SET_PDEATHSIG = 1
READY_LIMIT_S = 20.0
READY = b"R"
REAP_LIMIT_S = 10.0
MIB = 1024 * 1024


class ForkServer:
    """The loop between the trusted side (two descriptors) and one fork at a time."""

    def __init__(self, incoming: int, outgoing: int, scratch: str, walls: InnerWalls):
        self._incoming, self._outgoing = incoming, outgoing
        self._scratch, self._walls = scratch, walls
        self._reader = ChunkReader()
        self._fork: _Child | None = None
        self._pending = bytearray()
        self._count = 0
        self._state = _own_state(scratch)

    def run(self) -> None:
        """Serves until the trusted side is gone."""
        self._tell(HostReady(can_confine_files()))
        while self._turn():
            pass
        self._end("the trusted side is gone")

    def _turn(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._incoming, selectors.EVENT_READ)
            if self._fork:
                events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._pending else 0)
                selector.register(self._fork.socket, events)
            ready = {key.fileobj: mask for key, mask in selector.select()}
        if self._fork and (mask := ready.get(self._fork.socket)):
            self._relay(mask)
        if self._incoming in ready:
            data = os.read(self._incoming, MIB)
            if not data:
                return False
            for kind, chunk in self._reader.feed(data):
                if kind == CONTROL:
                    self._obey(parse_control(chunk))
                elif self._fork:
                    self._pending += chunk
        return True

    def _relay(self, mask: int) -> None:
        assert self._fork is not None
        try:
            if mask & selectors.EVENT_WRITE and self._pending:
                sent = os.write(self._fork.socket.fileno(), memoryview(self._pending)[:MIB])
                del self._pending[:sent]
            if mask & selectors.EVENT_READ:
                data = os.read(self._fork.socket.fileno(), MIB)
                if not data:
                    self._end("exit")
                    return
                for chunk in pack_chunks(DATA, data):
                    write_all(self._outgoing, chunk)
        except BlockingIOError:
            return
        except OSError:
            self._end("exit")

    def _obey(self, message: Control) -> None:
        if isinstance(message, StartFork):
            self._end("replaced")
            self._count += 1
            scratch = os.path.join(self._scratch, f"fork-{self._count}")
            self._fork = _Child(scratch, message.limits, self._walls, (self._incoming, self._outgoing))
            self._tell(ForkStarted(self._count, self._fork.wait_until_confined()))
        elif isinstance(message, EndFork):
            self._end(message.reason)

    def _end(self, reason: str) -> None:
        if self._fork is None:
            return
        fork, self._fork = self._fork, None
        self._pending.clear()
        status = fork.end()
        self._tell(ForkEnded(self._count, reason, status, _own_state(self._scratch) == self._state))

    def _tell(self, message: Control) -> None:
        write_all(self._outgoing, pack_control(message))


class _Child:
    """One fork: its socket and its scratch folder."""

    def __init__(self, scratch: str, limits: ProcessLimits, walls: InnerWalls, private: tuple[int, ...]):
        self.scratch = scratch
        os.makedirs(scratch)
        self.socket, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _become_worker(theirs, scratch, limits, walls, private)
        theirs.close()
        self.socket.setblocking(False)

    def wait_until_confined(self) -> bool:
        """Whether the fork has confined itself: it reports that before it runs any student code."""
        ready, _, _ = select.select([self.socket], [], [], READY_LIMIT_S)
        try:
            return bool(ready) and os.read(self.socket.fileno(), 1) == READY
        except OSError:
            return False

    def end(self) -> int | None:
        """Kills the tree, waits for all of it, removes the scratch folder; the fork's exit code, if it had one."""
        self.socket.close()
        status, deadline = self._wait_briefly(), time.monotonic() + REAP_LIMIT_S
        while True:
            for pid in descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            try:
                ended, code = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if ended == self.pid:
                status = code
            if ended == 0:
                if time.monotonic() > deadline:
                    os._exit(70)  # something cannot be killed: the trusted side starts a fresh host
                time.sleep(0.002)
        remove_tree(self.scratch)
        return os.waitstatus_to_exitcode(status) if status is not None else None

    def _wait_briefly(self) -> int | None:
        """The status of a fork that has ended by itself, before everything is killed."""
        for _ in range(20):
            try:
                pid, code = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid:
                return code
            time.sleep(0.0005)
        return None


def _become_worker(
    theirs: socket.socket, scratch: str, limits: ProcessLimits, walls: InnerWalls, private: tuple[int, ...]
) -> None:
    """The fork's side; never returns."""
    code = 71
    try:
        os.setsid()
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        keep = theirs.fileno()
        for number in private:
            os.close(number)
        _close_all_but({0, 1, 2, keep})
        os.chdir(scratch)
        os.environ.update(HOME=scratch, TMPDIR=scratch)
        tempfile.tempdir = scratch  # the host may have asked already; AutoGraph writes its code there
        confine(walls, limits, scratch)
        os.write(theirs.fileno(), READY)
        serve(theirs)
        code = 0
    except BaseException:
        code = 72
    finally:
        os._exit(code)


def _own_state(scratch: str) -> tuple[object, ...]:
    """What a fork could change in its host, or leave in its folder, so that the next one would inherit it."""
    limits = [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")]
    priority = os.getpriority(os.PRIO_PROCESS, 0)
    left = sorted(os.listdir(scratch))
    return limits, priority, os.sched_getaffinity(0), os.getcwd(), dict(os.environ), descendants(os.getpid()), left


def _close_all_but(keep: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def main(arguments: list[str]) -> None:
    """``host.py SCRATCH MODULES FILTER DEVICES READABLE...``: imports the modules, then serves.

    FILTER is a file with the filter of system calls, "" for none; DEVICES are files with commas between them, "" for a
    worker without a lease.
    """
    scratch, modules, program, devices, *readable = arguments
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))  # the trusted side's own bound is not its
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    _prctl(PR_SET_SUBREAPER, 1)
    for name in filter(None, modules.split(",")):
        importlib.import_module(name)
    ForkServer(incoming, outgoing, scratch, InnerWalls.read(readable, program, devices)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
