"""The trusted side of a worker host: it starts, hands out forks one at a time, and is replaced when it is not fit.

Theory of operation.  A warm host serves many submissions, so one of them must not spoil it for the next.  After each
fork it is judged according to its own report (``ForkEnded.intact``) and to our own check of its processes; after a fork
that used too much, or after ``FORKS_PER_HOST`` forks, it is replaced in any case.  Where a fork cannot confine itself
to files (no Landlock), a host serves one submission only.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.config import Limits
from autograder.errors import AutograderError, EnvironmentFault, HostRefused, RemoteProtocolError, StudentTimeout
from autograder.protocol.control import (
    ForkEnded,
    ForkStarted,
    HostReady,
    ProcessLimits,
    StartFork,
    pack_control,
)
from autograder.sandbox.backend import Backend, HostProcess
from autograder.sandbox.cgroup import Group, make_group
from autograder.sandbox.devices import Lease
from autograder.sandbox.fork import Fork
from autograder.sandbox.pipe import HostLost, Pipe
from autograder.sandbox.runtime import Runtime
from autograder.sandbox.spec import FORKS_PER_HOST, HostSpec
from autograder.sandbox.watch import Watch
from autograder.worker.processes import descendants
from autograder.worker.removal import remove_tree

START_LIMIT_S = 180.0
LOST = (StudentTimeout, RemoteProtocolError, HostLost)
ADVICE = "`autograder doctor` tells what is wrong"
log = logging.getLogger("autograder")


@dataclass(frozen=True)
class _Started:
    """A host that has reported that it is ready.

    ``own`` are the processes that it consisted of then, and ``files`` what was in its folder.
    """

    process: HostProcess
    pipe: Pipe
    scratch: Path
    confines: bool
    own: frozenset[int]
    files: frozenset[str]
    group: Group | None


class Host:
    """One warm host; serves one fork at a time.  Use it as a context manager.

    It is started on first use, and again on the next use after it was lost or replaced.

    Attributes:
        backend: what it is started with.
        runtime: what it may read.
        lease: the graphics processor that its forks may use.
        confines: whether its forks can confine themselves to files; known when it has been started.
    """

    def __init__(
        self, backend: Backend, runtime: Runtime, limits: Limits, *, threads: int = 1, lease: Lease | None = None
    ):
        self.backend, self.runtime = backend, runtime
        self.confines = False
        self._limits = lease.widened(limits) if lease else limits
        self._threads, self.lease = threads, lease
        self._started: _Started | None = None
        self._fork: Fork | None = None
        self._forks = 0

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id that everything of the running host is below; None while none runs."""
        return self._started.process.pid if self._started else None

    @property
    def scratch(self) -> Path | None:
        """The running host's folder, in which each fork has its own; None while none runs."""
        return self._started.scratch if self._started else None

    @property
    def group(self) -> Group | None:
        """The running host's cgroup, where it has one of our making."""
        return self._started.group if self._started else None

    def processes(self) -> frozenset[int]:
        """The running host's processes and all below, as this side sees them; none while none runs."""
        return frozenset((self.pid, *descendants(self.pid))) if self.pid is not None else frozenset()

    def start(self) -> None:
        """Starts the host unless it runs, and waits until its packages are imported.

        Raises:
            HostRefused: the sandbox could not start it.
            EnvironmentFault: it did not come up in ``START_LIMIT_S`` seconds.
        """
        self._start()

    def fork(self, limits: Limits) -> Fork:
        """Forks a worker for one submission, ending the one before.

        Raises:
            EnvironmentFault: there is no worker; the next try gets a fresh host.
        """
        self.end_fork("replaced")
        limits = self.lease.widened(limits) if self.lease else limits
        started, deadline = self._start(), time.monotonic() + START_LIMIT_S
        try:
            own_limits = ProcessLimits(int(limits.cpu_s), int(limits.memory_mib), int(limits.file_mib))
            started.pipe.send(pack_control(StartFork(own_limits)), deadline)
            report = started.pipe.receive(ForkStarted, deadline)
        except LOST as error:
            self.close()
            raise EnvironmentFault("the worker host was lost between two submissions") from error
        if not report.confined:
            self.close()  # an earlier submission may have spoilt the host: the next try gets a fresh one
            raise EnvironmentFault("a worker could not set its limits and confine itself")
        self._forks += 1
        # Without inner walls it may write beside its own folder as well.
        scratch = started.scratch / f"fork-{report.number}" if started.confines else started.scratch
        watch = Watch(started.process.pid, started.own, scratch, limits, started.process.end)
        watch.start()
        started.pipe.listen()
        self._fork = Fork(started.pipe, limits, watch, self._take_back)
        return self._fork

    def end_fork(self, reason: str = "finished") -> None:
        """Ends the fork that it serves, if any."""
        if self._fork:
            self._fork.end(reason)

    def close(self) -> None:
        """Ends the host and everything in it, and removes its scratch folder."""
        fork, self._fork = self._fork, None
        if fork:
            fork.abandon()
        started, self._started = self._started, None
        if started is None:
            return
        started.process.close()
        if started.group:
            started.group.remove()
        _remove(started.scratch)

    def _start(self) -> _Started:
        if self._started is None:
            self._started = self._start_anew()
            self.confines, self._forks = self._started.confines, 0
        return self._started

    def _start_anew(self) -> _Started:
        scratch = Path(tempfile.mkdtemp(prefix="autograder-"))
        process: HostProcess | None = None
        try:
            process = self._start_process(scratch)
            pipe = Pipe(process)
            ready = pipe.receive(HostReady, time.monotonic() + START_LIMIT_S)
            own, files = frozenset((process.pid, *descendants(process.pid))), frozenset(os.listdir(scratch))
            return _Started(process, pipe, scratch, ready.confines, own, files, make_group(self._limits, own))
        except BaseException as error:
            if process:
                process.close()
            _remove(scratch)
            if not isinstance(error, LOST):
                raise
            raise EnvironmentFault(f"the worker host did not start under {self.backend.name}; {ADVICE}") from error

    def _start_process(self, scratch: Path) -> HostProcess:
        """Each backend fails in its own way, and its libraries know no error of ours."""
        try:
            return self.backend.start(HostSpec(self.runtime, scratch, self._limits, self._threads, self.lease))
        except AutograderError:
            raise
        except Exception as error:
            why = f"{type(error).__name__}: {str(error)[:300]}"
            raise HostRefused(f"{self.backend.name} cannot start a worker host ({why}); {ADVICE}") from error

    def _take_back(self, report: ForkEnded | None, excess: str) -> str:
        """Replaces the host unless it is fit for another submission; what the fork used too much of.

        A host is replaced after excess as well: what was ended in a hurry may still be counted by the sandbox or the
        kernel.
        """
        assert self._started
        self._fork = None
        excess = excess or (self._started.group.excess() if self._started.group else "")
        is_intact = report is not None and report.intact and not excess and self._is_as_it_was(self._started)
        if not (is_intact and self.confines and self._forks < FORKS_PER_HOST):
            self.close()
        return excess

    def _is_as_it_was(self, started: _Started) -> bool:
        """Whether the host has no other processes than at its start, and nothing is left in its folder."""
        try:
            left = frozenset(os.listdir(started.scratch))
        except OSError:
            return False
        return left == started.files and self.processes() == started.own


def _remove(scratch: Path) -> None:
    """Removes a host's folder; what stays is told, since nobody else would find it."""
    remove_tree(str(scratch))
    if scratch.exists():
        log.warning("%s could not be removed: look at what is in it, and remove it by hand", scratch)
