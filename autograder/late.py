"""Late work: extensions for single students, and what lateness costs under the course's policy.

Theory of operation: lateness is measured from the student's own due date, the assignment's or a later one that
``extensions.toml`` grants.  What it costs is decided for all of a student's work together, since free late days (slip
days) that one assignment uses are not there for the next.  A penalty is a share of an assignment's points and not of
the student's score, so that marking a written answer later does not change it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.config import Course, Late
from autograder.errors import UsageError
from autograder.files import write_text
from autograder.ids import is_same_id, normal_id
from autograder.records import read_toml
from autograder.times import in_zone

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

DAY_S = 24 * 60 * 60
Extensions = dict[tuple[str, str], datetime.datetime]
"""By student and assignment: until when, with its zone."""


@dataclass(frozen=True)
class Work:
    """A student's work on one assignment: by how much it is late, in seconds after the student's own due date."""

    assignment: str
    due: datetime.datetime
    late_s: float
    points: float


@dataclass(frozen=True)
class Charge:
    """What lateness costs: days begun after the due date, how many of them were free, and points off."""

    late_days: int = 0
    slip_days: int = 0
    points: float = 0.0


def charges(policy: Late, works: Iterable[Work]) -> dict[str, Charge]:
    """What one student's late work costs, by assignment.

    Args:
        policy: the course's.
        works: everything that this student handed in; work without a due date is left out.

    Returns:
        A charge for each work; an empty one for work that is in time, or late within the grace time.
    """
    free = policy.slip_days
    charged = {}
    for work in sorted(works, key=lambda work: (work.due, work.assignment)):
        days = math.ceil(work.late_s / DAY_S) if work.late_s > policy.grace_minutes * 60 else 0
        slip = min(free, days)
        free -= slip
        charged[work.assignment] = Charge(days, slip, _share(policy, days - slip) * work.points)
    return charged


def _share(policy: Late, days: int) -> float:
    """The share of the points that so many days cost."""
    if policy.policy == "none" or days == 0:
        return 0.0
    return 1.0 if policy.policy == "all" else min(1.0, policy.share_per_day * days)


def read_extensions(path: Path, course: Course) -> Extensions:
    """The extensions of a course; a time without an offset is in the course's zone.

    Args:
        path: ``extensions.toml``: a table for each student, a date and time for each assignment.  It may be missing.
        course: gives the zone and the assignments.

    Raises:
        UsageError: the file is faulty, or names an assignment that the course does not have.
    """
    extensions: Extensions = {}
    for student, table in (read_toml(path) if path.is_file() else {}).items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: {student}: wanted a table such as [{student}], got {table!r}")
        for assignment_id, until in table.items():
            if assignment_id not in course.assignments:
                known = ", ".join(course.assignments)
                raise UsageError(f"{path}: {student}: no assignment {assignment_id!r}; there are: {known}")
            if not isinstance(until, datetime.datetime):
                raise UsageError(
                    f"{path}: {student}.{assignment_id}: wanted a date and a time, such as 2026-11-20T23:59:00, "
                    f"got {until!s}"
                )
            try:
                aware = until if until.tzinfo else in_zone(until, course.zone)
            except ValueError as error:
                raise UsageError(f"{path}: {student}.{assignment_id}: {error}") from None
            extensions[normal_id(student), assignment_id] = aware
    return extensions


def write_extension(path: Path, student: str, assignment_id: str, until: datetime.datetime | None) -> None:
    """Grants a student more time, in place of an earlier extension; None takes it back.  Comments in the file stay.

    Raises:
        UsageError: the file is not valid TOML.
    """
    document = _document(path)
    table = document.setdefault(student, {})
    table.pop(assignment_id, None)
    if until is not None:
        table[assignment_id] = until
    if not table:
        document.pop(student)
    write_text(path, document.as_string(), private=True)


def forget_extensions(path: Path, student: str) -> None:
    """Takes all of a student's extensions back.

    Raises:
        UsageError: the file is not valid TOML.
    """
    document = _document(path)
    found = [name for name in document if is_same_id(name, student)]
    for name in found:
        document.pop(name)
    if found:
        write_text(path, document.as_string(), private=True)


def _document(path: Path) -> TOMLDocument:
    import tomlkit  # for two commands alone

    if not path.is_file():
        return tomlkit.parse("# More time for single students; see `autograder extend --help`.\n")
    read_toml(path)  # its errors name the file
    return tomlkit.parse(path.read_text(encoding="utf-8"))
