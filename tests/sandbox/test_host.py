"""Workers behind real walls: what they cannot do, and how each way to end is told apart."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.errors import (
    EnvironmentFault,
    HostRefused,
    LocalProtocolError,
    RemoteProtocolError,
    ResourceLimit,
    StudentError,
    StudentTimeout,
)
from autograder.grading.student import Handle, RemoteStudent
from autograder.model import Chunk, Submission
from autograder.protocol import Frame
from autograder.sandbox.host import Host
from tests.sandbox.conftest import LIMITS


def student_of(host: Host, source: str) -> RemoteStudent:
    """A submission of one cell on that host."""
    return RemoteStudent(host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), LIMITS)


@pytest.fixture
def fresh(host: Host) -> Iterator[Host]:
    """The shared host, with the fork of the test ended afterwards."""
    yield host
    host.end_fork()


REACH = """
    import os, socket, subprocess
    def attempt(what, *args):
        try:
            return "done: " + str(ACTIONS[what](*args))[:100]
        except BaseException as error:
            return "refused: " + type(error).__name__
    ACTIONS = {
        "read": lambda p: open(p).read(),
        "write": lambda p: open(p, "a").write("x"),
        "list": lambda p: os.listdir(p),
        "kill": lambda p: os.kill(p, 9),
        "signal_parent": lambda: os.kill(os.getppid(), 9),
        "memory": lambda p: open(f"/proc/{p}/mem", "rb").read(1),
        "environ": lambda p: open(f"/proc/{p}/environ").read(),
        "sklearn": lambda: __import__("sklearn"),
        "shm": lambda: open("/dev/shm/x", "w"),
        "unlink": lambda p: os.unlink(p),
    }
"""


@pytest.mark.parametrize("what", ["read", "write", "unlink"])
def test_files_elsewhere_are_out_of_reach(fresh: Host, canary: Path, what: str) -> None:
    """A file of the trusted side can be neither read nor changed nor removed."""
    assert student_of(fresh, REACH).attempt(what, str(canary)).startswith("refused")
    assert canary.read_text() == "secret"


def private(host: Host, folder: Path) -> list[str]:
    """Names in a folder that do not lead to what a worker may read; a mount namespace alone shows the others."""
    readable = [Path(path) for path in host.runtime.readable]
    return [entry.name for entry in folder.iterdir() if not any(path.is_relative_to(entry) for path in readable)]


def test_the_home_the_checkout_and_shared_memory_are_out_of_reach(fresh: Host, repository: Path) -> None:
    """Neither the instructor's home, nor hidden tests, nor a folder that all forks share."""
    student = student_of(fresh, REACH)
    for folder in (Path.home(), repository):
        answer = student.attempt("list", str(folder))
        assert answer.startswith("refused") or not any(repr(name) in answer for name in private(fresh, folder))
    assert student.attempt("read", str(repository / "assignments/activations/test_hidden.py")).startswith("refused")
    assert student.attempt("shm").startswith("refused")


def test_the_grader_cannot_be_killed_or_read(fresh: Host) -> None:
    """Signals to the trusted process and to the host, and the trusted process's memory and environment."""
    student = student_of(fresh, REACH)
    for what in ("kill", "memory", "environ"):
        assert student.attempt(what, os.getpid()).startswith("refused"), what
    if fresh.confines:
        assert student.attempt("signal_parent").startswith("refused")
    else:
        with pytest.raises(EnvironmentFault):  # it ends its own host, which serves nobody else
            student.attempt("signal_parent")
    assert student.attempt("list", ".") == "done: []"


def test_packages_that_were_not_named_are_absent(fresh: Host) -> None:
    """scikit-learn cannot be imported in a NumPy assignment's worker."""
    assert student_of(fresh, REACH).attempt("sklearn") == "refused: ModuleNotFoundError"


