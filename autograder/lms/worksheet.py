"""Moodle's offline grading worksheet: who the participants of an assignment are, and where their grades go."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from autograder.lms.tables import Row, Table, clean_id, folded
from autograder.lms.times import parse_lms_time

# column: its heads in English and Korean
HEADS = {
    "identifier": ("identifier", "식별자"),
    "name": ("full name", "전체 이름", "성명", "이름"),
    "email": ("email address", "이메일 주소", "이메일", "email"),
    "username": ("username", "사용자명", "사용자 아이디"),
    "id_number": ("id number", "학번", "id 번호"),
    "grade": ("grade", "성적", "점수"),
    "max_grade": ("maximum grade", "최고 성적", "최대 성적", "만점"),
    "can_change": ("grade can be changed", "성적 변경 가능", "성적을 변경할 수 있음"),
    "handed_in": ("last modified (submission)", "최종 수정 (제출물)", "마지막 수정 (제출)", "최종 수정일 (제출)"),
}


@dataclass(frozen=True)
class Participant:
    """A line of the worksheet; ``number`` is that of the assignment's participant, ``time`` in UTC without a zone."""

    number: str
    name: str = ""
    email: str = ""
    id_number: str = ""
    username: str = ""
    time: datetime.datetime | None = None


def is_worksheet(table: Table) -> bool:
    """Whether a table is a grading worksheet."""
    return place_of(table, "identifier") is not None


def place_of(table: Table, column: str) -> int | None:
    """The place of one of the worksheet's columns, whatever its language."""
    heads = [folded(head) for head in table.heads]
    return next((heads.index(head) for head in HEADS[column] if head in heads), None)


def participants(table: Table, zone: ZoneInfo) -> tuple[Participant, ...]:
    """The students of a worksheet; ``zone`` is that of its times."""
    return tuple(
        Participant(
            _digits(_cell(table, row, "identifier")),
            _cell(table, row, "name"),
            _cell(table, row, "email"),
            clean_id(_cell(table, row, "id_number")),
            clean_id(_cell(table, row, "username")),
            parse_lms_time(_cell(table, row, "handed_in"), zone),
        )
        for row in table.rows
    )


def _cell(table: Table, row: Row, column: str) -> str:
    place = place_of(table, column)
    return " ".join(row.cells[place].split()) if place is not None else ""


def _digits(text: str) -> str:
    """The number in ``Participant 12345``."""
    found = re.search(r"\d+", text)
    return found.group() if found else ""
