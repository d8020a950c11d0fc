"""What waits for a person: one line for each thing, with the next command, and nothing that does not wait."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.batch.course import grade_course
from autograder.batch.request import Request
from autograder.batch.status import waiting_for
from autograder.batch.waiting import Elsewhere, Facts, Waiting, WaitingKind, waiting_in
from autograder.cli.main import cli
from autograder.cli.status import command as status
from autograder.errors import UsageError
from autograder.nbgrader_plugs.feedback import make_pages
from autograder.reports.faults import Fault, faults_of
from autograder.workspace import Workspace
from tests.authoring import tiny
from tests.batch.conftest import SQUARE, edit

ROOT = Path(__file__).parents[2]
ONE = Request(slots=1)
TRIPLE = {"solution-double": "def double(x):\n    return 3 * x"}


def found(course: Workspace) -> dict[WaitingKind, list[Waiting]]:
    """What waits, by its kind."""
    by_kind: dict[WaitingKind, list[Waiting]] = {}
    for waiting in waiting_for(course):
        by_kind.setdefault(waiting.kind, []).append(waiting)
    return by_kind


def test_a_course_in_which_nothing_waits(course: Workspace) -> None:
    """Right work that is graded and needs no mark is not named."""
    assert waiting_for(course) == ()
    tiny.submit(course.root, "ana", tiny.GOOD)
    tiny.submit(course.root, "ben", SQUARE)
    grade_course(course, "tiny", ONE)
    assert waiting_for(course) == ()


def test_work_that_is_not_graded_is_named(course: Workspace) -> None:
    """Before the batch, after new work, and after other tests; the next command puts it right."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    (waiting,) = found(course)[WaitingKind.NOT_GRADED]
    assert (waiting.students, waiting.what) == (("ana",), "collected and not graded")
    assert waiting.next == "autograder batch tiny"
    grade_course(course, "tiny", ONE)
    tiny.submit(course.root, "ana", SQUARE)
    assert found(course)[WaitingKind.NOT_GRADED][0].what == "handed in again and not graded"
    grade_course(course, "tiny", ONE)
    edit(course.assignments_dir / "tiny" / "test_hidden.py", "size=17", "size=18")
    assert found(course)[WaitingKind.NOT_GRADED][0].what == "graded under other tests, points or settings"
    grade_course(course, "tiny", ONE)
    assert found(course) == {}


def test_declined_changes_stay_visible(course: Workspace) -> None:
    """With both scores, until they are written."""
    tiny.submit(course.root, "ana", tiny.GOOD)
    grade_course(course, "tiny", ONE)
    edit(course.assignments_dir / "tiny" / "test_hidden.py", "(x + x)", "(x + x + 1)")
    assert not grade_course(course, "tiny", Request(slots=1, reference=False)).written
    (waiting,) = found(course)[WaitingKind.CHANGE]
    assert waiting.what == "3.5 points are recorded, 2.5 would be now"
    assert waiting.next == "autograder batch tiny --student ana --yes"


def test_unreadable_empty_identical_and_flagged_work(course: Workspace) -> None:
    """Copies of the release or of the reference solution are not called identical."""
    tiny.submit(course.root, "broken", tiny.GOOD).write_text("{")
    for student in ("copy 1", "copy2"):
        tiny.submit(course.root, student, TRIPLE)
    for student in ("empty1", "empty2"):
        tiny.submit(course.root, student)
    for student in ("right1", "right2"):
        notebook = tiny.submit(course.root, student)
        shutil.copyfile(course.root / "source" / "tiny" / "tiny.ipynb", notebook)
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(60))
    tiny.submit(course.root, "odd", tiny.GOOD | {"solution-imports": f"w = '{noise}'"})
    grade_course(course, "tiny", ONE)
    waiting = found(course)
    assert [one.students for one in waiting[WaitingKind.IDENTICAL]] == [("copy 1", "copy2")]
    assert [one.students for one in waiting[WaitingKind.EMPTY]] == [("empty1",), ("empty2",)]
    (unreadable,) = waiting[WaitingKind.UNREADABLE]
    assert unreadable.students == ("broken",) and "tiny.ipynb" in unreadable.what
    assert all(one.students == ("odd",) and "bytes of information" in one.what for one in waiting[WaitingKind.FLAG])
    assert set(waiting) == {
        WaitingKind.UNREADABLE, WaitingKind.EMPTY, WaitingKind.FLAG, WaitingKind.IDENTICAL, WaitingKind.UNMARKED,
    }  # fmt: skip


def test_late_unmarked_and_old_feedback(course: Workspace) -> None:
    """Each with its amount; a page made after the grade is not old."""
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00")
    tiny.submit(course.root, "ana", tiny.GOOD | {"why": "Because."}, timestamp="2026-01-02 01:00:00 UTC")
    grade_course(course, "tiny", ONE)
    make_pages(course, "tiny")
    waiting = found(course)
    assert set(waiting) == {WaitingKind.UNMARKED, WaitingKind.LATE}
    assert waiting[WaitingKind.LATE][0].what == "by 1 d 1 h 0 min (ana)"
    assert waiting[WaitingKind.UNMARKED][0].what == "1 answers wait for a mark"
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.find_grade("why", "tiny", "tiny", "ana").manual_score = 1
        gradebook.db.commit()
    (old,) = found(course)[WaitingKind.OLD_FEEDBACK]
    assert old.students == ("ana",) and old.next == "autograder feedback tiny"


