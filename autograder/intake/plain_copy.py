"""Copies a folder that somebody else can change at any time: plain files only, and not too many.

Theory of operation: every folder and file is opened by its name in a folder that is open already, and never by
following a link, so that the file which was checked is the one that is copied.  A hard link to somebody else's file
is recognised by its owner.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILES = 1_000
MAX_ENTRIES = 10_000  # read in one folder
MAX_DEPTH = 4
_NEVER_WAIT = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def copy_plain(source: Path, target: Path, *, first: tuple[str, ...] = (), max_bytes: int) -> list[str]:
    """Copies the plain files of a folder and of the folders in it.

    Args:
        source: the folder.
        target: a folder to be made.
        first: names of the files that matter most; the others share the remaining room.
        max_bytes: limit for all files together.

    Returns:
        The names of what was left out: links, pipes, devices, files of another owner, and what is over a limit.

    Raises:
        OSError: the source is a link or cannot be opened.
    """
    with _opened(os.fspath(source), None, os.O_DIRECTORY) as folder:
        copy = _Copy(os.fstat(folder).st_uid, max_bytes)
        copy.folder(folder, target, first, MAX_DEPTH)
    return copy.left_out


@contextmanager
def _opened(name: str, folder: int | None, flags: int = 0) -> Iterator[int]:
    descriptor = os.open(name, _NEVER_WAIT | flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@dataclass
class _Copy:
    owner: int
    room_bytes: int
    room_files: int = MAX_FILES
    left_out: list[str] = field(default_factory=list)

    def folder(self, folder: int, target: Path, first: tuple[str, ...], depth: int) -> None:
        target.mkdir()
        with os.scandir(folder) as entries:
            names = [entry.name for entry in itertools.islice(entries, MAX_ENTRIES)]
        for name in dict.fromkeys((*first, *sorted(names))):
            try:
                self._entry(name, folder, target / name, depth)
            except FileNotFoundError:
                continue  # one of ``first`` that does not exist, or was removed in the meantime
            except OSError:
                self.left_out.append(name)

    def _entry(self, name: str, folder: int, target: Path, depth: int) -> None:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode) and depth:
            with _opened(name, folder, os.O_DIRECTORY) as inner:
                self.folder(inner, target, (), depth - 1)
        elif not (stat.S_ISREG(mode) and self._file(name, folder, target)):
            self.left_out.append(name)

    def _file(self, name: str, folder: int, target: Path) -> bool:
        with _opened(name, folder) as descriptor:
            status = os.fstat(descriptor)
            fits = self.room_files > 0 and status.st_size <= self.room_bytes
            if not (stat.S_ISREG(status.st_mode) and status.st_uid == self.owner and fits):
                return False
            with target.open("xb") as copy:
                left = status.st_size
                while left and (block := os.read(descriptor, min(left, 2**20))):
                    copy.write(block)
                    left -= len(block)
        self.room_files -= 1
        self.room_bytes -= status.st_size
        return True
