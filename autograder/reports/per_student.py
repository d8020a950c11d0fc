"""Small records of a course, one JSON file per assignment and student: ``<folder>/<assignment>/<student>.json``.

Files appear whole or not at all, and only their owner may read them.  A damaged file counts as missing: what these
records hold can be found out again, and a batch must not stop at it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import quote, unquote

import msgspec

from autograder.files import write_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class PerStudent(Generic[T]):
    """Records of one kind, a frozen dataclass, in a folder (made on first use)."""

    def __init__(self, folder: Path, kind: type[T]):
        self.folder, self.kind = folder, kind

    def get(self, assignment_id: str, student: str) -> T | None:
        """The student's record; None if there is none that can be read."""
        try:
            return msgspec.convert(json.loads(self._path(assignment_id, student).read_bytes()), self.kind)
        except (OSError, ValueError):
            return None

    def put(self, assignment_id: str, student: str, record: T) -> None:
        """Writes the student's record, in place of an earlier one."""
        path = self._path(assignment_id, student)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(path, json.dumps(asdict(record), ensure_ascii=False), private=True)

    def drop(self, assignment_id: str, student: str) -> None:
        """Removes the student's record, if there is one."""
        self._path(assignment_id, student).unlink(missing_ok=True)

    def written_at(self, assignment_id: str, student: str) -> float:
        """When the student's record was written, in seconds since 1970; 0 if there is none."""
        path = self._path(assignment_id, student)
        return path.stat().st_mtime if path.is_file() else 0.0

    def students(self, assignment_id: str) -> tuple[str, ...]:
        """Everybody with a record for the assignment, sorted."""
        folder = self.folder / quote(assignment_id, safe="")
        return tuple(sorted(unquote(path.stem) for path in folder.glob("*.json")))

    def forget(self, student: str) -> None:
        """Removes a student's records of all assignments."""
        for path in list(self.folder.glob("*/*.json")):
            if path.name == file_name(student):
                path.unlink(missing_ok=True)

    def _path(self, assignment_id: str, student: str) -> Path:
        return self.folder / quote(assignment_id, safe="") / file_name(student)


def file_name(student: str) -> str:
    """The name of a student's file; any id gives a name that stays inside its folder."""
    return quote(student, safe="@") + ".json"
