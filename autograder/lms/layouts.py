"""How learning systems name what students handed in, one small parser for each.

A parser gets a file's place in a download and says whose it is, by which kind of id, when it was handed in, and what
the file was called; or nothing, where the name is not of its kind.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias
from zoneinfo import ZoneInfo

from autograder.errors import UsageError
from autograder.intake.names import relative_parts
from autograder.lms.times import parse_lms_time


@dataclass(frozen=True)
class Claim:
    """What a file's name says about it.

    Attributes:
        file: the file's place in what the student handed in; empty for the system's own receipts.
        kind: of ``key``: a column of the roster, ``participant`` (of Moodle), ``id``, or "" where there is only a name.
        key: the id that the learning system gives.
        name: of the student; where there is one word for both, the same as ``key``.
        email: of the student.
        time: when it was handed in, in UTC without a zone; None where the name does not say.
        late: the learning system marked it as late.
        order: of attempts without a time; a later one is greater.
    """

    file: str
    kind: str = ""
    key: str = ""
    name: str = ""
    email: str = ""
    time: datetime.datetime | None = None
    late: bool = False
    order: tuple[int, ...] = ()


Parser: TypeAlias = Callable[[PurePosixPath], tuple[Claim, ...]]
"""The claims on a file: none where the name is of another layout, several where a group handed in."""

LAYOUTS = ("gradescope", "blackboard", "moodle", "brightspace", "canvas", "id")

_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<submission>\d+)_(?P<file>.+)")
_RESUBMITTED = re.compile(r"(?P<stem>.+)-(?P<attempt>\d{1,3})(?P<end>\.\w+(?:\.\w+)?)")
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?")
_BLACKBOARD = re.compile(r"(?P<before>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")
_BRIGHTSPACE = re.compile(
    r"(?P<number>\d+-\d+) ?- ?(?P<name>.+?) ?- ?(?P<time>[^-]*\d{4}[^-]*?(?:[AP]M|\d))(?: ?- ?(?P<file>.+\.\w+))?"
)
_TIMED = re.compile(r"(?P<time>\d{8}-\d{6}|\d{4}(?:-\d\d){5})_(?P<file>.+)")


def canvas(path: PurePosixPath) -> tuple[Claim, ...]:
    """``kimminsu_LATE_12345_67890_activations-1.ipynb``: user id, submission id, number of the resubmission."""
    for place, part in enumerate(path.parts):
        if found := _CANVAS.fullmatch(part):
            name, attempt = found["file"], 0
            if again := _RESUBMITTED.fullmatch(name):
                name, attempt = again["stem"] + again["end"], int(again["attempt"])
            file = "/".join((name, *path.parts[place + 1 :]))
            order = (attempt, int(found["submission"]))
            late = bool(found["late"])
            return (Claim(file, "canvas_id", found["user"], found["name"], late=late, order=order),)
    return ()


def moodle(path: PurePosixPath) -> tuple[Claim, ...]:
    """``Minsu Kim_12345_assignsubmission_file_/...`` or the same flat; 12345 is the participant's number."""
    for place, part in enumerate(path.parts):
        if found := _MOODLE.fullmatch(part):
            file = "/".join(filter(None, (found["file"], *path.parts[place + 1 :])))
            own = found["kind"] != "file"  # what was typed into Moodle's own form
            return (Claim("" if own else file, "participant", found["number"], found["name"]),)
    return ()


def blackboard(path: PurePosixPath, zone: ZoneInfo, is_known: Callable[[str], bool]) -> tuple[Claim, ...]:
    """``Activations_kim01_attempt_2026-11-20-17-32-00_activations.ipynb``; the ``.txt`` is a receipt."""
    for place, part in enumerate(path.parts):
        if found := _BLACKBOARD.fullmatch(part):
            words = found["before"].split("_")
            names = ["_".join(words[start:]) for start in range(1, len(words))] or words
            user = next(filter(is_known, names), names[-1])  # a user name may hold the sign as well
            file = "/".join((found["file"], *path.parts[place + 1 :])) if found["file"] else ""
            return (Claim(file, "blackboard_username", user, time=parse_lms_time(found["time"], zone)),)
    return ()


