"""The watch on what a submission uses: seen from outside, and the reason given to the student."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import EnvironmentFault, ResourceLimit
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.protocol import control
from autograder.sandbox import host as hosts
from autograder.sandbox import pipe, watch
from autograder.sandbox.host import Host
from tests.sandbox.conftest import LIMITS

SMALL = replace(LIMITS, call_wall_s=30, memory_mib=256, processes=4, files=60, scratch_mib=12, file_mib=8, output_mib=1)
USES = {
    "memory of several processes": (
        "[os.fork() or (bytearray(b'x') * (120 << 20), time.sleep(60)) for _ in range(3)] and time.sleep(60)",
        "used more than 256 MiB of memory",
    ),
    "processes": (
        "[os.fork() or time.sleep(60) for _ in range(6)] and time.sleep(60)",
        "started more than 4 processes",
    ),
    "threads": (
        "[threading.Thread(target=time.sleep, args=(60,)).start() for _ in range(80)] and time.sleep(60)",
        "started more than 64 threads",
    ),
    "files": (
        "[os.mkdir(str(n)) for n in range(80)] and time.sleep(60)",
        "made more than 60 files",
    ),
    "files that cannot be counted": (
        "os.mkdir('locked') or os.mkdir('locked/x') or os.mkdir('closed', 0) or time.sleep(60)",
        "made more than 60 files",
    ),
    "size of all files": (
        "[open(str(n), 'wb').write(bytes(5 << 20)) for n in range(4)] and time.sleep(60)",
        "wrote more than 12 MiB of files",
    ),
    "files without a name": (
        "[(keep(open(str(n), 'wb')).write(bytes(5 << 20)), os.unlink(str(n))) for n in range(4)] and time.sleep(60)",
        "wrote more than 12 MiB of files",
    ),
    "page tables": (
        "[os.fork() or (read_only(40 << 30), time.sleep(60)) for _ in range(3)] and time.sleep(60)",
        "used more than 256 MiB of memory",
    ),
    "buffers of sockets": (
        "[os.fork() or (keep(bytearray(b'x') * (50 << 20)), fill(100), time.sleep(60)) for _ in range(3)] "
        "and time.sleep(60)",
        "used more than 256 MiB of memory",
    ),
    "removed files that are mapped": (
        "[mapped_only(n, 5 << 20) for n in range(4)] and time.sleep(60)",
        "wrote more than 12 MiB of files",
    ),
    "memory without a first thread": (
        "[headless(lambda: keep(bytearray(b'x') * (120 << 20))) for _ in range(3)] and time.sleep(60)",
        "used more than 256 MiB of memory",
    ),
    "files without a name or a first thread": (
        "headless(lambda: [stream.write(bytes(5 << 20)) for stream in kept], "
        "lambda: [(keep(open(str(n), 'wb')), os.unlink(str(n))) for n in range(4)]) and time.sleep(60)",
        "wrote more than 12 MiB of files",
    ),
}


def student_of(host: Host, expression: str) -> RemoteStudent:
    """A submission whose ``f`` evaluates the expression and whose ``g`` is right."""
    source = f"""
    import ctypes, mmap, os, socket, threading, time
    threading.stack_size(1 << 16)
    kept = []
    def keep(value):
        kept.append(value)
        return value
    def read_only(size):
        "Memory of zeros: one page, and a page table for each 2 MiB."
        view = keep(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ))
        for start in range(0, size, 2 << 20):
            view[start]
    def fill(pairs):
        for _ in range(pairs):
            for end in keep(socket.socketpair()):
                end.setblocking(False)
                try:
                    while end.send(bytes(1 << 14)): pass
                except BlockingIOError: pass
    def mapped_only(number, size):
        "A file without a name or a descriptor, kept by one page of memory."
        with open(str(number), "w+b") as stream:
            stream.write(bytes(size))
            stream.flush()
            keep(mmap.mmap(stream.fileno(), 4096))
        os.unlink(str(number))
    def headless(work, prepare=lambda: None):
        "A process whose first thread prepares and ends, while another one does the work and stays."
        def wait_and_work(first):
            ctypes.CDLL(None).pthread_join(ctypes.c_ulong(first), None)
            work()
            time.sleep(60)
        if (child := os.fork()) == 0:
            prepare()
            threading.Thread(target=wait_and_work, args=[threading.get_ident()]).start()
            ctypes.CDLL(None).pthread_exit(None)
        return child
    def f(): return {expression}
    def g(): return 2
    """
    return RemoteStudent(host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), SMALL)


@pytest.fixture(autouse=True)
def _ended(host: Host) -> Iterator[None]:
    """Nothing of a test's fork is left for the next test, not even after a failure."""
    yield
    host.end_fork()


