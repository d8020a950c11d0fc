"""Collects a class's work from what learning systems give: whose each file is, the newest attempt, where it goes.

Theory of operation: each source is read by the layout that most of its names have.  A file's name says whose it is
(``layouts``), the roster says who that is (``directory``), and the newest attempt of each student is put into
``submitted/`` (``submitted``).  A fault in one file or student never stops the others; whatever is not taken is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from autograder.course_folder import CourseFolder
from autograder.errors import SubmissionError, UsageError
from autograder.ids import is_student_id
from autograder.intake.names import relative_parts, shown
from autograder.intake.receipt import SECRET, TIMESTAMP, parse_time
from autograder.lms.directory import Directory
from autograder.lms.downloads import (
    ARCHIVES,
    MAX_DOWNLOAD_BYTES,
    NOTEBOOKS,
    Download,
    File,
    Refused,
    is_checkpoint,
    is_hidden,
    is_work,
    may_be_work,
    notebooks_in,
    opened,
)
from autograder.lms.layouts import Claim, Parser
from autograder.lms.names import name_key
from autograder.lms.not_taken import SOMEBODY, remember
from autograder.lms.recognition import Wish, parser_for
from autograder.lms.roster import Student
from autograder.lms.submitted import Work, place, take_over
from autograder.lms.tables import read_table
from autograder.lms.worksheet import Participant, is_worksheet, participants
from autograder.times import from_utc
from autograder.times import shown as time_shown

_TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx")
MAX_TIME_BYTES = 1024
_LATE_BY = datetime.timedelta(minutes=1)
MOST_NAMED = 5  # of students in one line


@dataclass(frozen=True)
class Collection:
    """What was collected.

    Attributes:
        layouts: of the sources, each once.
        outcomes: pairs of a student's id and ``collected``, ``unchanged``, ``kept`` (what was there stays) or
            ``nothing`` (none of their files could be taken).
        not_taken: files, and why.
        remarks: lines for the instructor.
        receipts: the number of the learning systems' own files.
        absent: students of the roster without work in the sources.
    """

    layouts: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]
    not_taken: tuple[Refused, ...]
    remarks: tuple[str, ...]
    receipts: int
    absent: tuple[str, ...]

    def of(self, outcome: str) -> tuple[str, ...]:
        """The students with that outcome."""
        return tuple(student for student, each in self.outcomes if each == outcome)

    @property
    def lost_work(self) -> bool:
        """Whether something was not taken that somebody may have handed in."""
        return any(refused.is_work for refused in self.not_taken)


@dataclass(frozen=True)
class _Handed:
    """A file with the claim on it, and the number of its source; a checkpoint of Jupyter's is only a spare."""

    file: File
    claim: Claim
    source: int
    layout: str
    is_spare: bool = False


@dataclass
class _Lines:
    """What is said while collecting."""

    not_taken: list[Refused] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    receipts: int = 0
    timeless: list[str] = field(default_factory=list)
    ungradable: list[tuple[Claim, Refused]] = field(default_factory=list)
    room_bytes: int = MAX_DOWNLOAD_BYTES

    def refuse(self, path: PurePosixPath | str, why: str, *, work: bool = True) -> None:
        self.not_taken.append(Refused(shown(str(path)), why, work))


