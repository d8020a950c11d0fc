"""Watches from outside what a submission uses, and ends it when that is too much.

Theory of operation.  The kernel bounds one process (``setrlimit``): its data, its addresses, its processor time, the
size of a file, its descriptors.  What many processes use together, shared memory, threads and the number of files it
does not bound without cgroups, and a sandbox may hide processes from one another.  So a thread of the trusted side
looks a few times a second at the tree of processes below the host, as ``/proc`` shows it out here, and at the scratch
folder.  What is there but cannot be read counts as too much.

The kernel holds memory for a process that is not the process's own: page tables, which ``/proc`` tells, and what waits
in sockets and pipes or stands behind other descriptors, which it does not.  Those are counted as full: a socket with
the buffer that it was made with, the others with what ``filter`` leaves them.

The threads of a process share memory and descriptors (``filter`` sees to that), but a thread that has ended shows
neither, and the first one may end before the others: so the first that still lives is asked.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from autograder.config import Limits
from autograder.worker.processes import descendants

log = logging.getLogger("autograder")
INTERVAL_S = 0.1
LOOKS_PER_SCRATCH = 5  # the scratch folder is looked at less often: a look costs as much as there are files
THREADS_PER_PROCESS = 16
MIB = 1024 * 1024
KIB = 1024
ENDLESS = 1 << 62
OWN_MEMORY = ("RssAnon", "RssShmem", "VmSwap", "VmPTE", "HugetlbPages")
PIPE_BYTES = 64 * KIB  # 16 pages, and ``filter`` lets nobody have more
NAMELESS_BYTES = 64 * KIB  # an epoll with all descriptors of a process, the largest without a name
SOCKET_BUFFER = Path("/proc/sys/net/core/wmem_default")
USUAL_SOCKET_BYTES = 208 * KIB


class Watch:
    """Looks after one fork, from ``start`` to ``stop``; ``excess`` then says what there was too much of.

    Args:
        root: process id of the sandbox that was started.
        own: processes below it that belong to the host; ``inherited`` is their memory, which a fork begins with.
        scratch: the fork's folder.
        limits: of the assignment.
        end_all: ends the host, where its processes cannot be ended one by one.
    """

    def __init__(self, root: int, own: frozenset[int], scratch: Path, limits: Limits, end_all: Callable[[], None]):
        self._root, self._own, self._scratch, self._limits, self._end_all = root, own, scratch, limits, end_all
        self._inherited = max((usage_of(pid)[0] for pid in own), default=0)
        self._known = {number for pid in own for number in _removed_but_mapped(pid)}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="autograder-watch", daemon=True)
        self.excess = ""

    def start(self) -> None:
        """Begins to look.  Should the machine itself run out of memory, the kernel takes student code first."""
        for pid in self._tree():
            with contextlib.suppress(OSError):
                Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
        self._thread.start()

    def stop(self) -> None:
        """Looks no more; when this returns, nothing more is ended."""
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            for look in itertools.count(1):
                if self._done.wait(INTERVAL_S):
                    return
                found = self._processes() or (self._files() if look % LOOKS_PER_SCRATCH == 0 else "")
                if found:
                    self.excess = self.excess or found
                    self._end_fork()
        except Exception:
            log.exception("the watch on a worker failed, so its host is ended")
            self._end_all()  # the host is lost then, which is nobody's fault but ours

    def _processes(self) -> str:
        tree = self._tree()
        if len(tree) > self._limits.processes:
            return f"started more than {self._limits.processes} processes"
        usage = [usage_of(pid) for pid in tree]
        most = THREADS_PER_PROCESS * self._limits.processes
        if sum(threads for _, threads in usage) > most:
            return f"started more than {most} threads"
        held = sum(used for used, _ in usage) - self._inherited + buffers_of(tree)
        if held > self._limits.memory_mib * MIB:
            return f"used more than {self._limits.memory_mib} MiB of memory"
        return ""

    def _files(self) -> str:
        count, size, tree = 0, 0, self._tree()
        removed = itertools.chain(_removed_but_open(tree), self._mapped(tree))
        for entries, used in itertools.chain(_entries(str(self._scratch)), removed):
            count, size = count + entries, size + used
            if count > self._limits.files:
                return f"made more than {self._limits.files} files"
            if size > self._limits.scratch_mib * MIB:
                return f"wrote more than {self._limits.scratch_mib} MiB of files"
        return ""

    def _mapped(self, pids: list[int]) -> Iterator[tuple[int, int]]:
        """A pair (1, the most bytes that a file may have) for each removed file that is kept by mapping it into memory.

        How large it is only root could tell.  What the host had mapped before (a library that was renewed) is not its.
        """
        for _ in {number for pid in pids for number in _removed_but_mapped(pid)} - self._known:
            yield 1, self._limits.file_mib * MIB

    def _end_fork(self) -> None:
        for pid in self._tree():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            except PermissionError:
                self._end_all()
                return

    def _tree(self) -> list[int]:
        """The fork and what it has started."""
        return [pid for pid in descendants(self._root) if pid not in self._own]


def usage_of(pid: int) -> tuple[int, int]:
    """Memory that a process has for itself or shares with its kin (not the files that it maps), and its threads.

    Page tables and what was swapped out are among it.

    Returns:
        bytes and a count; both 0 for a process that is gone, bytes endless for one that may not be looked at.
    """
    threads = _threads(pid)
    return next((used for thread in threads if (used := _memory(thread)) is not None), 0), len(threads)


def _threads(pid: int) -> list[str]:
    """Folders of the threads that a process has, the oldest first; none for a process that is gone."""
    try:
        return [f"/proc/{pid}/task/{number}" for number in os.listdir(f"/proc/{pid}/task")]
    except (FileNotFoundError, ProcessLookupError):
        return []
    except OSError:
        return [f"/proc/{pid}"]


def _memory(thread: str) -> int | None:
    """Bytes, endless where they are hidden; None for a thread that has ended."""
    try:
        with open(f"{thread}/status", encoding="utf-8", errors="replace") as stream:
            fields = dict(line.split(":", 1) for line in stream if ":" in line)
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError:
        return ENDLESS
    if "RssAnon" not in fields:
        return None
    return sum(int(fields.get(name, "0").split()[0]) * KIB for name in OWN_MEMORY)


def buffers_of(pids: Iterable[int]) -> int:
    """The most bytes that can wait in the sockets and pipes of these processes, or stand behind nameless descriptors.

    A socket or a pipe that several hold counts once.
    """
    found, seen = 0, set()
    for status in itertools.chain.from_iterable(map(_open_files, pids)):
        if status is None:  # ``_files`` finds that
            continue
        kind = stat.S_IFMT(status.st_mode)
        if kind in (stat.S_IFSOCK, stat.S_IFIFO) and status.st_ino not in seen:
            seen.add(status.st_ino)
            found += _socket_bytes() if kind == stat.S_IFSOCK else PIPE_BYTES
        elif kind == 0:  # events, timers and their like share one file
            found += NAMELESS_BYTES
    return found


@functools.cache
def _socket_bytes() -> int:
    try:
        return int(SOCKET_BUFFER.read_text())
    except (OSError, ValueError):
        return USUAL_SOCKET_BYTES


def _entries(folder: str) -> Iterator[tuple[int, int]]:
    """A pair (1, bytes on the disk) for each file and folder below; (endless, 0) for a folder that cannot be read."""
    queue = [folder]
    while queue:
        try:
            with os.scandir(queue.pop()) as entries:
                for entry in entries:
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(found.st_mode):
                        queue.append(entry.path)
                    yield 1, found.st_blocks * 512
        except FileNotFoundError:
            continue  # removed between two looks
        except OSError:
            yield ENDLESS, 0


def _removed_but_open(pids: list[int]) -> Iterator[tuple[int, int]]:
    """The same for files without a name that processes keep on the disk by holding them open, each file once."""
    seen = set()
    for pid in pids:
        for found in _open_files(pid):
            if found is None:
                yield ENDLESS, 0
            elif stat.S_ISREG(found.st_mode) and found.st_nlink == 0 and (found.st_dev, found.st_ino) not in seen:
                seen.add((found.st_dev, found.st_ino))
                yield 1, found.st_blocks * 512


def _removed_but_mapped(pid: int) -> set[tuple[str, str]]:
    """Device and number of each file without a name that a process has mapped into memory."""
    for thread in _threads(pid):
        with contextlib.suppress(OSError), open(f"{thread}/maps", encoding="utf-8", errors="replace") as stream:
            found = [line.split(maxsplit=5) for line in stream if line.endswith(" (deleted)\n")]
            # Memory that processes share is shown so as well, and counted as memory.
            return {(f[3], f[4]) for f in found if not f[5].startswith(("/dev/zero ", "/memfd:", "/SYSV"))}
    return set()


def _open_files(pid: int) -> Iterator[os.stat_result | None]:
    """What a process holds open; None for descriptors that may not be looked at."""
    for thread in _threads(pid):
        try:
            numbers = os.listdir(f"{thread}/fd")
            for number in numbers:
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # closed in the meantime
                    yield os.stat(f"{thread}/fd/{number}")
            if numbers:
                return
        except (FileNotFoundError, ProcessLookupError):
            continue
        except OSError:
            if _memory(thread) is not None:  # a thread that has ended holds nothing, but only root may see that
                yield None
                return