@pytest.mark.parametrize("what", USES)
def test_too_much_of_something_ends_the_call_with_its_reason(what: str, host: Host) -> None:
    """The student reads which limit was exceeded, and the next call is answered by a fresh worker."""
    expression, reason = USES[what]
    if what == "files that cannot be counted" and os.geteuid() == 0:
        pytest.skip("root may count every file")
    student = student_of(host, expression)
    with pytest.raises(ResourceLimit) as raised:
        student.f()
    # Where a sandbox bounds the processes as well, the last one may not start: then the call ends by itself.
    assert reason in str(raised.value)
    assert student.g() == 2


def test_a_small_question_has_a_small_answer(host: Host) -> None:
    """What a statement sends in place of its short answer is refused, though a function may return as much."""
    source = """
    import json, os, struct
    def send():
        head = json.dumps({"ok": True, "value": None}).encode()
        data = struct.pack(">4sIQ", b"CXR1", len(head), 3 << 20) + head + bytes(3 << 20)
        for number in range(3, 64):
            try:
                if "socket" in os.readlink(f"/proc/self/fd/{number}"):
                    os.write(number, data)
            except OSError:
                pass
    send()
    def f(): return __import__("numpy").zeros(3 << 17)
    """
    student = RemoteStudent(
        host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), replace(SMALL, output_mib=4)
    )
    assert student.f().nbytes == 3 << 20
    assert any("more than is allowed" in fault.message for fault in student.faults)


def test_children_that_have_ended_count_nothing(host: Host) -> None:
    """Also when nobody has waited for them, and however long the call goes on."""
    ended = "[os.fork() or os._exit(0) for _ in range(2)] and time.sleep(2)"
    assert student_of(host, ended).f() is None


def test_an_answer_is_bounded(host: Host) -> None:
    """More bytes than the assignment allows in one answer are refused before they are kept."""
    student = student_of(host, "__import__('numpy').zeros(1 << 20)")
    with pytest.raises(Exception, match="more than is allowed"):
        student.f()
    assert student.g() == 2


def test_what_may_not_be_looked_at_counts_as_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process whose memory is hidden is not taken for one without memory."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    assert watch.usage_of(os.getpid())[0] > 1 << 20
    assert watch.usage_of(2**22 + 1) == (0, 0)  # larger than any process id
    monkeypatch.setattr("builtins.open", refuse)
    assert watch.usage_of(os.getpid())[0] > 1 << 60


def test_a_watch_that_fails_is_our_fault(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on unwatched: the host is ended, the submission is not blamed, and the next try works."""
    host.end_fork()
    monkeypatch.setattr(watch.Watch, "_processes", lambda self: 1 / 0)
    with pytest.raises(EnvironmentFault, match="lost"):
        student_of(host, "time.sleep(60)").f()
    monkeypatch.undo()
    assert student_of(host, "1").g() == 2


def test_processes_of_earlier_submissions_are_not_counted(host: Host) -> None:
    """One that ends with children of its own leaves the next ones as many as it had."""
    for _ in range(5):
        student = student_of(host, "[os.fork() or time.sleep(60) for _ in range(3)] and 1")
        assert student.f() == 1
        host.end_fork()


def test_a_host_is_replaced_after_a_number_of_forks(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it says of itself; after each, where the kernel gives a fork no inner wall."""
    monkeypatch.setattr(hosts, "FORKS_PER_HOST", 3)
    host.close()
    seen = []
    for _ in range(7):
        host.fork(SMALL)
        seen.append(host.pid)
        host.end_fork()
    assert [seen.count(pid) for pid in dict.fromkeys(seen)] == ([3, 3, 1] if host.confines else [1] * 7)


@pytest.mark.parametrize("state", [{"intact": False}, {}, {"intact": "yes"}])
def test_a_host_that_is_not_as_it_was_is_replaced(
    state: dict[str, object], host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """According to its own report: limits, priority, directory, environment or a process that is left."""
    host.fork(SMALL)
    first = host.pid

    def parse(data: bytes) -> control.Control:
        fields = json.loads(data)
        assert fields["type"] == "ended"
        return control.parse_control(json.dumps({k: v for k, v in fields.items() if k != "intact"} | state).encode())

    monkeypatch.setattr(pipe, "parse_control", parse)
    host.end_fork()
    monkeypatch.undo()
    assert not Path(f"/proc/{first}").exists() or host.pid is None
    host.fork(SMALL)
    assert host.pid not in (None, first)


def test_a_host_with_something_in_its_folder_is_replaced(host: Host) -> None:
    """A file that outlives its submission would tell the next one its name and size, and fill the disk."""
    host.fork(SMALL)
    first, folder = host.pid, Path(host.scratch or "")
    (folder / "left-behind").mkdir()
    host.end_fork()
    assert not folder.exists()
    host.fork(SMALL)
    assert host.pid not in (None, first)
