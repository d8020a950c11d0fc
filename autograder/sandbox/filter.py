"""The system calls that student code may not make: a seccomp filter, written here and loaded by each fork.

Theory of operation.  The outer sandbox and Landlock decide which files and which network a worker reaches.  What is
left are calls that ask for no file: the rights of a file that can be named (Landlock does not know ``chmod``), the
limits and priorities of other processes, memory that is charged to nobody, objects that outlive a process, and
parts of the kernel that training a network does not need.  A fork loads the filter last, after it has set its own
limits; the host runs without it, since it has to clean up.

libseccomp compiles the rules to BPF here, on the trusted side; the worker sees nothing but the bytes.  Foreign calling
conventions (32-bit, x32) end the process, and calls that are newer than these rules do not exist.
"""

from __future__ import annotations

import errno
import tempfile
from typing import Any

from autograder.errors import EnvironmentFault

REFUSED = {
    "rights, owners and times of files": "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes "
    "utimensat futimesat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat "
    "file_setattr",
    "devices, mounts and other roots": "mknod mknodat mount umount2 pivot_root chroot unshare setns fsopen fsconfig "
    "fsmount fspick open_tree open_tree_attr move_mount mount_setattr swapon swapoff quotactl quotactl_fd "
    "name_to_handle_at open_by_handle_at fanotify_init",
    "other processes": "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_getfd "
    "setpriority sched_setaffinity sched_setscheduler sched_setparam sched_setattr ioprio_set migrate_pages move_pages",
    "memory that is charged to nobody": "memfd_create memfd_secret shmget shmat shmctl",
    "what outlives a process": "msgget msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink add_key "
    "request_key keyctl",
    "news of files that others make": "inotify_init inotify_init1 inotify_add_watch",
    "the network": "socket bind connect listen accept accept4 setsockopt",
    "files and memory that wait in a socket or a pipe, where nobody counts them": "sendmsg sendmmsg vmsplice splice "
    "tee",
    "the kernel's larger doors": "io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd "
    "kexec_load kexec_file_load init_module finit_module delete_module reboot acct syslog settimeofday clock_settime "
    "clock_adjtime adjtimex sethostname setdomainname vhangup iopl ioperm modify_ldt personality lookup_dcookie",
}
"""By what they reach.  ``socketpair`` stays for one family: it joins a process to its own children only.  What waits in
a pair is bounded by the kernel, since its buffers keep their first size (``setsockopt``), and the watch counts it."""

FOR_A_GPU = frozenset({"memfd_create"})
"""Refused to all but the workers with a lease: CUDA does not start without.  The watch counts such memory as files."""

NUMBERS = {
    "clone3": 435, "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447, "process_mrelease": 448,
    "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466, "open_tree_attr": 467, "file_setattr": 469,
}  # fmt: skip
"""Newer calls, which an older libseccomp cannot name; these have one number on every architecture."""

NEWEST = 471  # calls from here on were added to Linux after these rules were written
UNWRITTEN = 100

CLONE_NAMESPACES = 0x7E020080  # CLONE_NEWTIME, -NS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET
MAP_SHARED, MAP_TYPE, MAP_ANONYMOUS = 0x01, 0x0F, 0x20
CLONE_THREAD, CLONE_FILES, CLOSE_RANGE_UNSHARE = 0x10000, 0x400, 2
MFD_HUGETLB, MAP_HUGETLB = 0x4, 0x40000
AF_UNIX = 1
INT = 0xFFFFFFFF  # the kernel looks at no more of an ``int``: what stands above it must not make a difference
FILE_COMMANDS = {"F_SETPIPE_SZ": 1031, "F_NOTIFY": 1026, "F_SETLEASE": 1024}
FILE_ATTRIBUTES = {
    "FS_IOC_SETFLAGS": 0x40086602, "FS_IOC32_SETFLAGS": 0x40046602, "FS_IOC_FSSETXATTR": 0x401C5820,
    "FS_IOC_SETVERSION": 0x40087602, "FS_IOC32_SETVERSION": 0x40047602, "EXT4_IOC_SETVERSION": 0x40086604,
    "EXT4_IOC32_SETVERSION": 0x40046604,
}  # fmt: skip
BINARY_TREE = 2  # a few comparisons for each call in place of hundreds

