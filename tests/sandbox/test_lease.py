"""A worker with a lease on devices, behind each sandbox: what it may do then, and what it still may not.

No graphics processor is needed: other device files stand in for its files.
"""

from __future__ import annotations

import errno
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import ResourceLimit
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import find_backends, prepare_runtime
from autograder.sandbox.devices import READABLE, Lease
from autograder.sandbox.host import Host
from tests.sandbox.conftest import LIMITS
from tests.sandbox.test_filter import CALL, number_of

LEASED = "/dev/urandom"  # it answers an ioctl (RNDGETENTCNT) for anybody
FOREIGN = next(path for path in ("/dev/fuse", "/dev/loop-control", "/dev/ptmx") if os.path.exists(path))
LEASE = Lease(
    "stand-in", files=(LEASED, "/dev/full"), readable=READABLE[:-1], environment=(("CUDA_VISIBLE_DEVICES", "7"),)
)
MFD_HUGETLB = 4
MACHINE = ["/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/1/oom_score_adj",
           "/sys/kernel/uevent_helper", "/sys/power/state"]  # fmt: skip
DEVICES = """
    import array, errno, fcntl, os, threading
    RNDGETENTCNT = 0x80045200

    def control(path):
        try:
            with open(path, "r+b", buffering=0) as device:
                fcntl.ioctl(device, RNDGETENTCNT, array.array("i", [0]))
            return "done"
        except OSError as error:
            return errno.errorcode[error.errno]

    def write(path, text="x"):
        try:
            with open(path, "w") as stream:
                stream.write(text)
            with open(path) as stream:
                return stream.read().strip()
        except OSError as error:
            return errno.errorcode[error.errno]

    def name_threads():
        names = []
        def name():
            names.append(write(f"/proc/self/task/{threading.get_native_id()}/comm", "cuda-EvtHandlr"))
        thread = threading.Thread(target=name)
        thread.start()
        thread.join()
        name()
        return names

    def opened(paths):
        found = []
        for path in paths:
            try:
                os.close(os.open(path, os.O_WRONLY))
                found.append(path)
            except OSError:
                pass
        return found

    def listed(paths):
        found = []
        for path in paths:
            try:
                found += [path] if os.listdir(path) is not None else []
            except OSError:
                pass
        return found

    def of_parent():
        folder = f"/proc/{os.getppid()}"
        tasks = [f"{folder}/task/{os.getppid()}/{name}" for name in ("comm", "oom_score_adj", "attr/exec")]
        return [*(f"{folder}/{name}" for name in ("comm", "oom_score_adj", "mem", "clear_refs", "attr/exec")), *tasks]

    def folder():
        return os.getcwd()

    def variable(name):
        return os.environ.get(name, "")
"""


