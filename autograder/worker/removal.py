"""Removes a folder that a hostile process has filled.

``shutil.rmtree`` recurses, and paths have a greatest length, so thousands of folders within each other would stay
behind and take the remover with them.  Here every folder is emptied into the topmost one, one level at a time.  The
names that folders get there are drawn when the removal begins: a name that can be known before could be taken by a
folder that is full, and the removal would stop at it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator


def remove_tree(path: str) -> None:
    """Removes a folder with all that is in it; what cannot be removed stays.

    Links are removed, not followed.  Folders without rights are given them first.
    """
    try:
        top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    drawn = os.urandom(16).hex()
    new_names = (f"{drawn}-{number}" for number in itertools.count(1))
    try:
        before = None
        while (names := os.listdir(top)) and names != before:
            before = names
            for name in names:
                _remove_entry(top, name, new_names)
    finally:
        os.close(top)
    with contextlib.suppress(OSError):
        os.rmdir(path)


def _remove_entry(top: int, name: str, new_names: Iterator[str]) -> None:
    """Removes a file, or a folder whose own folders are moved up beside it."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(os.lstat(name, dir_fd=top).st_mode):
            os.unlink(name, dir_fd=top)
            return
        os.chmod(name, 0o700, dir_fd=top)
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for child in os.listdir(folder):
                _lift_or_unlink(folder, child, top, next(new_names))
        finally:
            os.close(folder)
        os.rmdir(name, dir_fd=top)


def _lift_or_unlink(folder: int, child: str, top: int, new_name: str) -> None:
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(os.lstat(child, dir_fd=folder).st_mode):
            os.chmod(child, 0o700, dir_fd=folder)
            os.rename(child, new_name, src_dir_fd=folder, dst_dir_fd=top)
        else:
            os.unlink(child, dir_fd=folder)
