"""A student's folder is copied without following a link, waiting for a pipe, or running out of room."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from autograder.intake import plain_copy
from autograder.intake.plain_copy import copy_plain

MIB = 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a notebook and a folder in it."""
    folder = tmp_path / "handed in"
    (folder / "checks").mkdir(parents=True)
    (folder / "a.ipynb").write_text("{}")
    (folder / "checks" / "test_public.py").write_text("x = 1")
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_plain_files_are_copied(folder: Path, tmp_path: Path) -> None:
    """With their folders, also if their names are not text."""
    name = os.fsdecode("활성화".encode("cp949"))
    (folder / name).write_bytes(b"x")
    assert copy_plain(folder, tmp_path / "copy", max_bytes=MIB) == []
    assert _files(tmp_path / "copy") == {"a.ipynb": b"{}", "checks/test_public.py": b"x = 1", name: b"x"}


def test_everything_else_is_left_out(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to files and folders, pipes, sockets."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("CANARY")
    (folder / "file").symlink_to(tmp_path / "secret" / "key")
    (folder / "dir").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # a socket's address has room for 108 characters
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
    left_out = copy_plain(folder, tmp_path / "copy", max_bytes=MIB)
    assert sorted(left_out) == ["dir", "file", "loop", "pipe", "socket"]
    assert set(_files(tmp_path / "copy")) == {"a.ipynb", "checks/test_public.py"}


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    """Whatever it leads to."""
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(OSError):
        copy_plain(tmp_path / "link", tmp_path / "copy", max_bytes=MIB)


def test_what_matters_most_comes_first(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many and too large files cost a student the others, not the notebook."""
    for number in range(30):
        (folder / f"{number:02}").write_bytes(bytes(100))
    with (folder / "!").open("wb") as file:
        file.truncate(10**12)
    monkeypatch.setattr(plain_copy, "MAX_ENTRIES", 20)
    left_out = copy_plain(folder, tmp_path / "copy", first=("a.ipynb", "none"), max_bytes=1000)
    copied = _files(tmp_path / "copy")
    assert copied["a.ipynb"] == b"{}" and sum(map(len, copied.values())) <= 1000
    assert "none" not in left_out and left_out


def test_a_file_of_another_owner_is_left_out(folder: Path, tmp_path: Path) -> None:
    """Which is what a hard link to somebody else's file is."""
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(folder / "checks" / "test_public.py", 12345, -1)
    assert copy_plain(folder, tmp_path / "copy", max_bytes=MIB) == ["test_public.py"]


def test_folders_in_folders_end(folder: Path, tmp_path: Path) -> None:
    """A chain of folders is followed a few steps."""
    here = folder
    for _ in range(100):
        here /= "d"
    here.mkdir(parents=True)
    assert copy_plain(folder, tmp_path / "copy", max_bytes=MIB) == ["d"]