Rules = Any
"""A ``pyseccomp.SyscallFilter``: the package has no types."""


def missing() -> str:
    """Why no filter can be made here, or "" when one can."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        return f"libseccomp cannot be loaded ({error}): apt-get install libseccomp2 && pip install pyseccomp"
    return "" if pyseccomp.get_api() >= 3 else "this kernel has no seccomp filters that return an error"


def compile_filter(*, gpu: bool = False) -> bytes:
    """The filter as BPF instructions, 8 bytes each, for the machine that this runs on.

    Args:
        gpu: for workers with a lease on a graphics processor.

    Raises:
        EnvironmentFault: libseccomp is missing, or the kernel is too old.
    """
    if reason := missing():
        raise EnvironmentFault(f"student code will not be run without a filter of system calls: {reason}")
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, BINARY_TREE)
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    denied = pyseccomp.ERRNO(errno.EPERM)
    for name in " ".join(REFUSED.values()).split():
        if not (gpu and name in FOR_A_GPU):
            _add(rules, denied, name)
    _add_partly_refused(rules, denied)
    if gpu:
        rules.add_rule(denied, "memfd_create", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, MFD_HUGETLB, MFD_HUGETLB))
    for number in range(NEWEST, NEWEST + UNWRITTEN):
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), number)
    with tempfile.TemporaryFile() as stream:
        rules.export_bpf(stream)
        stream.seek(0)
        return stream.read()


def _add_partly_refused(rules: Rules, denied: int) -> None:
    """Calls that are everyday ones but for some of their arguments."""
    import pyseccomp

    def argument(number: int, comparison: int, value: int, mask: int | None = None) -> object:
        values = (value,) if mask is None else (mask, value)
        return pyseccomp.Arg(number, comparison, *values)

    rules.add_rule(denied, "prlimit64", argument(0, pyseccomp.NE, 0))  # 0: the caller itself
    shared = argument(3, pyseccomp.MASKED_EQ, MAP_SHARED | MAP_ANONYMOUS, MAP_TYPE | MAP_ANONYMOUS)
    rules.add_rule(denied, "mmap", shared)
    for bit in (1 << shift for shift in range(32) if CLONE_NAMESPACES >> shift & 1):
        rules.add_rule(denied, "clone", argument(0, pyseccomp.MASKED_EQ, bit, bit))
    # The watch asks one thread for what all of them hold open.
    own_files = argument(0, pyseccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD | CLONE_FILES)
    rules.add_rule(denied, "clone", own_files)
    rules.add_rule(denied, "close_range", argument(2, pyseccomp.MASKED_EQ, CLOSE_RANGE_UNSHARE, CLOSE_RANGE_UNSHARE))
    # Huge pages come from a pool of the machine's, which others need as well.
    rules.add_rule(denied, "mmap", argument(3, pyseccomp.MASKED_EQ, MAP_HUGETLB, MAP_HUGETLB))
    # Other families (TIPC, Bluetooth, netlink's kin) are doors into the kernel like those of "socket".
    rules.add_rule(denied, "socketpair", argument(0, pyseccomp.NE, AF_UNIX))
    rules.add_rule(denied, "sendto", argument(4, pyseccomp.NE, 0))  # to an address: a pair needs none
    for command in FILE_COMMANDS.values():
        rules.add_rule(denied, "fcntl", argument(1, pyseccomp.MASKED_EQ, command, INT))
    for command in FILE_ATTRIBUTES.values():
        rules.add_rule(denied, "ioctl", argument(1, pyseccomp.MASKED_EQ, command, INT))
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory: the C library falls back to clone


def _add(rules: Rules, action: int, name: str) -> None:
    """Adds a rule by name, or by number where libseccomp is older than the call; not every machine has every call."""
    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number < 0:
        number = NUMBERS.get(name, -1)
    if number >= 0:
        rules.add_rule(action, number)
