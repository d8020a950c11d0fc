"""The warm worker host: imports heavy packages once, then forks for each submission.

Theory of operation.  The host runs inside the outer sandbox with clean standard input and output as
its only way out.  It imports the assignment's packages but runs no operation, builds no model and
lists no device, since a fork of a TensorFlow that has started its threads hangs.  For each submission
it forks; the fork closes every inherited descriptor but one socket, sets its resource limits,
confines itself to its own scratch folder (Landlock), and only then serves student code.

The host relays bytes between the trusted side and the fork.  Student code never holds a descriptor
that outlives its fork: when the fork ends, or is killed, the host kills everything that the fork
started (it is their subreaper), waits until nothing is left, closes the socket, removes the scratch
folder, and reports ``ended``.  It also watches the fork's whole process tree: its memory and the
number of its processes.

A seccomp supervisor may look at each ``open`` and ``sendto``, so the path of a message has neither:
bytes move by ``read`` and ``write``, and the memory is looked at a few times a second only.

Linux only.  Control messages from the trusted side: ``fork``, ``kill``, ``quit``; to it: ``ready``,
``forked``, ``ended``.
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
import time
from typing import Any

from ..protocol.wire import CONTROL, DATA, ChunkReader, pack_chunks, pack_control, parse_control
from .remove import remove_tree
from .serve import serve, write_all

PR_SET_SUBREAPER = 36
PR_SET_PDEATHSIG = 1
WATCH_INTERVAL_S = 0.2
READY_LIMIT_S = 20.0
READY = b"R"
REAP_LIMIT_S = 10.0
MIB = 1024 * 1024


class Host:
    """The loop between the trusted side (two descriptors) and one fork at a time."""

    def __init__(self, incoming: int, outgoing: int, scratch: str, readable: list[str]):
        self._incoming, self._outgoing = incoming, outgoing
        self._scratch, self._readable = scratch, readable
        self._reader = ChunkReader()
        self._fork: _Fork | None = None
        self._pending = bytearray()
        self._count = 0
        self._next_watch = 0.0

    def run(self) -> None:
        """Serves until ``quit`` or until the trusted side is gone."""
        self._tell({"event": "ready", "confine": _can_confine()})
        while self._turn():
            pass
        self._end("quit")

    def _turn(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._incoming, selectors.EVENT_READ)
            if self._fork:
                events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._pending else 0)
                selector.register(self._fork.socket, events)
            ready = {key.fileobj: mask for key, mask in selector.select(WATCH_INTERVAL_S if self._fork else None)}
        if self._fork and (mask := ready.get(self._fork.socket)):
            self._relay(mask)
        if self._incoming in ready:
            data = os.read(self._incoming, MIB)
            if not data:
                return False
            for kind, chunk in self._reader.feed(data):
                if kind == CONTROL:
                    if not self._obey(parse_control(chunk)):
                        return False
                elif self._fork:
                    self._pending += chunk
        if self._fork and time.monotonic() >= self._next_watch:
            self._next_watch = time.monotonic() + WATCH_INTERVAL_S
            if excess := self._fork.excess():
                self._end(excess)
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

    def _obey(self, message: dict[str, Any]) -> bool:
        command = message.get("command")
        if command == "fork":
            self._end("replaced")
            self._count += 1
            self._fork = _Fork(os.path.join(self._scratch, f"fork-{self._count}"), message["limits"], self._readable,
                               (self._incoming, self._outgoing))  # fmt: skip
            self._tell({"event": "forked", "number": self._count, "confined": self._fork.wait_until_confined()})
        elif command == "kill":
            self._end(str(message.get("reason", "killed")))
        return command != "quit"

    def _end(self, reason: str) -> None:
        if self._fork is None:
            return
        fork, self._fork = self._fork, None
        self._pending.clear()
        self._tell({"event": "ended", "number": self._count, "reason": reason, **fork.end()})

    def _tell(self, message: dict[str, Any]) -> None:
        write_all(self._outgoing, pack_control(message))


class _Fork:
    """One fork: its socket, scratch folder and limits."""

    def __init__(self, scratch: str, limits: dict[str, Any], readable: list[str], private: tuple[int, ...]):
        self.scratch, self.limits = scratch, limits
        os.makedirs(scratch)
        self.socket, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _become_worker(theirs, scratch, limits, readable, private)
        theirs.close()
        self.socket.setblocking(False)

    def wait_until_confined(self) -> bool:
        """Whether the fork has set its limits and confined itself: it says so before it runs a line of a student's."""
        ready, _, _ = select.select([self.socket], [], [], READY_LIMIT_S)
        try:
            return bool(ready) and os.read(self.socket.fileno(), 1) == READY
        except OSError:
            return False

    def excess(self) -> str:
        """What the whole process tree has too much of: "memory" (resident), "processes", or ""."""
        tree = _descendants(os.getpid())
        if len(tree) > int(self.limits["processes"]):
            return "processes"
        return "memory" if sum(map(_resident_bytes, tree)) > int(self.limits["memory_mib"]) * MIB else ""

    def end(self) -> dict[str, Any]:
        """Kills the tree, waits for all of it, removes the scratch folder; how the fork ended."""
        self.socket.close()
        status, deadline = self._wait_briefly(), time.monotonic() + REAP_LIMIT_S
        while True:
            for pid in _descendants(os.getpid()):
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
        return {"status": os.waitstatus_to_exitcode(status) if status is not None else None}

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
    theirs: socket.socket, scratch: str, limits: dict[str, Any], readable: list[str], private: tuple[int, ...]
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
        _limit(limits)
        if _can_confine():
            import sandlock

            # TensorFlow reads its own entry in /proc; under sandlock a supervisor answers, and it cannot be named.
            own = [path for path in ("/proc/self",) if _can_be_named(path)]
            sandlock.confine(sandlock.Sandbox(fs_readable=[*readable, *own], fs_writable=[scratch, os.devnull]))
        os.write(theirs.fileno(), READY)
        serve(theirs)
        code = 0
    except BaseException:
        code = 72
    finally:
        os._exit(code)


