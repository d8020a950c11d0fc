"""What importing a class list does to the roster: who is new, who changed, who is missing in the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from autograder.lms.roster import LMS_COLUMNS, Student

_MATCHED = tuple(column for column in LMS_COLUMNS if not column.endswith("_name"))  # there are namesakes


@dataclass(frozen=True)
class Change:
    """A student whose line became another; ``what`` says which columns, as ``email: a@x.kr -> b@x.kr``."""

    student: Student
    what: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """What importing a file does to a roster.

    Attributes:
        students: the new roster, by id.
        added: new students.
        changed: those of whom something changed.
        unchanged: ids.
        absent: in the course, but not in the file; they stay.
        kept_ids: pairs of an id in the course and the id that the file would give the same student.
    """

    students: tuple[Student, ...]
    added: tuple[Student, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[str, ...]
    absent: tuple[Student, ...]
    kept_ids: tuple[tuple[str, str], ...]


def merge_roster(present: Sequence[Student], imported: Sequence[Student]) -> Merge:
    """Adds a file's students to a roster; what the file leaves blank stays as it was.

    A student of the file is one of the course when the id is the same, or one of the ids in a learning system, or
    else the address.  Their id in the course stays, since it names folders.
    """
    by_id = {student.id: student for student in present}
    found = _matches(present, imported)
    added, changed, unchanged, kept = [], [], [], []
    for new in imported:
        old = by_id.get(found.get(new.id, ""))
        merged = _merged(old, new) if old else new
        by_id[merged.id] = merged
        if old is None:
            added.append(new)
            continue
        if old.id != new.id:
            kept.append((old.id, new.id))
        what = _differences(old, merged)
        if what:
            changed.append(Change(merged, what))
        else:
            unchanged.append(merged.id)
    seen = set(found.values()) | {student.id for student in added}
    absent = tuple(student for student in present if student.id not in seen)
    students = tuple(sorted(by_id.values(), key=lambda student: student.id))
    return Merge(students, tuple(added), tuple(changed), tuple(unchanged), absent, tuple(kept))


def _matches(present: Sequence[Student], imported: Sequence[Student]) -> dict[str, str]:
    """The id in the course of each student of the file who is there already, by the id in the file."""
    ids = {student.id for student in present}
    found = {student.id: student.id for student in imported if student.id in ids}
    keys: list[Callable[[Student], str]] = [partial(Student.of, column=column) for column in _MATCHED]
    for key in (*keys, lambda student: student.email.casefold()):
        owners = _unique(present, key)
        for value, new in _unique(imported, key).items():
            old = owners.get(value)
            if old and new.id not in found and old.id not in found.values():
                found[new.id] = old.id
    return found | _by_other_ids(present, imported, found)


def _by_other_ids(present: Sequence[Student], imported: Sequence[Student], found: dict[str, str]) -> dict[str, str]:
    """Students whose id on one side is another of their ids on the other, such as the student number."""
    more: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    for old in present:
        for text in _ids(old) if old.id not in found.values() else ():
            owners.setdefault(text, set()).add(old.id)
    for new in imported:
        ids = {id_ for text in _ids(new) for id_ in owners.get(text, ())} - set(more.values())
        if new.id not in found and len(ids) == 1:
            more[new.id] = ids.pop()
    return more


def _ids(student: Student) -> set[str]:
    """All that a student is called; Canvas's own number is left out, since it could be another's student number."""
    return {student.id, *(student.of(column) for column in _MATCHED if column != "canvas_id")} - {""}


def _unique(students: Sequence[Student], key: Callable[[Student], str]) -> dict[str, Student]:
    owners: dict[str, list[Student]] = {}
    for student in students:
        owners.setdefault(key(student), []).append(student)
    return {value: group[0] for value, group in owners.items() if value and len(group) == 1}


def _merged(old: Student, new: Student) -> Student:
    lms = dict(old.lms) | {column: value for column, value in new.lms if value}
    extra = dict(old.extra) | {column: value for column, value in new.extra if value or column not in dict(old.extra)}
    return Student(
        old.id,
        new.first_name or old.first_name,
        new.last_name or old.last_name,
        new.email or old.email,
        tuple((column, lms[column]) for column in LMS_COLUMNS if lms.get(column)),
        tuple(extra.items()),
    )


def _differences(old: Student, new: Student) -> tuple[str, ...]:
    columns = dict.fromkeys((*old.columns, *new.columns))
    return tuple(
        f"{column}: {old.of(column) or '(blank)'} -> {new.of(column)}"
        for column in columns
        if old.of(column) != new.of(column)
    )
