"""Writing files so that they appear whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

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