def _limit(limits: dict[str, Any]) -> None:
    memory = int(limits["memory_mib"]) * MIB
    own = _data_bytes()
    for what, amount in (
        (resource.RLIMIT_CPU, int(limits["cpu_s"])),
        (resource.RLIMIT_DATA, own + memory),
        (resource.RLIMIT_FSIZE, int(limits["file_mib"]) * MIB),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        resource.setrlimit(what, (amount, amount))


def _data_bytes() -> int:
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")


def _resident_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as stream:
            fields = stream.read().split()
    except (OSError, ValueError):
        return 0
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")


def _descendants(root: int) -> list[int]:
    """Process ids of everything below ``root``, children first found first."""
    found, queue = [], [root]
    while queue:
        parent = queue.pop()
        try:
            tasks = os.listdir(f"/proc/{parent}/task")
        except OSError:
            continue
        for task in tasks:
            with contextlib.suppress(OSError), open(f"/proc/{parent}/task/{task}/children") as stream:
                children = [int(number) for number in stream.read().split()]
                found += children
                queue += children
    return found


def _close_all_but(keep: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def _can_be_named(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_PATH))
    except OSError:
        return False
    return True


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _can_confine() -> bool:
    try:
        import sandlock
    except (ImportError, OSError):
        return False
    return bool(sandlock.landlock_abi_version() >= sandlock.min_landlock_abi())


def main(arguments: list[str]) -> None:
    """``host.py SCRATCH MODULES READABLE...``: imports the modules, then serves."""
    scratch, modules, *readable = arguments
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    _prctl(PR_SET_SUBREAPER, 1)
    for name in filter(None, modules.split(",")):
        importlib.import_module(name)
    Host(incoming, outgoing, scratch, readable).run()


if __name__ == "__main__":
    main(sys.argv[1:])
