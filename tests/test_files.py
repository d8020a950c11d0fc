"""Files appear whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.files import replacing, write_json, write_output, write_text


def test_a_file_is_replaced(tmp_path: Path) -> None:
    """By its new content, with nothing beside it."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    write_text(path, "새\n")
    assert path.read_bytes() == "새\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("before", [None, "old"])
def test_what_fails_half_way_changes_nothing(tmp_path: Path, before: str | None) -> None:
    """The old content stays, or there is still no file; and no unfinished one."""
    path = tmp_path / "a.txt"
    if before:
        path.write_text(before)
    with pytest.raises(KeyboardInterrupt), replacing(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert [file.read_text() for file in tmp_path.iterdir()] == ([before] if before else [])


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    """The content of the writer that ends last is there, whole."""
    path = tmp_path / "a.txt"
    with replacing(path) as first, replacing(path) as second:
        first.write(b"1" * 10)
        second.write(b"2" * 20)
    assert path.read_bytes() == b"1" * 10


def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    """From its first byte; another one follows the umask."""
    for private in (True, False):
        with replacing(tmp_path / "a", private=private) as stream:
            (partial,) = tmp_path.glob(".a.*.part")
            assert bool(stat.S_IMODE(partial.stat().st_mode) & 0o077) is not private
            stream.write(b"x")
        assert bool(stat.S_IMODE((tmp_path / "a").stat().st_mode) & 0o077) is not private


def test_long_names_are_no_trouble(tmp_path: Path) -> None:
    """The unfinished file's name is cut, the file's own is not."""
    path = tmp_path / ("k" * 240 + ".json")
    write_json(path, {"name": "지우"})
    assert json.loads(path.read_text(encoding="ascii")) == {"name": "지우"}


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "missing folder"])
def test_output_replaces_neither_links_nor_folders(tmp_path: Path, kind: str) -> None:
    """A sentence says what to name instead; what the link leads to stays."""
    (tmp_path / "kept").write_text("kept")
    path = tmp_path / ("gone/out" if kind == "missing folder" else "out")
    if kind == "folder":
        path.mkdir()
    elif kind != "missing folder":
        path.symlink_to(tmp_path / ("kept" if kind == "link" else "nothing"))
    with pytest.raises(UsageError, match=r"is a folder|is a link to|does not exist; make it"):
        write_output(path, b"new")
    assert (tmp_path / "kept").read_text() == "kept" and not (tmp_path / "nothing").exists()


def test_output_replaces_a_file_and_is_private(tmp_path: Path) -> None:
    """As every other file that is written."""
    write_output(tmp_path / "out", b"old")
    write_output(tmp_path / "out", b"new", private=True)
    assert (tmp_path / "out").read_bytes() == b"new" and stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    write_output(Path("/dev/null"), b"nothing")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
