"""The filter of system calls: what it refuses in a real worker, and what goes on as usual."""

from __future__ import annotations

import errno
import textwrap
from collections.abc import Iterator

import pyseccomp
import pytest

from autograder.errors import EnvironmentFault, StudentError
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import filter as system_calls
from autograder.sandbox.host import Host
from tests.sandbox.conftest import LIMITS

CALL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *(ctypes.c_long(a) for a in arguments))
    return int(ctypes.get_errno()) if result == -1 else 0
"""
MAP_PRIVATE, MAP_SHARED, MAP_ANONYMOUS, MAP_SHARED_ANONYMOUS_NORESERVE = 0x02, 0x01, 0x20, 0x4021


def student_of(host: Host, source: str) -> RemoteStudent:
    """A submission of one cell on that host."""
    return RemoteStudent(host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), LIMITS)


def number_of(name: str) -> int:
    """The call's number on this machine, below 0 where it has none."""
    known = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    return known if known >= 0 else system_calls.NUMBERS.get(name, -1)


@pytest.fixture(autouse=True)
def _ended(host: Host) -> Iterator[None]:
    """Nothing of a test's fork is left for the next test, not even after a failure."""
    yield
    host.end_fork()


@pytest.mark.parametrize("group", system_calls.REFUSED)
def test_refused_calls_are_refused(group: str, host: Host) -> None:
    """With arguments that the kernel would call invalid, the answer of each is "not permitted"."""
    student, others = student_of(host, CALL), {}
    for name in system_calls.REFUSED[group].split():
        if (number := number_of(name)) >= 0 and (found := student.call("call", number, *[-1] * 6).value) != errno.EPERM:
            others[name] = errno.errorcode.get(found, found)
    assert others == {}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("prlimit64", (1, 7, 0, 0)),
        ("mmap", (0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        ("mmap", (0, 4096, 3, MAP_SHARED_ANONYMOUS_NORESERVE, -1, 0)),
        ("clone", (0x10000, 0, 0, 0, 0)),
        ("close_range", (1000, 1000, 2)),
        ("mmap", (0, 1 << 21, 3, MAP_PRIVATE | MAP_ANONYMOUS | system_calls.MAP_HUGETLB, -1, 0)),
        *(("socketpair", (family, 1, 0, 0)) for family in (2, 16, 30, 31, 38, 40, 44, 1 << 32 | 16)),
        ("sendto", (1000, 0, 0, 0, 1 << 12, 16)),
        *(
            ("fcntl", (0, high | command, 0))
            for command in system_calls.FILE_COMMANDS.values()
            for high in (0, 1 << 32)
        ),
        *(("ioctl", (0, high | code, 0)) for code in system_calls.FILE_ATTRIBUTES.values() for high in (0, 1 << 32)),
        *(("clone", (1 << bit | 17, 0, 0, 0, 0)) for bit in (7, 17, 25, 26, 27, 28, 29, 30)),
    ],
)
def test_some_arguments_are_refused(name: str, arguments: tuple[int, ...], host: Host) -> None:
    """Limits of others, shared or huge memory, threads with files of their own, namespaces, sockets of other families,
    larger pipes, news of folders, attributes of files; also where a register holds more than the kernel's ``int``.
    """
    assert student_of(host, CALL).call("call", number_of(name), *arguments).value == errno.EPERM


def test_calls_of_the_future_do_not_exist(host: Host) -> None:
    """A kernel that is newer than the rules gives a student nothing more; clone3 sends the C library back to clone."""
    student = student_of(host, CALL)
    for number in (system_calls.NEWEST, system_calls.NEWEST + system_calls.UNWRITTEN - 1, number_of("clone3")):
        assert student.call("call", number, *[-1] * 6).value == errno.ENOSYS


def test_everyday_work_goes_on(host: Host) -> None:
    """Threads, children, pipes, pairs of sockets, own limits, private and file-backed memory, temporary files."""
    student = student_of(
        host,
        """
        import asyncio, mmap, multiprocessing, os, resource, socket, subprocess, sys, tempfile, threading
        from concurrent.futures import ThreadPoolExecutor
        import numpy as np
        def work():
            with ThreadPoolExecutor(3) as pool:
                assert list(pool.map(abs, [-1, -2])) == [1, 2]
            if (child := os.fork()) == 0:
                os._exit(7)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            here, there = socket.socketpair()
            here.sendall(b"x")
            assert there.recv(1) == b"x"
            left, right = multiprocessing.Pipe()
            left.send("x")
            assert right.recv() == "x"
            assert asyncio.run(asyncio.sleep(0, 3)) == 3
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            private = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            private[:2] = b"ab"
            with tempfile.TemporaryFile() as stream:
                stream.write(b"x")
            np.save("a.npy", np.arange(3))
            mapped = np.lib.format.open_memmap("a.npy", mode="r+")
            mapped[0] = 5
            return int(np.load("a.npy").sum())
        """,
    )
    assert student.work() == 8


def test_foreign_calling_conventions_end_the_process(host: Host) -> None:
    """The x32 variant of a call, which has other numbers, is no way around the rules."""
    if pyseccomp.system_arch() != pyseccomp.Arch.X86_64:
        pytest.skip("x32 exists on x86-64 only")
    x32 = 0x40000000
    with pytest.raises(StudentError, match="signal 31"):
        student_of(host, CALL).call("call", x32 + number_of("chmod"), *[-1] * 6)


def test_without_libseccomp_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "pyseccomp", None)
    with pytest.raises(EnvironmentFault, match="apt-get install libseccomp2"):
        system_calls.compile_filter()
