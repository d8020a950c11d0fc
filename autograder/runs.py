"""Folders of finished runs: each run is made once, and an interrupted series goes on where it stopped.

Theory of operation.  Each run is a JSON file of its own, written when it is complete; a run that has its file is
not made again.  One file, the folder's *identity*, holds what all its runs have in common (the protocol, the data).  A
folder with another identity is refused, so that runs of different things are never mixed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.errors import UsageError
from autograder.files import write_json
from autograder.records import to_record

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def claim(path: Path, identity: Mapping[str, object], what: str) -> None:
    """Claims a folder for these runs: writes its identity, or compares it with the one that is there.

    Args:
        path: the identity's file; its folder is that of the runs, and is made if missing.
        identity: what all runs have in common, as plain data.
        what: the runs in words, for the message: "a study".

    Raises:
        UsageError: the folder holds runs of something else; the message says what differs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = json.loads(json.dumps(identity))
    if path.exists() and (found := read_identity(path)) != wanted:
        differing = ", ".join(key for key in wanted if found.get(key) != wanted[key])
        raise UsageError(
            f"{path.parent} holds {what} of something else ({differing} differ); name another folder, or remove it"
        )
    write_json(path, wanted)


def read_identity(path: Path) -> dict[str, object]:
    """The identity that ``claim`` wrote.

    Raises:
        UsageError: it is missing or damaged.
    """
    return _decode(path, dict[str, object])


def finished(path: Path, kind: type[T], make: Callable[[], T]) -> T:
    """The run that ``path`` holds; where there is no such file, calls ``make`` and writes it.

    Raises:
        UsageError: the file is damaged; the message says how to make it again.
    """
    if not path.exists():
        write_json(path, asdict(make()))
    return read_run(path, kind)


def read_run(path: Path, kind: type[T]) -> T:
    """Reads a finished run.

    Raises:
        UsageError: the file is missing or damaged; the message says how to make it again.
    """
    return _decode(path, kind)


_Decoded = TypeVar("_Decoded")


def _decode(path: Path, kind: type[_Decoded]) -> _Decoded:
    try:
        # Python's own reader, since a network that diverged has losses of NaN.
        return to_record(kind, json.loads(path.read_bytes()), path.name)
    except (OSError, ValueError, UsageError) as error:
        raise UsageError(f"{path} is damaged ({error}); remove it, and the same command makes it again") from None
