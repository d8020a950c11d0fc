"""What somebody has looked into, so that ``autograder status`` need not say it again until it changes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from autograder.batch.waiting import Facts
from autograder.reports.per_student import PerStudent
from autograder.workspace import Workspace


@dataclass(frozen=True)
class Settled:
    """What was known of a student's work when somebody had looked into it."""

    source: str
    unreadable: str
    empty: str
    time_note: str
    flags: tuple[str, ...]
    late_s: float


def settled_of(workspace: Workspace) -> PerStudent[Settled]:
    """The looks into a course's work."""
    return PerStudent(workspace.settled_dir, Settled)


def seen_in(facts: Facts) -> Settled:
    """What a look into a student's work has settled: not what has a step of its own, such as a mark or a decision."""
    return Settled(facts.source, facts.unreadable, facts.empty, facts.time_note, facts.flags, facts.late_s)


def without_settled(facts: Facts, settled: Settled | None) -> Facts:
    """The facts without what was settled; all of them where anything of it has changed since."""
    if settled is None or settled != seen_in(facts):
        return facts
    return dataclasses.replace(facts, source="", unreadable="", empty="", time_note="", flags=(), late_s=0.0)
