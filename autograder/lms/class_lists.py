"""Class lists as learning systems export them and as instructors type them: whose lines they are, and their columns.

The id of a student in the course names folders and is what a student's account on the server is called.  So it is, by
default, the name that the student signs in with:

* Canvas and LearningX: ``SIS Login ID``, else ``SIS User ID``, else the number in ``ID``.
* Moodle: ``Username``, else ``ID number``, else what stands before the @ of the address.
* Blackboard: ``Username``, else ``Student ID``.
* a plain list: the column ``id``, else the student number (학번), else the sign-in name.

The option ``--id`` names another column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import UsageError
from autograder.lms.heads import FIRST, HEADS, LAST, MAIL, NOBODY, OTHER, OURS, SECTION
from autograder.lms.names import split_name
from autograder.lms.roster import LMS_COLUMNS, NAME_COLUMNS, Student, check_ids
from autograder.lms.tables import Row, Table, clean_id, folded

SYSTEMS = ("canvas", "moodle", "blackboard", "plain")

_IDS = {
    "canvas": ("canvas_login", "canvas_sis_id", "canvas_id"),
    "moodle": ("moodle_username", "moodle_id_number", "email"),
    "blackboard": ("blackboard_username", "blackboard_student_id"),
    "plain": ("id",),
}
_WANTED = {
    "canvas": "Student, ID, SIS User ID, SIS Login ID, Section",
    "moodle": "First name, Last name (or Full name), Email address; ID number and Username if there are any",
    "blackboard": "Last Name, First Name, Username, Student ID",
    "plain": "id, first_name, last_name (or name), email; in Korean 학번, 이름, 성, 이메일",
}
_OF_BLACKBOARD = ("last access", "availability", "child course id", "마지막 접속", "사용 가능 여부")


@dataclass(frozen=True)
class ClassList:
    """The students of a file.

    ``remarks`` are lines for the instructor: whose id had to come from another column than everybody else's.
    """

    system: str
    students: tuple[Student, ...]
    remarks: tuple[str, ...] = ()


def read_class_list(table: Table, system: str | None = None, id_column: str | None = None) -> ClassList:
    """The students of a table.

    Args:
        table: of any origin.
        system: one of ``SYSTEMS``; by default told by the heads.
        id_column: the head of the column that holds the ids; by default as this module says.

    Raises:
        UsageError: the heads are unknown, or ids are missing, invalid or double; all such lines are named.
    """
    system = system or recognise_system(table, id_column)
    places = _places(table, system, chosen=id_column is not None)
    if id_column is not None:
        ids: tuple[str, ...] = ("chosen",)
        places["chosen"] = _chosen(table, id_column)
    else:
        ids = tuple(field for field in _IDS[system] if field in places)
    if not ids:
        raise UsageError(_unknown(table, system))
    rows = [row for row in table.rows if not _is_nobody(row, places)]
    while rows and not any(_cell(rows[0], places, field) for field in ids) and system == "canvas":
        rows.pop(0)  # the lines below Canvas's heads: points possible, manual posting
    return _class_list(table, system, ids, places, rows)


def recognise_system(table: Table, id_column: str | None = None) -> str:
    """Which learning system wrote a table, by its heads.

    Raises:
        UsageError: none of those known here; the message says what was found and what is wanted.
    """
    heads = {folded(head) for head in table.heads}
    canvas = HEADS["canvas"]
    if (
        heads & set(canvas["name"])
        and "id" in heads
        and heads & {*canvas["canvas_sis_id"], *canvas["canvas_login"], *SECTION}
    ):
        return "canvas"
    if "id" in heads:
        return "plain"
    blackboard = HEADS["blackboard"]
    named = heads & set(FIRST) and heads & set(LAST)
    if named and heads & set(blackboard["blackboard_username"]):
        told = heads & {*_OF_BLACKBOARD, "student id"} or any("[total pts" in head for head in heads)
        if told or not heads & set(MAIL):
            return "blackboard"
    moodle = heads & {"email address", "이메일 주소"} or any(head.endswith("(real)") for head in heads)
    if moodle and (named or heads & {"full name", "전체 이름", "성명"}):
        return "moodle"
    if id_column is not None or heads & set(HEADS["plain"]["id"]):
        return "plain"
    raise UsageError(_unknown(table))


def _unknown(table: Table, system: str | None = None) -> str:
    wanted = "\n".join(f"  {name}: {_WANTED[name]}" for name in SYSTEMS if system in (None, name))
    found = ", ".join(repr(head) for head in table.heads)
    return (
        f"{table.name}: no column says who a student is. Found the columns {found}; wanted the columns\n{wanted}\n"
        "Name the column that holds the ids with --id, or the system with --from."
    )


def _places(table: Table, system: str, *, chosen: bool) -> dict[str, int]:
    """The column of each field; the first of a field's heads that is there."""
    places: dict[str, int] = {}
    for field, heads in HEADS[system].items():
        if chosen and field == "id":
            continue
        for head in heads:
            place = table.column(head)
            if place is not None and place not in places.values():
                places[field] = place
                break
    if table.heads[places.get("first_name", 0)].strip() == "이름" and not {"last_name", "name"} & set(places):
        places["name"] = places.pop("first_name")  # alone it holds the whole name
    return places


