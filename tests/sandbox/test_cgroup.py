"""Groups of the kernel, on a folder that looks like a delegated cgroup, and for real where there is one.

``systemd-run --user --scope -p Delegate=yes .venv/bin/python -m pytest tests/sandbox/test_cgroup.py`` makes one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.config import Limits
from autograder.errors import ResourceLimit, StudentError
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import cgroup, find_backends, prepare_runtime
from autograder.sandbox.host import Host
from autograder.sandbox.watch import Watch

LIMITS = Limits(memory_mib=256, processes=4)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A delegated group with two processes in it, as files; processes 13 and 14 are a host's, 15 is a container's."""
    group = tmp_path / "user" / "batch.scope"
    group.mkdir(parents=True)
    for name, text in {"controllers": "cpu memory pids", "subtree_control": "", "procs": "11\n12\n"}.items():
        (group / f"cgroup.{name}").write_text(text)
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    monkeypatch.setattr(cgroup, "PROC", tmp_path / "proc")
    for pid in ("self", 13, 14):
        put(tmp_path, pid, "1:name=systemd:/\n0::/user/batch.scope\n")
    put(tmp_path, 15, "0::/machine/container.scope\n")
    attributes = {(group, "user.delegate"): b"1"}
    monkeypatch.setattr(os, "getxattr", lambda path, name: attributes.get((path, name), b""))
    return group


def put(root: Path, pid: int | str, text: str) -> None:
    """Says where a process is."""
    (root / "proc" / str(pid)).mkdir(parents=True, exist_ok=True)
    (root / "proc" / str(pid) / "cgroup").write_text(text)


def test_processes_make_room_and_a_group_has_its_bounds(tree: Path) -> None:
    """What runs here goes to a leaf, the controllers are switched on, and the group bounds memory and tasks."""
    assert cgroup.make_group(LIMITS, [13, 14]) is not None
    folder = next(tree.glob("autograder-host-*"))
    assert (tree / "autograder-trusted" / "cgroup.procs").read_text() == "12"
    assert (tree / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert int((folder / "memory.max").read_text()) == (256 + cgroup.HOST_MIB) * 2**20
    assert int((folder / "pids.max").read_text()) == 4 * 16 + cgroup.HOST_TASKS
    assert (folder / "memory.oom.group").read_text() == "1"
    assert (folder / "cgroup.procs").read_text() == "14"


def test_a_second_host_finds_room_made(tree: Path) -> None:
    """From the leaf, where the controllers are on already, groups are made beside it."""
    (tree / "cgroup.subtree_control").write_text("memory pids")
    for pid in ("self", 13, 14):
        put(cgroup.ROOT, pid, "0::/user/batch.scope/autograder-trusted\n")
    (tree / "autograder-trusted").mkdir()
    assert cgroup.delegated() == tree
    assert cgroup.make_group(LIMITS, [13]) is not None and cgroup.make_group(LIMITS, [14]) is not None
    assert len(list(tree.glob("autograder-host-*"))) == 2


def test_a_kill_for_memory_is_told(tree: Path) -> None:
    """The student reads that it was memory, not that the process was lost."""
    group = cgroup.make_group(LIMITS, [13])
    assert group is not None
    events = next(tree.glob("autograder-host-*")) / "memory.events"
    events.write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\n")
    assert group.excess() == ""
    events.write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n")
    assert group.excess() == "used more than 256 MiB of memory"


@pytest.mark.parametrize(
    "fault",
    [
        "version 1 only", "no controllers", "not handed over", "not there", "cannot be made",
        "a container has its own", "the host is gone",
    ],
)  # fmt: skip
def test_without_a_delegated_group_there_is_none(tree: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is raised, and nothing is left behind."""
    pids = [13, 14]
    if fault == "version 1 only":
        put(cgroup.ROOT, "self", "4:memory:/x\n")
    elif fault == "no controllers":
        (tree / "cgroup.controllers").write_text("cpu\n")
    elif fault == "not handed over":
        monkeypatch.setattr(os, "getxattr", lambda path, name: b"")
    elif fault == "not there":
        put(cgroup.ROOT, "self", "0::/elsewhere\n")
    elif fault == "cannot be made":
        (tree / "autograder-trusted").write_text("a file in the way")
    else:
        pids = [15] if "container" in fault else [13, 16]
    assert cgroup.make_group(LIMITS, pids) is None
    assert list(tree.glob("autograder-host-*")) == []


# -- for real ------------------------------------------------------------------------------------

HUNGRY = """
import os, time
def eat():
    for _ in range(8):
        if os.fork() == 0:
            kept = bytearray(b"x") * (100 << 20)
            time.sleep(600)
    time.sleep(600)
def multiply():
    for _ in range(400):
        if os.fork() == 0:
            time.sleep(600)
def leave(): os._exit(0)
def right(): return 2
"""


@pytest.fixture(params=[backend.name for backend in find_backends()])
def bounded(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Host, RemoteStudent]]:
    """A host in a group of its own that nothing but the kernel bounds, and a submission."""
    if cgroup.delegated() is None:
        pytest.skip("no cgroup was handed over to these tests")
    backend = next(b for b in find_backends() if b.name == request.param)
    if reason := backend.missing():
        pytest.skip(reason)
    monkeypatch.setattr(Watch, "_processes", lambda self: "")
    for name, value in {"HOST_MIB": 128, "HOST_TASKS": 16, "THREADS_PER_PROCESS": 1}.items():
        monkeypatch.setattr(cgroup, name, value)  # NumPy is small
    limits = Limits(call_wall_s=120, load_wall_s=60, cpu_s=120, memory_mib=256, processes=64)
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), limits) as host:
        host.start()
        if host.group is None:
            pytest.skip("this sandbox has a group of its own")
        yield host, RemoteStudent(host, Submission("s", (Chunk("cell", HUNGRY),)), limits)


def groups() -> list[Path]:
    """The groups that this process has made and not yet removed."""
    parent = cgroup.delegated()
    assert parent is not None
    return list(parent.glob(f"autograder-host-{os.getpid()}-*"))


def test_the_kernel_bounds_the_memory_of_all_processes(bounded: tuple[Host, RemoteStudent]) -> None:
    """The call ends at once with its reason, and neither a later call nor the next student hears of it."""
    _, student = bounded
    with pytest.raises(ResourceLimit, match="used more than 256 MiB of memory"):
        student.eat()
    assert student.right() == 2
    with pytest.raises(StudentError, match="ended the Python process"):
        student.leave()


def test_the_kernel_bounds_the_tasks(bounded: tuple[Host, RemoteStudent]) -> None:
    """A process too many is refused to the student's code, and the host goes on."""
    _, student = bounded
    with pytest.raises(StudentError, match="temporarily unavailable"):
        student.multiply()
    student.close()
    assert student.right() == 2


def test_a_group_goes_with_its_host(bounded: tuple[Host, RemoteStudent]) -> None:
    """Also while processes of a submission are still to be ended."""
    host, student = bounded
    with pytest.raises(StudentError):
        student.multiply()
    assert len(groups()) == 1
    host.close()
    assert groups() == []