@pytest.fixture(scope="module", params=[backend.name for backend in find_backends()])
def leased(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host with the lease, for each sandbox that works here."""
    backend = next(b for b in find_backends() if b.name == request.param)
    if reason := backend.missing():
        pytest.skip(reason)
    runtime = prepare_runtime(tmp_path_factory.mktemp("views"), ("numpy",), gpu=True)
    with Host(backend, runtime, LIMITS, lease=LEASE) as running:
        yield running


@pytest.fixture(autouse=True)
def _ended(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in {"leased", "host"} & set(request.fixturenames):
        request.getfixturevalue(name).end_fork()


def student_of(host: Host, source: str = DEVICES) -> RemoteStudent:
    """A submission of one cell on that host."""
    return RemoteStudent(host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), LIMITS)


def test_leased_devices_are_controlled_and_no_others(leased: Host) -> None:
    """Its own answer an ``ioctl``; those of another slot cannot be opened."""
    student = student_of(leased)
    assert student.control(LEASED) == "done"
    assert student.control("/dev/full") == errno.errorcode[errno.ENOTTY]  # it was asked, and knows no such call
    assert student.control(FOREIGN) in ("EACCES", "ENOENT", "EPERM")
    assert student.variable("CUDA_VISIBLE_DEVICES") == "7"


def test_without_a_lease_no_device_is_controlled(host: Host) -> None:
    """Neither a graphics processor's nor the everyday ones, which may be read."""
    student = student_of(host)
    for path in (LEASED, "/dev/full", FOREIGN):
        assert student.control(path) in ("EACCES", "ENOENT", "EPERM")
    assert student.variable("CUDA_VISIBLE_DEVICES") == ""


def test_a_lease_allows_names_of_own_threads_only(leased: Host) -> None:
    """CUDA writes them into ``/proc``; all else there stays closed, for root as well."""
    student = student_of(leased)
    assert student.name_threads() == ["cuda-EvtHandlr"] * 2
    assert student.opened(MACHINE) == []
    assert student.opened(student.of_parent()) == []


def test_the_inner_walls_stand_with_a_lease(leased: Host) -> None:
    """The host's own scratch folder, where the next submission's will be, is closed to a fork."""
    student = student_of(leased)
    folder = student.folder()
    if not leased.confines:
        pytest.skip("a fork cannot confine itself here: each submission has a host of its own")
    assert student.listed([folder]) == [folder]
    assert student.listed([os.path.dirname(folder)]) == []
    assert student.opened([f"{os.path.dirname(folder)}/{name}" for name in ("x", "fork-1")]) == []


def test_without_a_lease_no_thread_is_named(host: Host) -> None:
    """``/proc`` is closed then."""
    student = student_of(host)
    assert set(student.name_threads()) <= {"EACCES", "EPERM"}
    assert student.opened(student.of_parent()) == []


def test_memory_files_need_a_lease(host: Host, leased: Host) -> None:
    """``memfd_create`` is CUDA's way to share memory; huge pages stay refused."""
    number = number_of("memfd_create")
    with_name = CALL + "name = ctypes.create_string_buffer(b'x')\ndef make(number, flags):\n"
    with_name += "    return call(number, ctypes.addressof(name), flags)\n"
    assert student_of(host, with_name).make(number, 0) == errno.EPERM
    student = student_of(leased, with_name)
    assert student.make(number, 0) == 0
    assert student.make(number, MFD_HUGETLB) == errno.EPERM


def test_memory_files_are_counted(leased: Host) -> None:
    """Whatever is in them: mapped or not, they end a submission that makes too much of them."""
    student = student_of(
        leased,
        """
        import os, time
        def fill(mib):
            files = []
            for _ in range(mib // 4):
                files.append(os.memfd_create("x"))
                os.write(files[-1], bytes(4 << 20))
            time.sleep(4)
            return len(files)
        """,
    )
    assert student.fill(8) == 2
    with pytest.raises(ResourceLimit, match="of files"):
        student.fill(LIMITS.scratch_mib + 64)


def test_a_lease_changes_nothing_else(leased: Host, canary: Path) -> None:
    """Files, other processes and the network are as far away as without."""
    student = student_of(
        leased,
        """
        import os, socket
        def attempt(what, *arguments):
            actions = {
                "read": lambda path: open(path).read(),
                "write": lambda path: open(path, "a").write("x"),
                "list": os.listdir,
                "kill": lambda pid: os.kill(pid, 0),
                "parent": lambda: os.kill(os.getppid(), 0),
                "memory": lambda pid: open(f"/proc/{pid}/mem", "rb").read(1),
                "environ": lambda pid: open(f"/proc/{pid}/environ").read(),
                "socket": socket.socket,
            }
            try:
                return f"done: {actions[what](*arguments)}"
            except BaseException as error:
                return "refused"
        """,
    )
    tries = [("read", str(canary)), ("write", str(canary)), ("list", str(canary.parent)), ("kill", os.getpid()),
             ("parent",), ("memory", os.getpid()), ("environ", os.getpid()), ("socket",)]  # fmt: skip
    assert {what: student.attempt(what, *arguments) for what, *arguments in tries} == dict.fromkeys(
        (what for what, *_ in tries), "refused"
    )
