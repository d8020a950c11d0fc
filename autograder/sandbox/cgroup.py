"""Memory and number of tasks bounded by the kernel, where this process may make cgroups (version 2) of its own.

Theory of operation.  systemd hands a part of its tree of cgroups to a user (``systemd-run --user --scope -p
Delegate=yes autograder batch ...``) and marks it as handed over; others are left alone, even where root could write
them.  The kernel wants processes in the leaves only: so all that run here move to a leaf of their own, the controllers
are switched on, and each worker host gets a group beside it.  Where any of this is not possible there is no group, and
the watch (``watch``) is alone.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path

from autograder.config import Limits
from autograder.sandbox.watch import MIB, THREADS_PER_PROCESS

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
ADVICE = "systemd-run --user --scope -p Delegate=yes autograder batch ..."
TRUSTED = "autograder-trusted"
HOST_MIB = 1536  # what a host with TensorFlow takes itself
HOST_TASKS = 256
DELEGATED = ("user.delegate", "trusted.delegate")  # systemd 251 and newer set these attributes
CONTROLLERS = "+memory +pids"
MOVES = 10  # while processes move to the leaf, others may be started
_numbers = itertools.count(1)


class Group:
    """A group for one worker host and all that it starts."""

    def __init__(self, folder: Path, limits: Limits):
        self._folder, self._limits = folder, limits

    def add(self, pids: Iterable[int]) -> None:
        """Puts processes into the group; what they start is born in it."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                (self._folder / "cgroup.procs").write_text(str(pid))

    def excess(self) -> str:
        """What the kernel has ended a process of the group for, "" for nothing."""
        with contextlib.suppress(OSError):
            events = dict(line.split() for line in (self._folder / "memory.events").read_text().splitlines())
            if int(events.get("oom_kill", 0)):
                return f"used more than {self._limits.memory_mib} MiB of memory"
        return ""

    def remove(self) -> None:
        """Ends what is left in the group, and the group."""
        with contextlib.suppress(OSError):
            (self._folder / "cgroup.kill").write_text("1")
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def make_group(limits: Limits) -> Group | None:
    """A group with the memory and the tasks of an assignment beside the host's own, or None where there can be none."""
    parent = delegated()
    if parent is None:
        return None
    folder = parent / f"autograder-host-{os.getpid()}-{next(_numbers)}"
    try:
        folder.mkdir()
        (folder / "memory.max").write_text(str((limits.memory_mib + HOST_MIB) * MIB))
        (folder / "pids.max").write_text(str(limits.processes * THREADS_PER_PROCESS + HOST_TASKS))
        with contextlib.suppress(OSError):
            (folder / "memory.swap.max").write_text("0")
    except OSError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        return None
    return Group(folder, limits)


def delegated() -> Path | None:
    """The cgroup below which this process may make others that bound memory, or None."""
    try:
        line = next(line for line in OWN.read_text().splitlines() if line.startswith("0::"))
        group = ROOT / line.removeprefix("0::").lstrip("/")
        if group.name == TRUSTED:
            group = group.parent
        if not _is_delegated(group):
            return None
        if {"memory", "pids"} <= set((group / "cgroup.subtree_control").read_text().split()):
            return group if os.access(group, os.W_OK) else None
        if not {"memory", "pids"} <= set((group / "cgroup.controllers").read_text().split()):
            return None
        return group if _make_room(group) else None
    except (OSError, StopIteration):
        return None


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