def test_an_endless_loop_is_a_timeout_and_the_rest_goes_on(fresh: Host) -> None:
    """After a timeout the next call runs in a new worker; a function is given two chances."""
    student = student_of(fresh, "def loop():\n    while True: pass\ndef f(): return 1")
    for _ in range(2):
        with pytest.raises(StudentTimeout, match="within 5 s"):
            student.loop()
    with pytest.raises(StudentTimeout, match="not called again"):
        student.loop()
    assert student.f() == 1


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import os\ndef f(): os._exit(0)", StudentError),
        ("import sys\ndef f(): sys.exit(0)", StudentError),
        ("import os\ndef f(): os.kill(os.getpid(), 11)", StudentError),
        ("def f():\n    kept = []\n    while True: kept.append(bytearray(10**7))", ResourceLimit),
        ("def f(): return bytearray(2**34)", ResourceLimit),
    ],
)
def test_every_way_to_end_is_told_apart(fresh: Host, source: str, error: type[Exception]) -> None:
    """Exits, crashes and hunger are the submission's; the next call works."""
    student = student_of(fresh, source + "\ndef g(): return 2")
    with pytest.raises(error):
        student.f()
    assert student.g() == 2


def test_a_statement_that_hangs_costs_itself_alone(fresh: Host) -> None:
    """Functions around an endless loop at top level are graded."""
    student = student_of(fresh, "def f(): return 1\nwhile True: pass\ndef g(): return 2")
    assert (student.f(), student.g()) == (1, 2)
    assert [fault.kind for fault in student.faults] == ["endless"]


def test_nothing_outlives_its_fork(fresh: Host) -> None:
    """A double fork in a session of its own is dead when the worker is, and so are its siblings."""
    student = student_of(
        fresh,
        """
        import os, time
        def f():
            for _ in range(5):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        while True: time.sleep(0.01)
                    os._exit(0)
            return 1
        """,
    )
    fresh.start()
    before = fresh.processes()
    assert student.f() == 1
    started = [psutil.Process(pid) for pid in fresh.processes() - before]
    assert len(started) > 1
    student.close()
    assert [process for process in started if process.is_running()] == []


def test_one_fork_leaves_nothing_for_the_next(fresh: Host) -> None:
    """Names, patched libraries and files of one submission are gone in the next."""
    first = student_of(
        fresh, "import numpy as np\nnp.exp = None\nx = 1\ndef f():\n    open('left', 'w').write('x')\n    return 1"
    )
    assert first.f() == 1
    first.close()
    second = student_of(fresh, REACH + "\n    import numpy as np\n    def f(): return float(np.exp(0.0))")
    assert second.f() == 1.0
    assert second.attempt("list", ".") == "done: []"
    with pytest.raises(StudentError, match="x is not defined"):
        second.value("x")


def test_files_are_bounded(fresh: Host) -> None:
    """A file larger than the limit is refused."""
    student = student_of(fresh, "def f():\n    with open('big', 'wb') as s: s.write(bytes(2**25))\n    return 1")
    with pytest.raises(StudentError):
        student.f()


def test_replies_that_are_no_messages_are_the_submissions_fault(fresh: Host) -> None:
    """Rubbish written to the worker's own socket is a student error, never ours."""
    student = student_of(
        fresh,
        """
        import os
        def f():
            for number in range(3, 64):
                try: os.write(number, b"rubbish" * 100)
                except OSError: pass
            return 1
        def g(): return 2
        """,
    )
    with pytest.raises(RemoteProtocolError):
        student.f()
    assert student.g() == 2


def test_a_fork_ends_once(fresh: Host) -> None:
    """An ended worker cannot be asked, and whoever needs one gets a fresh one, also when another took its place."""
    first = student_of(fresh, "def f(): return 1")
    second = student_of(fresh, "def f(): return 2")
    assert (first.f(), second.f(), first.f()) == (1, 2, 1)
    fork = fresh.fork(LIMITS)
    fork.end()
    fork.end()
    assert not fork.alive
    with pytest.raises(EnvironmentFault, match="had ended"):
        fork.ask(Frame({}), 1.0)


