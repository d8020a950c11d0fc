"""The inner walls, which a fork puts up around itself before it runs any student code.

In this order: the limits of the process; Landlock (files: what the assignment names, and the fork's own scratch
folder); the capabilities, which it gives up where the grader runs as root; and the filter of system calls, which the
trusted side has compiled (``autograder.sandbox.filter``).  None of them can be taken down again.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from dataclasses import dataclass

from ..protocol.control import ProcessLimits

PR_SET_SECCOMP = 22
PR_CAPBSET_READ, PR_CAPBSET_DROP = 23, 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
CAPABILITIES_OF_64_BITS = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
MOST_CAPABILITIES = 64
SECCOMP_MODE_FILTER = 2
BYTES_PER_INSTRUCTION = 8
MIB = 1024 * 1024
WAITING_SIGNALS = 256  # of all processes of the user, the grader's included
OPEN_FILES, OPEN_FILES_WITH_GPU = 256, 1024
RESERVED_BY_CUDA = 1 << 44  # addresses, not memory
SPARE_ADDRESSES = 1 << 36  # for the stacks and heaps of threads: TensorFlow took 1.5 GiB to train on 2 cores


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog`` of the kernel."""

    _fields_ = [("instructions", ctypes.c_ushort), ("start", ctypes.c_char_p)]


class _CapabilityHeader(ctypes.Structure):
    """``struct __user_cap_header_struct`` of the kernel."""

    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


@dataclass(frozen=True)
class InnerWalls:
    """What is the same for all forks of a host.

    ``readable`` are files and folders that may be read; ``program`` is the filter of system calls, empty for none;
    ``devices`` are device files that may be controlled, none without a lease on a graphics processor.
    """

    readable: list[str]
    program: bytes
    devices: tuple[str, ...] = ()

    @classmethod
    def read(cls, readable: list[str], program_file: str, devices: str = "") -> InnerWalls:
        """Walls whose filter is in a file; "" for none."""
        granted = tuple(filter(None, devices.split(",")))
        if not program_file:
            return cls(readable, b"", granted)
        with open(program_file, "rb") as stream:
            return cls(readable, stream.read(), granted)


def confine(walls: InnerWalls, limits: ProcessLimits, scratch: str) -> None:
    """Confines the calling process and all that it will start.

    Args:
        walls: what is the same for all forks.
        limits: of the assignment.
        scratch: the one folder that may be written.
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as stream:
        stream.write("1000")  # as the watch does from outside, where another user's processes may be out of its reach
    _limit(limits, gpu=bool(walls.devices))
    if can_confine_files():
        _confine_files(walls, scratch)
    if walls.program:
        _drop_capabilities()
        _filter_calls(walls.program)


def _confine_files(walls: InnerWalls, scratch: str) -> None:
    import sandlock

    # TensorFlow reads its own entry in /proc, and CUDA writes the names of its threads there.  Under sandlock a
    # supervisor answers for /proc, and nothing of it can be named.
    readable, writable = list(walls.readable), [scratch, os.devnull, *walls.devices]
    if _can_be_named("/proc/self"):
        readable.append("/proc/self")
        writable += ["/proc/self/task"] if walls.devices else []
    sandlock.confine(sandlock.Sandbox(fs_readable=readable, fs_writable=writable))


def can_confine_files() -> bool:
    """Whether this kernel has the Landlock that sandlock needs."""
    try:
        import sandlock
    except (ImportError, OSError):
        return False
    return bool(sandlock.landlock_abi_version() >= sandlock.min_landlock_abi())


def _limit(limits: ProcessLimits, *, gpu: bool) -> None:
    """Sets the limits of the process; CUDA reserves far more memory than it uses, so that only the watch bounds it.

    Addresses are bounded because of the page tables behind them, which memory that is only read fills as well; not with
    CUDA, whose reservations grow with the memory of all processors.
    """
    memory = limits.memory_mib * MIB
    data = _data_bytes() + (RESERVED_BY_CUDA if gpu else memory)
    addresses = resource.RLIM_INFINITY if gpu else _address_bytes() + memory + SPARE_ADDRESSES
    for what, amount in (
        (resource.RLIMIT_AS, addresses),
        (resource.RLIMIT_SIGPENDING, WAITING_SIGNALS),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, limits.file_mib * MIB),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES_WITH_GPU if gpu else OPEN_FILES),
    ):
        most = resource.getrlimit(what)[1]  # an administrator may have set less
        amount = min((amount, most), key=lambda one: (one == resource.RLIM_INFINITY, one))
        resource.setrlimit(what, (amount, amount))


def _address_bytes() -> int:
    return _pages_of_itself()[0] * os.sysconf("SC_PAGE_SIZE")


def _data_bytes() -> int:
    return _pages_of_itself()[5] * os.sysconf("SC_PAGE_SIZE")


def _pages_of_itself() -> list[int]:
    with open("/proc/self/statm") as stream:
        return [int(number) for number in stream.read().split()]


def _drop_capabilities() -> None:
    """Gives up what root may do beyond the owner of a file or a process, for all programs that it will start, too.

    Raises:
        OSError: something is left.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    for number in range(MOST_CAPABILITIES):  # what an ordinary user may not drop is out of its reach anyway
        if libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1:
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    header = _CapabilityHeader(CAPABILITIES_OF_64_BITS, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: twice 32 bits each
    if libc.capset(ctypes.byref(header), ctypes.byref(none)) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities of root cannot be given up")


def _filter_calls(program: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    filter_ = _FilterProgram(len(program) // BYTES_PER_INSTRUCTION, program)
    done = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    if not done or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls cannot be loaded")


def _can_be_named(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_PATH))
    except OSError:
        return False
    return True