def brightspace(path: PurePosixPath, zone: ZoneInfo) -> tuple[Claim, ...]:
    """``12345-67890 - Minsu Kim - Nov 20, 2026 532 PM/activations.ipynb``; ``index.html`` is a receipt."""
    if path.name == "index.html":
        return (Claim(""),)
    for place, part in enumerate(path.parts):
        found = _BRIGHTSPACE.fullmatch(part)
        time = parse_lms_time(found["time"], zone) if found else None
        if found and time:
            file = "/".join(filter(None, (found["file"], *path.parts[place + 1 :])))
            user = found["number"].partition("-")[0]  # of Brightspace's own, which no export tells
            return (Claim(file, "", user, found["name"], time=time),) if file else ()
    return ()


def by_id(
    path: PurePosixPath, zone: ZoneInfo, is_known: Callable[[str], bool], assignment_id: str
) -> tuple[Claim, ...]:
    """``<id>/...``, ``<id>_...``, or a name that holds exactly one id, or the name of one student."""
    for place, part in enumerate(path.parts[:-1]):
        if is_known(part):
            return (Claim(_below(path.parts[place + 1 :], assignment_id), "id", part, part),)
    words = path.name.split("_")
    stem = path.name.partition(".")[0]
    starts = ["_".join(words[:end]) for end in range(len(words) - 1, 0, -1)]
    for start in filter(is_known, starts):
        return (_timed(path.name[len(start) + 1 :], start, zone),)
    ids = {word for word in (stem, *re.split(r"[_\s-]+", stem)) if is_known(word)}
    return (Claim(path.name, "id", ids.pop()),) if len(ids) == 1 else ()


def by_unknown_id(path: PurePosixPath, zone: ZoneInfo, around: int, assignment_id: str) -> tuple[Claim, ...]:
    """The same where no roster knows the id: the folder below those ``around`` all files, or what is before _."""
    parts = path.parts[around:]
    if len(parts) > 1:
        return (Claim(_below(parts[1:], assignment_id), "id", parts[0], parts[0]),)
    start, underscore, rest = path.name.partition("_")
    return (_timed(rest, start, zone),) if underscore and start and rest else ()


def by_pattern(pattern: str, zone: ZoneInfo) -> Parser:
    """A parser made of an instructor's regular expression.

    Args:
        pattern: searched in a file's whole place; named groups ``student``, and if there are any ``time`` and ``file``.
        zone: of the times.

    Raises:
        UsageError: it is no regular expression, or lacks the group.
    """
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"--pattern {pattern!r} is no regular expression: {error}") from None
    if "student" not in expression.groupindex:
        raise UsageError(f"--pattern {pattern!r}: wanted a group (?P<student>...), and if you like time and file")

    def parse(path: PurePosixPath) -> tuple[Claim, ...]:
        found = expression.search(path.as_posix())
        groups = found.groupdict() if found else {}
        if not groups.get("student"):
            return ()
        file = groups.get("file") or path.name
        suffix = path.suffix if not PurePosixPath(file).suffix else ""
        parts = relative_parts(file + suffix) or (path.name,)
        time = parse_lms_time(groups.get("time") or "", zone)
        if groups.get("time") and time is None:
            return ()  # one odd name stops no class; it has its line
        return (Claim("/".join(parts), "id", groups["student"], groups["student"], time=time),)

    return parse


def _timed(rest: str, key: str, zone: ZoneInfo) -> Claim:
    """A claim by what follows the id: a time in front of the file's name counts."""
    found = _TIMED.fullmatch(rest)
    time = parse_lms_time(found["time"], zone) if found else None
    return Claim(found["file"] if found and time else rest, "id", key, key, time=time)


def _below(parts: Sequence[str], assignment_id: str) -> str:
    """A place below a student's folder, without the folder of the assignment."""
    return "/".join(parts[1:] if len(parts) > 1 and parts[0] == assignment_id else parts)