def test_a_host_that_is_closed_lets_its_fork_go(fresh: Host) -> None:
    """The next use starts another host."""
    student = student_of(fresh, "def f(): return 1")
    assert student.f() == 1
    fork, before = fresh.fork(LIMITS), fresh.pid
    fresh.close()
    assert not fork.alive and fresh.pid is None and fresh.processes() == frozenset()
    assert student.f() == 1 and fresh.pid not in (None, before)


def polynomial(x, powers):
    """A function of the grader's: the sum of some powers of x."""
    return np.sum([x**power for power in powers], axis=0)


def pair_of(x):
    """Something that stays in the worker."""
    return {1: x}


def test_a_function_of_the_graders_runs_beside_the_students_code(fresh: Host) -> None:
    """It can be handed to the student's functions and called itself, and what it makes can be handed on."""
    student = student_of(fresh, "def twice(f, x): return f(f(x, [1]), [2])\ndef first(pair): return pair[1]")
    handle = student.define(polynomial)
    assert student.twice(handle, np.array([1.0, 2.0])).tolist() == [1.0, 4.0]
    assert student.call(handle, np.array([2.0]), powers=[1, 3]).value.tolist() == [10.0]
    made = student.call(student.define(pair_of), 5).value
    assert isinstance(made, Handle) and student.first(made) == 5
    with pytest.raises(StudentError, match="TypeError"):
        student.call(handle)


def test_an_object_is_lost_with_its_worker(fresh: Host) -> None:
    """A handle of a worker that had to be ended is the student's error, not a stranger's object."""
    student = student_of(fresh, "import os\ndef f(): os._exit(0)\ndef g(x): return 1")
    handle = student.define(pair_of)
    with pytest.raises(StudentError):
        student.f()
    with pytest.raises(StudentError, match="was lost"):
        student.g([handle])


def test_a_function_that_cannot_be_sent_is_our_fault(fresh: Host) -> None:
    """The author reads why."""
    with pytest.raises(LocalProtocolError, match="LIMITS of its file"):
        student_of(fresh, "").define(uses_a_name_of_its_file)


def test_a_sandbox_that_cannot_start_leaves_nothing(
    fresh: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its library raises becomes one fault that says what failed, and no folder of the host's is left."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def start(_spec: object) -> None:
        raise RuntimeError("sandlock_popen failed")

    other = Host(fresh.backend, fresh.runtime, LIMITS)
    monkeypatch.setattr(other.backend, "start", start, raising=False)
    with pytest.raises(HostRefused, match=rf"{fresh.backend.name} cannot start .*sandlock_popen failed.*doctor"):
        other.fork(LIMITS)
    assert list(tmp_path.iterdir()) == []


def test_a_fork_has_no_capabilities_and_cannot_get_any(fresh: Host) -> None:
    """Also where the grader runs as root, and in a program that the fork starts; its files cannot be made immutable."""
    source = """
    import array, ctypes, fcntl, os
    libc = ctypes.CDLL(None, use_errno=True)
    def capabilities():
        sets = (ctypes.c_uint32 * 6)()
        assert libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets) == 0
        return [int(bits) for bits in sets]
    def bounding(): return [n for n in range(64) if libc.prctl(23, n, 0, 0, 0) == 1]
    def get_back():
        full = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
        return int(libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), full))
    def lock():
        with open("locked", "w") as stream:
            fcntl.ioctl(stream, 0x40086602, array.array("l", [0x10]))
    """
    student = student_of(fresh, source)
    assert student.capabilities() == [0] * 6
    assert student.get_back() == -1
    if os.geteuid() == 0:
        assert student.bounding() == []
    with pytest.raises(StudentError, match="PermissionError"):
        student.lock()


def uses_a_name_of_its_file():
    """LIMITS is not there."""
    return LIMITS