def test_what_was_handed_in_and_not_collected(course: Workspace) -> None:
    """In the exchange, or in the folder of a learning system's files; older attempts do not count."""
    inbound = course.folder.exchange / "course" / "inbound"
    tiny.submit(course.root, "ana", tiny.GOOD, timestamp="2026-01-02 00:00:00 UTC")
    grade_course(course, "tiny", ONE)
    for name in ("ana+tiny+2026-01-01 00:00:00 UTC", "ana+tiny+2026-01-02 00:00:00 UTC", "ana+other+2026-05-01 UTC"):
        (inbound / name).mkdir(parents=True)
        os.utime(inbound / name, (0, 0))  # handed in when the name says
    assert WaitingKind.NOT_COLLECTED not in found(course)
    (inbound / "ana+tiny+2026-01-03 00:00:00 UTC+abc").mkdir()
    (inbound / "ben+tiny+2026-01-01 00:00:00 UTC").mkdir()
    archive = course.root / "downloaded" / "tiny" / "archive"
    archive.mkdir(parents=True)
    (archive / "all.zip").write_bytes(b"")
    exchange, downloads = found(course)[WaitingKind.NOT_COLLECTED]
    assert (exchange.students, exchange.next) == (("ana", "ben"), "nbgrader collect tiny")
    assert downloads.what.startswith("1 file") and downloads.next == ("autograder collect tiny downloaded/tiny/archive")
    kept = course.state_dir / "collected" / "tiny"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "ana.json").write_text("{}")
    assert [one.students for one in found(course)[WaitingKind.NOT_COLLECTED]] == [("ana", "ben")]


def test_strangers_and_faults(course: Workspace) -> None:
    """Names that the roster does not have, and why the grader failed."""
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.update_or_create_student("ben", first_name="Ben")
    for student in ("ana", "ben"):
        tiny.submit(course.root, student, tiny.GOOD)
    grade_course(course, "tiny", ONE)
    faults_of(course).put("tiny", "ana", Fault("out of memory"))
    waiting = found(course)
    assert waiting[WaitingKind.NOT_IN_ROSTER][0].students == ("ana",)
    assert waiting[WaitingKind.FAULT][0].what == "out of memory"


def test_the_most_urgent_comes_first() -> None:
    """Pure facts give sorted lines; nothing gives none."""
    assert waiting_in("a", [Facts("kim", source="x"), Facts("lee", source="y")], Elsewhere()) == ()
    facts = [Facts("kim", flags=("odd",), late_s=60, unmarked=2), Facts("lee", fault="broken", state="not graded")]
    kinds = [waiting.kind for waiting in waiting_in("a", facts, Elsewhere(strangers=("kim",)))]
    assert kinds == ["not in roster", "grader failed", "flag", "unmarked", "late"]


def test_the_command_prints_lines_or_json(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line and the next command; or the documented records.  Names from outside cannot act on the terminal."""
    monkeypatch.chdir(course.root)
    assert CliRunner().invoke(cli, ["status"]).output == "nothing waits\n"
    tiny.submit(course.root, "ana", tiny.GOOD)
    shown = CliRunner().invoke(cli, ["status", "tiny"])
    assert shown.output == "tiny: not graded: ana: collected and not graded\n    autograder batch tiny\n"
    (record,) = json.loads(CliRunner().invoke(cli, ["status", "--json"]).output)
    assert record == dataclasses.asdict(waiting_for(course)[0]) | {"students": ["ana"]}
    assert "no assignment 'tyni'" in str(CliRunner().invoke(cli, ["status", "tyni"]).exception)


@pytest.mark.parametrize("document", ["docs/reference.md", "docs/ko/reference.md"])
def test_every_kind_is_in_the_reference(document: str) -> None:
    """With its meaning."""
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [kind for kind in WaitingKind if f"\n| `{kind}` | " not in text] == []


def test_what_somebody_has_looked_into_is_not_said_again(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the work changes; what has a step of its own, such as a mark, goes on waiting."""
    with Gradebook(course.folder.gradebook_url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00")
    for student in ("ana", "ben"):
        tiny.submit(course.root, student, tiny.GOOD | {"why": "Because."}, timestamp="2026-01-02 01:00:00 UTC")
    grade_course(course, "tiny", ONE)
    assert set(found(course)) == {WaitingKind.IDENTICAL, WaitingKind.UNMARKED, WaitingKind.LATE}
    monkeypatch.chdir(course.root)
    for student in ("ana", "ben"):
        CliRunner().invoke(status, ["tiny", "--done", student], catch_exceptions=False)
    assert set(found(course)) == {WaitingKind.UNMARKED}
    tiny.submit(course.root, "ben", tiny.GOOD | {"why": "No."}, timestamp="2026-01-03 01:00:00 UTC")
    grade_course(course, "tiny", ONE)
    assert found(course)[WaitingKind.LATE][0].students == ("ben",)
    with pytest.raises(UsageError, match="kim handed in nothing for tiny; who did: ana, ben"):
        CliRunner().invoke(status, ["tiny", "--done", "kim"], catch_exceptions=False)
    with pytest.raises(UsageError, match="wants an assignment"):
        CliRunner().invoke(status, ["--done", "ana"], catch_exceptions=False)
