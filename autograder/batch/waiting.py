"""What waits for a person after grading: pure functions from what is known of each submission.

Silence is a fault: whatever was handed in and not graded, graded under an unknown name, flagged, changed by a regrade,
or not yet marked is one ``Waiting``, which says what it is and what to do next.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.lms.not_taken import SOMEBODY
from autograder.times import duration


class WaitingKind(enum.StrEnum):
    """Why something waits, the most urgent first."""

    NOT_COLLECTED = "not collected"
    """Handed in, and not in ``submitted/``."""
    NOT_TAKEN = "not taken"
    """Handed in, and collecting could not take it."""
    NOT_IN_ROSTER = "not in roster"
    """Work under a name that the class list does not have."""
    FAULT = "grader failed"
    """Ungraded through a fault of the grader."""
    NOT_GRADED = "not graded"
    """Collected, and not graded, not recorded, or graded under other tests."""
    CHANGE = "change not written"
    """The same work has another grade now, which nobody has decided on."""
    UNREADABLE = "unreadable"
    """Nothing that was handed in could be read."""
    EMPTY = "empty"
    """The release was handed in as it was, or there is nothing of this assignment in it."""
    TIME = "time unclear"
    """``timestamp.txt`` does not tell when it was handed in."""
    FLAG = "flag"
    """Something that a TA should look at."""
    IDENTICAL = "identical"
    """Several students handed in the same code."""
    UNMARKED = "unmarked"
    """Written answers wait for a mark."""
    LATE = "late"
    """Handed in after the due date."""
    OLD_FEEDBACK = "old feedback"
    """The page that the student reads is older than the grade."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    Attributes:
        kind: why.
        assignment: its id.
        students: whose work it is about.
        what: in words, for a TA.
        next: the next command, or what else to do.
    """

    kind: WaitingKind
    assignment: str
    students: tuple[str, ...]
    what: str
    next: str


@dataclass(frozen=True)
class Facts:
    """What is known of one student's submission of one assignment.

    Attributes:
        student: who.
        source: the digest of the work; "" where it is the release, the reference solution, or nothing.
        time_note: why the time of submission is not known for sure, else "".
        unreadable: the note of the intake where nothing could be read, else "".
        empty: why there is no work of this assignment in it, else "".
        flags: of the report.
        fault: why the grader failed, else "".
        state: why it is not graded under the present tests and recorded, else "".
        change: the recorded points and those of the present report where a decision is due.
        unmarked: cells that wait for a mark.
        late_s: how late, in seconds.
    """

    student: str
    source: str = ""
    unreadable: str = ""
    time_note: str = ""
    empty: str = ""
    flags: tuple[str, ...] = ()
    fault: str = ""
    state: str = ""
    change: tuple[float, float] | None = None
    unmarked: int = 0
    late_s: float = 0.0


@dataclass(frozen=True)
class Elsewhere:
    """What waits beside the submissions.

    Attributes:
        strangers: ids with work that are not in the roster.
        in_exchange: students whose newest work in the exchange has not been collected.
        downloads: files of a learning system that have not been collected.
        not_taken: students, each with what collecting could not take of their work; ``SOMEBODY`` where none is known.
        dates: grades that the course's dates and late policy change, a line each.
        old_feedback: students whose page is older than their grade.
    """

    strangers: tuple[str, ...] = ()
    in_exchange: tuple[str, ...] = ()
    downloads: int = 0
    not_taken: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = ()
    old_feedback: tuple[str, ...] = ()


def waiting_in(assignment: str, facts: Sequence[Facts], elsewhere: Elsewhere) -> tuple[Waiting, ...]:
    """Everything of one assignment that waits for a person, the most urgent first."""
    found = [*_elsewhere(assignment, elsewhere), *_one_by_one(assignment, facts), *_together(assignment, facts)]
    order = list(WaitingKind)
    return tuple(sorted(found, key=lambda waiting: order.index(waiting.kind)))


def _elsewhere(assignment: str, elsewhere: Elsewhere) -> Iterator[Waiting]:
    if elsewhere.in_exchange:
        many = len(elsewhere.in_exchange)
        what = f"{many} handed in through the exchange after the last collecting"
        yield Waiting(
            WaitingKind.NOT_COLLECTED, assignment, elsewhere.in_exchange, what, f"nbgrader collect {assignment}"
        )
    if elsewhere.downloads:
        what = f"{elsewhere.downloads} files in downloaded/{assignment}/archive came after the last collecting"
        yield Waiting(
            WaitingKind.NOT_COLLECTED,
            assignment,
            (),
            what,
            f"autograder collect {assignment} downloaded/{assignment}/archive",
        )
    for student, what in elsewhere.not_taken:
        own = () if student == SOMEBODY else (student,)
        step = f"ask for the work again; when that is done: autograder status {assignment} --done {_quoted(student)}"
        yield Waiting(WaitingKind.NOT_TAKEN, assignment, own, what, step)
    if elsewhere.dates:
        what = f"other points off for lateness, by the course's dates and late policy: {'; '.join(elsewhere.dates)}"
        yield Waiting(WaitingKind.CHANGE, assignment, (), what, f"autograder batch {assignment}")
    if elsewhere.strangers:
        what = "work under a name that is not in the roster"
        step = "rename the folder in submitted/ to the right id, or add the student to the roster"
        yield Waiting(WaitingKind.NOT_IN_ROSTER, assignment, elsewhere.strangers, what, step)
    if elsewhere.old_feedback:
        what = "the feedback page is older than the grade"
        step = f"autograder feedback {assignment}"
        yield Waiting(WaitingKind.OLD_FEEDBACK, assignment, elsewhere.old_feedback, what, step)


def _one_by_one(assignment: str, facts: Sequence[Facts]) -> Iterator[Waiting]:
    """What has a line for each student."""
    for one in facts:
        own, folder = (one.student,), f"submitted/{one.student}/{assignment}"
        again = f"autograder batch {assignment} --student {_quoted(one.student)}"
        look = f"autograder grade --assignment {assignment} {_quoted(folder)}"
        if one.fault:
            yield Waiting(WaitingKind.FAULT, assignment, own, one.fault, again)
        if one.change:
            what = f"{one.change[0]:g} points are recorded, {one.change[1]:g} would be now"
            yield Waiting(WaitingKind.CHANGE, assignment, own, what, f"{again} --yes")
        if one.unreadable:
            yield Waiting(
                WaitingKind.UNREADABLE, assignment, own, one.unreadable, f"look into {folder}; ask for the work again"
            )
        if one.empty:
            yield Waiting(WaitingKind.EMPTY, assignment, own, one.empty, f"look into {folder}")
        if one.time_note:
            step = f"write the time into {folder}/timestamp.txt, then: {again}"
            yield Waiting(WaitingKind.TIME, assignment, own, one.time_note, step)
        for flag in one.flags:
            yield Waiting(WaitingKind.FLAG, assignment, own, flag, look)


def _together(assignment: str, facts: Sequence[Facts]) -> Iterator[Waiting]:
    """What has a line for several students."""
    for state in dict.fromkeys(one.state for one in facts if one.state and not one.fault):
        students = tuple(one.student for one in facts if one.state == state and not one.fault)
        yield Waiting(WaitingKind.NOT_GRADED, assignment, students, state, f"autograder batch {assignment}")
    groups: dict[str, list[str]] = {}
    for one in facts:
        if one.source:
            groups.setdefault(one.source, []).append(one.student)
    for group in groups.values():
        if len(group) > 1:
            look = f"compare submitted/{{{','.join(group)}}}/{assignment}"
            yield Waiting(WaitingKind.IDENTICAL, assignment, tuple(group), "the same code in every cell", look)
    if unmarked := [one for one in facts if one.unmarked]:
        what = f"{sum(one.unmarked for one in unmarked)} answers wait for a mark"
        students = tuple(one.student for one in unmarked)
        yield Waiting(WaitingKind.UNMARKED, assignment, students, what, "open the formgrader: jupyter lab")
    if late := [one for one in facts if one.late_s > 0]:
        what = "by " + ", ".join(f"{duration(one.late_s)} ({one.student})" for one in late)
        students = tuple(one.student for one in late)
        yield Waiting(WaitingKind.LATE, assignment, students, what, "autograder gradebook")


def _quoted(text: str) -> str:
    return f"'{text}'" if " " in text else text
