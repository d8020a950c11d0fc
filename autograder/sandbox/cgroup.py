"""Memory and number of tasks bounded by the kernel, where this process may make cgroups (version 2) of its own.

Theory of operation.  systemd hands a part of its tree of cgroups to a user (``systemd-run --user --scope -p
Delegate=yes autograder batch ...``) and marks it as handed over; others are left alone, even where root could write
them.  The kernel wants processes in the leaves only: so all that run here move to a leaf of their own, the controllers
are switched on, and each worker host gets a group beside it.  When its memory is used up, the kernel ends the whole
group and the host with it: a call then does not wait for a process that has ended, and the next student is not told of
it.  Where any of this is not possible, there is no group and only the watch (``watch``) bounds a submission; containers
have groups of their own, which are left as they are.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import time
from collections.abc import Collection
from pathlib import Path

from autograder.config import Limits
from autograder.sandbox.watch import MIB, THREADS_PER_PROCESS

ROOT = Path("/sys/fs/cgroup")
PROC = Path("/proc")
ADVICE = "systemd-run --user --scope -p Delegate=yes autograder batch ..."
TRUSTED = "autograder-trusted"
HOST_MIB = 1536  # what forks may copy of a host with TensorFlow
HOST_TASKS = 256
DELEGATED = ("user.delegate", "trusted.delegate")  # systemd 251 and newer set these attributes
CONTROLLERS = "+memory +pids"
END_LIMIT_S = 20.0
MOVES = 10  # while processes move to the leaf, others may be started
_numbers = itertools.count(1)


class Group:
    """A group for one worker host and all that it starts."""

    def __init__(self, folder: Path, limits: Limits):
        self._folder, self._limits = folder, limits

    def excess(self) -> str:
        """What the kernel has ended a process of the group for, "" for nothing."""
        with contextlib.suppress(OSError):
            events = dict(line.split() for line in (self._folder / "memory.events").read_text().splitlines())
            if int(events.get("oom_kill", 0)):
                return f"used more than {self._limits.memory_mib} MiB of memory"
        return ""

    def remove(self) -> None:
        """Ends what is left in the group, waits for its end, and removes the group."""
        with contextlib.suppress(OSError):
            (self._folder / "cgroup.kill").write_text("1")
        with contextlib.suppress(OSError):
            self._wait_until_empty()
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _wait_until_empty(self) -> None:
        deadline = time.monotonic() + END_LIMIT_S
        with (self._folder / "cgroup.events").open() as events:
            changed = select.poll()
            changed.register(events, select.POLLPRI)
            while "populated 1" in events.read() and (left := deadline - time.monotonic()) > 0:
                changed.poll(left * 1000)
                events.seek(0)


def make_group(limits: Limits, pids: Collection[int]) -> Group | None:
    """Puts a worker host into a group with the memory and the tasks of an assignment; what it starts is born in it.

    Args:
        limits: of the assignment.
        pids: the processes of the host.

    Returns:
        None where there can be no group, and where the host has one of its own.
    """
    parent = delegated()
    if parent is None:
        return None
    folder = parent / f"autograder-host-{os.getpid()}-{next(_numbers)}"
    try:
        if any(_group_of(pid) != _group_of("self") for pid in pids):
            return None
        folder.mkdir()
        _set_bounds(folder, limits)
        for pid in pids:
            (folder / "cgroup.procs").write_text(str(pid))
    except OSError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        return None
    return Group(folder, limits)


def _set_bounds(folder: Path, limits: Limits) -> None:
    (folder / "memory.max").write_text(str((limits.memory_mib + HOST_MIB) * MIB))
    (folder / "pids.max").write_text(str(limits.processes * THREADS_PER_PROCESS + HOST_TASKS))
    for name, value in {"memory.oom.group": "1", "memory.swap.max": "0"}.items():
        with contextlib.suppress(OSError):  # a kernel may lack them
            (folder / name).write_text(value)


def delegated() -> Path | None:
    """The cgroup below which this process may make others that bound memory, or None."""
    try:
        group = _group_of("self")
        if group.name == TRUSTED:
            group = group.parent
        if not _is_delegated(group):
            return None
        if {"memory", "pids"} <= set((group / "cgroup.subtree_control").read_text().split()):
            return group if os.access(group, os.W_OK) else None
        if not {"memory", "pids"} <= set((group / "cgroup.controllers").read_text().split()):
            return None
        return group if _make_room(group) else None
    except OSError:
        return None


def _group_of(pid: int | str) -> Path:
    """The cgroup of a process; a kernel with groups of version 1 only has none."""
    for line in (PROC / str(pid) / "cgroup").read_text().splitlines():
        if line.startswith("0::"):
            return ROOT / line.removeprefix("0::").lstrip("/")
    raise FileNotFoundError(f"{pid} is in no cgroup of version 2")


def _is_delegated(group: Path) -> bool:
    for name in DELEGATED:
        with contextlib.suppress(OSError):
            if os.getxattr(group, name) == b"1":
                return True
    return False


def _make_room(group: Path) -> bool:
    """Moves all processes of a group into a leaf, so that groups beside it may have controllers."""
    leaf = group / TRUSTED
    leaf.mkdir(exist_ok=True)
    for _ in range(MOVES):
        for pid in (group / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                (leaf / "cgroup.procs").write_text(pid)
        try:
            (group / "cgroup.subtree_control").write_text(CONTROLLERS)
        except OSError:
            continue  # somebody was born in the meantime
        return True
    return False
