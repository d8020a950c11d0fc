"""Writing files so that they appear whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from autograder.errors import UsageError

MAX_SHOWN_NAME = 80  # of the target's name in that of the unfinished file; file systems store 255 bytes


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A new file that takes the place of ``path`` when the block ends well; otherwise ``path`` stays as it was.

    The unfinished file lies beside it, under a random name that ends with ``.part``, so that two writers do not
    collide.  A killed process leaves it behind; nothing reads it.

    Args:
        path: what to replace or to make; its folder has to be there.
        private: whether only the owner may read it.

    Yields:
        A binary file, open for writing.
    """
    partial = path.with_name(f".{path.name[:MAX_SHOWN_NAME]}.{secrets.token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(partial, flags, 0o600 if private else 0o666), "wb") as stream:
            yield stream
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Writes UTF-8 text with line feeds, whole or not at all; see ``replacing``."""
    with replacing(path, private=private) as stream:
        stream.write(text.encode("utf-8"))


def write_json(path: Path, value: object, *, private: bool = False) -> None:
    """Writes plain data as indented JSON, whole or not at all; see ``replacing``."""
    write_text(path, json.dumps(value, indent=2) + "\n", private=private)


def write_output(path: Path, data: bytes, *, private: bool = False) -> None:
    """Writes where a user asked for it: to a file, to ``-`` (standard output), or into a pipe or device.

    A file appears whole or not at all; see ``replacing``.  A pipe or device such as ``/dev/stdout`` is written into
    and never replaced, also by root, and neither is a link.

    Raises:
        UsageError: the folder is missing, the path is a link or a folder, or it cannot be written.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        _write_to_path(path, data, private)
    except FileNotFoundError:
        raise UsageError(f"the folder {path.absolute().parent} does not exist; make it first") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _write_to_path(path: Path, data: bytes, private: bool) -> None:
    is_system = path.absolute().parts[1:2] in (("dev",), ("proc",)) and path.is_symlink()
    # /dev/stdout leads to a pipe, to a terminal, or to the file that the shell has opened.
    if path.exists() and (is_system or not path.is_file()) and not path.is_dir():
        with open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:
            stream.write(data)
    elif path.is_symlink():
        raise UsageError(f"{path} is a link to {os.readlink(path)}; name the file itself")
    elif path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    else:
        with replacing(path, private=private) as stream:
            stream.write(data)