def _chosen(table: Table, head: str) -> int:
    place = table.column(head)
    if place is None:
        raise UsageError(f"{table.name} has no column {head!r}; it has: {', '.join(table.heads)}")
    return place


def _is_nobody(row: Row, places: Mapping[str, int]) -> bool:
    """Whether a line is about no student: what an assignment is worth, or Canvas's own test student."""
    name = " ".join(_cell(row, places, "name").split()).casefold()
    return name in NOBODY


def _class_list(
    table: Table, system: str, ids: tuple[str, ...], places: Mapping[str, int], rows: list[Row]
) -> ClassList:
    given = [_id(row, places, ids) for row in rows]
    shortened = _without_host([id_ for id_, field in given if field == "email"])
    numbered, students, remarks = [], [], []
    usual = Counter(field for _, field in given).most_common(1)[0][0] if given else ""
    for row, (id_, field) in zip(rows, given, strict=True):
        id_ = shortened.get(id_, id_) if field == "email" else id_
        numbered.append((row.line, id_))
        students.append(_student(table, system, places, row, id_))
        if field != usual and id_:
            remarks.append(f"line {row.line}: no {_head(table, places, usual)}; the id is {id_}")
    if not students:
        raise UsageError(f"{table.name} lists no students; wanted a line for each below the heads")
    try:
        check_ids(numbered, table.name)
    except UsageError as error:
        heads = ", ".join(filter(None, table.heads))
        raise UsageError(
            f"{error}.\nNothing was imported: correct these lines, or name the ids' column: --id ({heads})"
        ) from None
    return ClassList(system, tuple(students), tuple(remarks))


def _head(table: Table, places: Mapping[str, int], field: str) -> str:
    return table.heads[places[field]] if field in places else field


def _id(row: Row, places: Mapping[str, int], ids: tuple[str, ...]) -> tuple[str, str]:
    """The id in a line, and the field that it comes from."""
    for field in ids:
        if value := clean_id(_cell(row, places, field)):
            return value, field
    return "", ids[0]


def _without_host(addresses: list[str]) -> dict[str, str]:
    """What stands before the @ of each address, where that is nobody else's as well."""
    names = Counter(address.partition("@")[0] for address in addresses)
    return {address: name for address in addresses if names[name := address.partition("@")[0]] == 1}


def _student(table: Table, system: str, places: Mapping[str, int], row: Row, id_: str) -> Student:
    first, last, full = (_text(row, places, field) for field in ("first_name", "last_name", "name"))
    lms = {field: clean_id(_cell(row, places, field)) for field in places if field in LMS_COLUMNS}
    if not (first or last):
        first, last = split_name(full)
    if system in ("canvas", "moodle"):
        lms[f"{system}_name"] = full
    kept = tuple(sorted((field, text) for field, text in lms.items() if text))
    return Student(id_, first, last, _text(row, places, "email"), kept, _extra(table, system, places, row))


def _extra(table: Table, system: str, places: Mapping[str, int], row: Row) -> tuple[tuple[str, str], ...]:
    """Columns such as the section; of a learning system's file not its grades and dates."""
    extra: dict[str, str] = {}
    for place, head in enumerate(table.heads):
        name = folded(head)
        if place in places.values() or name in ("", "end of line indicator"):
            continue
        ours = next((ours for ours, heads in OURS.items() if name in heads), "")
        if ours or name in OTHER or system == "plain":
            extra.setdefault(ours or _safe_head(head), row.cells[place])
    return tuple(extra.items())


def _safe_head(head: str) -> str:
    """A head as it was, but never one of the roster's own."""
    text = " ".join(head.split())
    return f"{text} (file)" if text in (*NAME_COLUMNS, *LMS_COLUMNS) else text


def _text(row: Row, places: Mapping[str, int], field: str) -> str:
    return " ".join(_cell(row, places, field).split())


def _cell(row: Row, places: Mapping[str, int], field: str) -> str:
    place = places.get(field)
    return row.cells[place] if place is not None else ""
