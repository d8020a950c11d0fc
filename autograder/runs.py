"""Folders of finished runs: what takes minutes is done once, and an interrupted whole goes on where it stopped.

Theory of operation.  Each run is a JSON file of its own, written when it is complete; one that is there is not made
again.  What all runs of a folder have in common (the protocol, the data) stands in one file, its *identity*: a folder
with another identity is refused, so that runs of different things are never taken together.
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
    """Makes a folder of runs ours: writes its identity, or compares with the one that is there.

    Args:
        path: the identity's file; its folder is that of the runs, and is made if missing.
        identity: what all runs have in common, as plain data.
        what: the runs in words, for the message: "a study".

    Raises:
        UsageError: the folder holds runs of something else; says in what they differ.
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
    """What ``claim`` wrote.

    Raises:
        UsageError: it is missing or damaged.
    """
    return _decode(path, dict[str, object])


def finished(path: Path, kind: type[T], make: Callable[[], T]) -> T:
    """The run that ``path`` holds; where it is not there, ``make`` makes it and it is kept.

    Raises:
        UsageError: the file is damaged; says how to make it again.
    """
    if not path.exists():
        write_json(path, asdict(make()))
    return read_run(path, kind)


def read_run(path: Path, kind: type[T]) -> T:
    """A run that is there.

    Raises:
        UsageError: the file is missing or damaged; says how to make it again.
    """
    return _decode(path, kind)


_Decoded = TypeVar("_Decoded")


def _decode(path: Path, kind: type[_Decoded]) -> _Decoded:
    try:
        # Python's own reader, since a network that diverged has losses of NaN.
        return to_record(kind, json.loads(path.read_bytes()), path.name)
    except (OSError, ValueError, UsageError) as error:
        raise UsageError(f"{path} is damaged ({error}); remove it, and the same command makes it again") from None