def collect(
    course: CourseFolder,
    students: Sequence[Student],
    wish: Wish,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Collection:
    """Puts the newest work of each student into ``submitted/``.

    Args:
        course: where to.
        students: of the roster; may be empty.
        wish: what to collect and how.
        progress: called with (students done, students).

    Raises:
        UsageError: a source cannot be opened, or no layout fits its names.
    """
    tables = [path for path in wish.sources if path.suffix.lower() in _TABLES]
    directory = Directory(students, _participants(tables, wish.zone))
    lines, read = _Lines(), []
    handed: list[_Handed] = []
    with ExitStack() as stack:
        for number, path in enumerate(path for path in wish.sources if path not in tables):
            download = stack.enter_context(opened(path))
            lines.not_taken += download.refused
            layout, parse = parser_for(download, directory, wish)
            read.append(layout)
            handed += _handed(download, parse, number, layout, lines)
        if not read:
            raise UsageError("no zip and no folder among the sources; a worksheet alone holds no work")
        owned = _by_owner(handed, directory, lines)
        lost = _ungradable(directory, lines)
        outcomes = dict.fromkeys(_only_ungradable(owned, lost, lines), "nothing")
        for done, (owner, files) in enumerate(sorted(owned.items())):
            progress(done, len(owned))
            known = len(lines.not_taken)
            outcomes[owner] = _collect_one(course, directory, wish, owner, files, lines)
            refused = [*lost.get(owner, ()), *lines.not_taken[known:]]
            lost[owner] = [each for each in refused if each.is_work]
        progress(len(owned), len(owned))
    for owner, refused in lost.items() if wish.write else ():
        remember(course, wish.assignment_id, owner, refused)
    if lines.timeless:
        lines.remarks.append(_without_time(lines.timeless, len(owned), "moodle" in read, bool(directory.participants)))
    absent = sorted({student.id for student in students} - set(outcomes))
    return Collection(
        tuple(dict.fromkeys(read)),
        tuple(outcomes.items()),
        tuple(lines.not_taken),
        tuple(dict.fromkeys(lines.remarks)),
        lines.receipts,
        tuple(absent),
    )


def _without_time(owners: Sequence[str], of: int, moodle: bool, worksheet: bool) -> str:
    """Whose time nothing told, and what would; some are named."""
    named = f" ({', '.join(owners[:MOST_NAMED])}{', ...' if len(owners) > MOST_NAMED else ''})"
    where = ""
    if moodle:
        where = "; Moodle's grading worksheet has the times: give it as well"
    if moodle and worksheet:
        where = "; the worksheet has no time for them that can be read"
    return f"{len(owners)} of {of} come without a time{named}, so that none is late{where}"


def _participants(tables: Iterable[Path], zone: ZoneInfo) -> tuple[Participant, ...]:
    found: list[Participant] = []
    for path in tables:
        table = read_table(path)
        if not is_worksheet(table):
            raise UsageError(
                f"{path} is a table, but not Moodle's grading worksheet (it has no column Identifier); "
                "class lists are for `autograder roster import`"
            )
        found += participants(table, zone)
    return tuple(found)


def _handed(download: Download, parse: Parser, number: int, layout: str, lines: _Lines) -> Iterable[_Handed]:
    """The files of a download that can be graded, with the claims on them; a line for each of the others."""
    times = _stated_times(download, parse) if layout in ("id", "pattern") else {}
    for file in download.files:
        spare = is_checkpoint(file.path)
        if is_hidden(file.path) and not spare:
            lines.refuse(file.path, "it is a hidden file", work=False)
            continue
        claims = tuple(replace(claim, time=claim.time or times.get(claim.key)) for claim in parse(file.path))
        if (claims and not claims[0].file) or file.path.name in (TIMESTAMP, SECRET):
            lines.receipts += 1
            continue
        name = claims[0].file if claims else file.path.name
        if not is_work(name):
            wanted = f"wanted {', '.join((*NOTEBOOKS[:2], *ARCHIVES))}"
            lines.refuse(file.path, f"{_kind(name)} cannot be graded ({wanted})", work=may_be_work(name))
            lines.ungradable += [(claim, lines.not_taken[-1]) for claim in claims]
        elif not claims:
            lines.refuse(file.path, f"its name is not one of the layout {layout!r}, so nothing tells whose it is")
        yield from (_Handed(file, claim, number, layout, spare) for claim in (claims if is_work(name) else ()))


def _stated_times(download: Download, parse: Parser) -> dict[str, datetime.datetime]:
    """The times in nbgrader's ``timestamp.txt`` beside the work, by the student's id."""
    times: dict[str, datetime.datetime] = {}
    for file in download.files:
        claims = parse(file.path) if file.path.name == TIMESTAMP else ()
        with suppress(SubmissionError):
            for claim in claims:
                if time := parse_time(file.read()[:MAX_TIME_BYTES].decode("utf-8-sig", errors="replace")):
                    times[claim.key] = time
    return times


def _kind(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return f"a {shown(suffix)} file" if suffix else "a file of this name"


def _by_owner(handed: Sequence[_Handed], directory: Directory, lines: _Lines) -> dict[str, list[_Handed]]:
    keys: dict[str, set[str]] = {}
    for each in handed:
        keys.setdefault(name_key(each.claim.name), set()).add(each.claim.key)
    namesakes = frozenset(key for key, owners in keys.items() if key and len(owners) > 1)
    owned: dict[str, list[_Handed]] = {}
    for each in handed:
        owner = directory.owner(each.claim, namesakes)
        if not owner.id:
            lines.refuse(each.file.path, owner.remark)
            continue
        if owner.remark and directory.students:
            lines.remarks.append(owner.remark)
        owned.setdefault(owner.id, []).append(each)
    return owned


def _ungradable(directory: Directory, lines: _Lines) -> dict[str, list[Refused]]:
    """Files that cannot be graded, by whose they are; under ``SOMEBODY`` what may be work, and is nobody's."""
    found: dict[str, list[Refused]] = {}
    for claim, refused in lines.ungradable:
        found.setdefault(directory.owner(claim, frozenset()).id or SOMEBODY, []).append(refused)
    told = [each for student, refused in found.items() if student != SOMEBODY for each in refused]
    found[SOMEBODY] = [each for each in lines.not_taken if each.is_work and each not in told]
    return found


def _only_ungradable(owned: Iterable[str], ungradable: Mapping[str, Sequence[Refused]], lines: _Lines) -> Iterator[str]:
    """Students of whom there is nothing but files that cannot be graded: they handed in, and have to be asked."""
    for student in ungradable.keys() - {SOMEBODY, *owned}:
        for each in ungradable[student]:
            name = PurePosixPath(each.path).name
            lines.remarks.append(f"{student}: handed in only what cannot be graded ({name}); ask for the work")
        yield student


def _collect_one(
    course: CourseFolder, directory: Directory, wish: Wish, owner: str, handed: Sequence[_Handed], lines: _Lines
) -> str:
    """Places the newest attempt of one student; returns what became of it."""
    for each in handed if any(not each.is_spare for each in handed) else ():
        if each.is_spare:
            lines.refuse(each.file.path, "it is a checkpoint beside the notebook itself", work=False)
    handed = [each for each in handed if not each.is_spare] or handed
    newest = _newest(handed)
    if (attempts := _attempts(handed)) > 1:
        lines.remarks.append(f"{owner}: the newest of {attempts} attempts counts")
    files = _contents(newest, lines)
    if not files:
        return "nothing"
    notebooks = sorted(path.as_posix() for path in files if path.name.lower().endswith(".ipynb"))
    if len(notebooks) > 1:
        lines.remarks.append(f"{owner}: {len(notebooks)} notebooks: {', '.join(map(shown, notebooks))}")
    claim = newest[-1].claim
    participant = directory.participant(claim)
    time = claim.time or (participant.time if participant else None)
    late_remark = ""
    if any(each.claim.late for each in newest) and time is None:
        time = wish.due + wish.grace + _LATE_BY if wish.due else None
        how = "set the due date in course.toml and collect again; until then it counts as in time"
        if time:
            how = f"counts from {time_shown(from_utc(time), wish.zone)}, the first moment that is late; "
            how += f"if it was later, write the time into submitted/{owner}/{wish.assignment_id}/{TIMESTAMP}"
        late_remark = f"{owner}: marked LATE, without a time: {how}"
    if time is None and newest[-1].layout != "canvas":  # which marks what is late
        lines.timeless.append(owner)
    written = [each for each in newest if each.file.path.suffix.lower() == ".ipynb"]
    origin = (written or newest)[-1].file.path.as_posix()  # the feedback page gets its name, not a helper's
    work = Work(owner, files, time, max(each.claim.order for each in newest), newest[-1].layout, origin)
    former, known = claim.key, {student.id for student in directory.students}
    try:
        is_stray = wish.write and former != owner and former not in known and is_student_id(former)
        if is_stray and take_over(course, wish.assignment_id, owner, former):
            what = f"what was collected under {former} is moved to {owner}; if {former} was graded"
            lines.remarks.append(f"{what}, then: autograder forget {former}")
        placed = place(course, wish.assignment_id, work, replace=wish.replace, write=wish.write)
    except OSError as error:
        lines.refuse(newest[-1].file.path, f"it could not be written for {owner}: {error.strerror}")
        return "nothing"
    if late_remark and placed.outcome == "collected":
        lines.remarks.append(late_remark)
    if placed.outcome == "kept":
        lines.refuse(newest[-1].file.path, f"{owner}: {placed.why}", work=placed.undecided)
    return placed.outcome


def _newest(handed: Sequence[_Handed]) -> list[_Handed]:
    """The files of the last attempt: by time, or of each name the last one by attempt number and source."""
    timed = [each.claim.time for each in handed if each.claim.time]
    if timed:
        return [each for each in handed if each.claim.time == max(timed)]
    source = max(handed, key=lambda each: (each.claim.order, each.source)).source
    last: dict[str, _Handed] = {}
    for each in sorted(handed, key=lambda each: each.claim.order):
        if each.source == source:
            last[each.claim.file] = each
    return list(last.values())


def _attempts(handed: Sequence[_Handed]) -> int:
    """How many attempts there are, by their times, or else by the numbers of files of one name."""
    numbers: dict[str, set[object]] = {}
    for each in handed:
        numbers.setdefault("" if each.claim.time else each.claim.file, set()).add(each.claim.time or each.claim.order)
    return max(map(len, numbers.values()))


def _contents(handed: Sequence[_Handed], lines: _Lines) -> dict[PurePosixPath, bytes]:
    """The files of an attempt by their places; a student's zip is opened."""
    files: dict[PurePosixPath, bytes] = {}
    for each in handed:
        try:
            data = each.file.read()
            lines.room_bytes -= len(data)
            if lines.room_bytes < 0:
                raise SubmissionError(f"the class has more than {MAX_DOWNLOAD_BYTES // 2**30} GiB")
            parts = relative_parts(each.claim.file) or (each.file.path.name,)
            if each.claim.file.lower().endswith(ARCHIVES):
                inside = dict(notebooks_in(data))
                lines.room_bytes -= sum(map(len, inside.values()))
                files |= {path: content for path, content in inside.items() if path not in files}
            else:
                files[PurePosixPath(*parts)] = data
        except SubmissionError as error:
            lines.refuse(each.file.path, str(error))
    return files
