"""Groups of the kernel, on a folder that looks like a delegated cgroup, and for real where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.config import Limits
from autograder.sandbox import cgroup

LIMITS = Limits(memory_mib=256, processes=4)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A delegated group with two processes in it, as files."""
    group = tmp_path / "user" / "batch.scope"
    group.mkdir(parents=True)
    for name, text in {"controllers": "cpu memory pids", "subtree_control": "", "procs": "11\n12\n"}.items():
        (group / f"cgroup.{name}").write_text(text)
    own = tmp_path / "own"
    own.write_text("1:name=systemd:/\n0::/user/batch.scope\n")
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    monkeypatch.setattr(cgroup, "OWN", own)
    attributes = {(group, "user.delegate"): b"1"}
    monkeypatch.setattr(os, "getxattr", lambda path, name: attributes.get((path, name), b""))
    return group


def test_processes_make_room_and_a_group_has_its_bounds(tree: Path) -> None:
    """What runs here goes to a leaf, the controllers are switched on, and the group bounds memory and tasks."""
    group = cgroup.make_group(LIMITS)
    assert group is not None
    folder = next(tree.glob("autograder-host-*"))
    assert (tree / "autograder-trusted" / "cgroup.procs").read_text() == "12"
    assert (tree / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert int((folder / "memory.max").read_text()) == (256 + cgroup.HOST_MIB) * 2**20
    assert int((folder / "pids.max").read_text()) == 4 * 16 + cgroup.HOST_TASKS
    group.add([os.getpid()])
    assert (folder / "cgroup.procs").read_text() == str(os.getpid())


def test_a_second_host_finds_room_made(tree: Path) -> None:
    """From the leaf, where the controllers are on already, groups are made beside it."""
    (tree / "cgroup.subtree_control").write_text("memory pids")
    cgroup.OWN.write_text("0::/user/batch.scope/autograder-trusted\n")
    (tree / "autograder-trusted").mkdir()
    assert cgroup.delegated() == tree
    assert cgroup.make_group(LIMITS) is not None and cgroup.make_group(LIMITS) is not None
    assert len(list(tree.glob("autograder-host-*"))) == 2


def test_a_kill_for_memory_is_told(tree: Path) -> None:
    """The student reads that it was memory, not that the process was lost."""
    group = cgroup.make_group(LIMITS)
    assert group is not None
    events = next(tree.glob("autograder-host-*")) / "memory.events"
    events.write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\n")
    assert group.excess() == ""
    events.write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n")
    assert group.excess() == "used more than 256 MiB of memory"


@pytest.mark.parametrize(
    "fault", ["version 1 only", "no controllers", "not handed over", "not there", "cannot be made"]
)
def test_without_a_delegated_group_there_is_none(tree: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is raised, and nothing is left behind."""
    if fault == "version 1 only":
        cgroup.OWN.write_text("4:memory:/x\n")
    elif fault == "no controllers":
        (tree / "cgroup.controllers").write_text("cpu\n")
    elif fault == "not handed over":
        monkeypatch.setattr(os, "getxattr", lambda path, name: b"")
    elif fault == "not there":
        cgroup.OWN.write_text("0::/elsewhere\n")
    else:
        (tree / "autograder-trusted").write_text("a file in the way")
    assert cgroup.make_group(LIMITS) is None
    assert list(tree.glob("autograder-host-*")) == []
