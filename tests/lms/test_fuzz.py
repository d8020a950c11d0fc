"""What strangers wrote never raises anything but a sentence: names in downloads, tables, Gradescope's list."""

from __future__ import annotations

import contextlib
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError, UsageError
from autograder.ids import is_student_id, lookalikes, normal_id
from autograder.intake.names import relative_parts
from autograder.lms import layouts
from autograder.lms.class_lists import read_class_list
from autograder.lms.directory import Directory
from autograder.lms.downloads import notebooks_in
from autograder.lms.gradescope import gradescope
from autograder.lms.names import full_name, name_keys, split_name
from autograder.lms.roster import Student
from autograder.lms.tables import parse_table
from autograder.lms.times import parse_lms_time

SEOUL = ZoneInfo("Asia/Seoul")
DIRECTORY = Directory((Student("kim", "민수", "김"), Student("lee", "Ana", "Lee", lms=(("canvas_id", "7"),))))
PIECES = st.sampled_from(
    ["kim", "LATE", "12", "_", "-", " - ", "attempt", "2026-11-20-17-32-00", "assignsubmission", "file", ".ipynb",
     ".zip", "Nov 20, 2026 532 PM", "김", "/", "999999-1", "오후", "년", "é", "=", "\u202e", "_tiny"]
)  # fmt: skip
NAMES = st.lists(PIECES, min_size=1, max_size=12).map("".join)


@given(NAMES | st.text(max_size=60))
@settings(deadline=None)
def test_every_name_of_a_file_gives_claims_or_none(name: str) -> None:
    """Which have a place below the student's folder, and an owner or a reason."""
    parts = relative_parts(name)
    if not parts:
        return
    path = PurePosixPath(*parts)
    known = DIRECTORY.knows
    found = [
        *layouts.canvas(path), *layouts.moodle(path), *layouts.blackboard(path, SEOUL, known),
        *layouts.brightspace(path, SEOUL), *layouts.by_id(path, SEOUL, known, "tiny"),
        *layouts.by_unknown_id(path, SEOUL, 0, "tiny"),
    ]  # fmt: skip
    for claim in found:
        owner = DIRECTORY.owner(claim)
        assert is_student_id(owner.id) or owner.remark
        assert ".." not in claim.file.split("/") and not claim.file.startswith("/")


@given(st.text(max_size=40))
@example("2026-02-31-00-00-00")
@example("0001년 1월 1일 0000")
def test_every_text_is_a_time_or_none(text: str) -> None:
    """Of whatever year."""
    parse_lms_time(text, SEOUL)


@given(st.text(max_size=40))
def test_every_name_of_a_person_is_split_and_put_together(name: str) -> None:
    """And compared; no id is made of it that is not in its normal form."""
    first, last = split_name(name)
    name_keys(first, last, name)
    full_name(first, last)
    assert normal_id(normal_id(name)) == normal_id(name)
    lookalikes([name, first, last])


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"sep=;\n{text}".encode(errors="replace")))
@example(b'id\n"kim\n')
@example(b'sep="\nid\n')
def test_every_file_is_a_class_list_or_a_sentence(data: bytes) -> None:
    """And so is every list of Gradescope's, and every zip."""
    for read in (
        lambda: read_class_list(parse_table(data, "x"), id_column=None),
        lambda: gradescope(data, SEOUL)(PurePosixPath("submission_1/a.ipynb")),
        lambda: notebooks_in(data),
    ):
        with contextlib.suppress(UsageError, SubmissionError):
            read()
