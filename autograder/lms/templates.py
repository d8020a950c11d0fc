"""A learning system's own export with the grades filled in: its lines and heads are kept."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence

from autograder.errors import UsageError
from autograder.lms.grade_files import KEYS
from autograder.lms.grades import (
    GradeFile,
    Grades,
    as_csv,
    cell_of,
    find_columns,
    index,
    line_on_absent,
    lines_on_marks,
    number,
    some,
)
from autograder.lms.heads import FULL, HEADS, NOBODY, SECTION
from autograder.lms.names import name_key, name_keys
from autograder.lms.roster import Student
from autograder.lms.tables import Row, Table, folded
from autograder.lms.worksheet import is_worksheet, place_of
from autograder.reports.cells import as_key
from autograder.reports.overview import GradebookRow

_POINTS = re.compile(r"\[Total Pts:?\s*([\d.,]+)", re.IGNORECASE)
_HARMLESS = re.compile(r"-?|[+-]?\d[\d.,]*%?")
_NO = ("no", "아니요", "아니오")


def filled_file(system: str, grades: Grades, template: Table, *, all_wanted: bool) -> GradeFile:
    """A learning system's own export with the grades filled in.

    Args:
        system: ``canvas``, ``moodle`` or ``blackboard``.
        grades: of the class.
        template: the export, or Moodle's grading worksheet.
        all_wanted: see ``grades.find_columns``.

    Raises:
        UsageError: the template lacks a column.
    """
    sheet = is_worksheet(template)
    if sheet and system != "moodle":
        raise UsageError(f"{template.name} is a grading worksheet of Moodle's; use --for moodle")
    places = _worksheet_column(template, grades) if sheet else find_columns(template, grades, all_wanted=all_wanted)
    kept = list(range(len(template.heads))) if sheet else _kept(system, template, places)
    owner = _owner_of(system, template, grades)
    rows = {row.student: row for row in grades.rows}
    lines, seen, unknown = [[template.heads[place] for place in kept]], set(), []
    for line in template.rows:
        id_ = owner(line)
        row = rows.get(id_)
        seen.add(id_)
        cells = dict(enumerate(line.cells))
        for assignment, place in places.items():
            if row and not _is_locked(template, line):
                cells[place] = _mark_cell(row, assignment) or ("" if not sheet else cells[place])
            elif not sheet and not _is_points(line):
                cells[place] = ""
        if not row and not _is_points(line):
            unknown.append(next(filter(None, line.cells), f"line {line.line}"))
        lines.append([cells[place] if place in places.values() else _kept_cell(cells[place]) for place in kept])
    absent = [row.student for row in grades.rows if row.student not in seen and any(map(cell_of, row.marks))]
    remarks = lines_on_marks(_only(grades.rows, places)) + _lines_on_points(template, grades, places)
    remarks += line_on_absent(absent, f"{template.name} has no line for them")
    remarks += [f"left blank, since they are nobody in the course: {some(unknown)}"] if unknown else []
    skipped = [assignment for assignment in grades.assignments if assignment not in places]
    remarks += [f"{assignment}: {template.name} has no column for it" for assignment in skipped]
    return GradeFile(_as_template(lines, template), tuple(remarks), bool(absent))


def _as_template(lines: Sequence[Sequence[str]], template: Table) -> bytes:
    quoting = csv.QUOTE_ALL if template.encoding.startswith("utf-16") else csv.QUOTE_MINIMAL
    return as_csv(lines, delimiter=template.delimiter, quoting=quoting).encode(template.encoding, errors="replace")


def _worksheet_column(template: Table, grades: Grades) -> dict[str, int]:
    """Moodle's worksheet belongs to one assignment and does not say to which."""
    place = place_of(template, "grade")
    if place is None:
        raise UsageError(f"{template.name} is a grading worksheet without a column Grade; download it again")
    if len(grades.assignments) != 1:
        names = ", ".join(grades.assignments)
        raise UsageError(f"{template.name} is the worksheet of one assignment; name that one: {names}")
    return {grades.assignments[0]: place}


def _kept(system: str, template: Table, places: Mapping[str, int]) -> list[int]:
    """The columns by which the learning system finds its students, and those that were filled in."""
    keys = {place for _, column in KEYS[system] if (place := _place(system, template, column)) is not None}
    names = {place for place, head in enumerate(template.heads) if folded(head) in FULL}
    return [place for place in range(len(template.heads)) if place in keys | names | set(places.values())]


def _place(system: str, template: Table, column: str) -> int | None:
    """Where a template has what the roster calls ``column``, by its heads in either language."""
    own = next(head for head, name in KEYS[system] if name == column)
    aliases = HEADS[system] | {"section": SECTION, "canvas_name": HEADS["canvas"]["name"]}
    others = aliases.get(column, ())
    return next((place for head in (own, *others) if (place := template.column(head)) is not None), None)


def _owner_of(system: str, template: Table, grades: Grades) -> Callable[[Row], str]:
    """A function that finds the student of a line, by the ids in it, then by the name if it is only one's."""
    students = [grades.student(row.student) for row in grades.rows]
    columns = [column for _, column in KEYS[system] if column not in ("first_name", "last_name", "section")]
    known = {column: index(students, lambda student, column=column: student.of(column)) for column in columns}  # type: ignore[misc]
    by_id = index(students, lambda student: student.id)
    by_name = _unique_names(students)
    heads = {column: _place(system, template, column) for _, column in KEYS[system]}
    if is_worksheet(template):
        sheet = (("email", "email"), ("moodle_id_number", "id_number"), ("moodle_username", "username"))
        heads |= {column: place_of(template, name) for column, name in sheet}
    name_place = place_of(template, "name")

    def owner(line: Row) -> str:
        texts = {column: line.cells[place].strip().casefold() for column, place in heads.items() if place is not None}
        for column in columns:
            if column != "canvas_name" and (id_ := known[column].get(texts.get(column, ""))):
                return id_
        for column in columns:
            if column not in ("canvas_name", "canvas_id") and (id_ := by_id.get(texts.get(column, ""))):
                return id_
        name = line.cells[name_place] if name_place is not None and is_worksheet(template) else ""
        return by_name.get(name_key(name), "")

    return owner


def _unique_names(students: Sequence[Student]) -> dict[str, str]:
    """Ids by names in every order; a name of two students is left out."""
    owners: dict[str, set[str]] = {}
    for student in students:
        for key in name_keys(student.first_name, student.last_name, student.of("moodle_name")):
            owners.setdefault(key, set()).add(student.id)
    return {key: next(iter(ids)) for key, ids in owners.items() if len(ids) == 1}


def _mark_cell(row: GradebookRow, assignment: str) -> str:
    return cell_of(next((mark for mark in row.marks if mark.assignment == assignment), None))


def _only(rows: Sequence[GradebookRow], places: Mapping[str, int]) -> list[GradebookRow]:
    return [
        GradebookRow(row.student, row.name, tuple(mark for mark in row.marks if mark.assignment in places))
        for row in rows
    ]


def _kept_cell(text: str) -> str:
    """A cell of the template as it was, guarded like a name unless it is an id, a number or a dash."""
    return text if _HARMLESS.fullmatch(text) else as_key(text)


def _is_points(line: Row) -> bool:
    """Whether a line is about no student: what an assignment is worth, how it is posted, the test student."""
    return line.cells[0].strip().casefold() in ("", "manual posting", *NOBODY)


def _is_locked(template: Table, line: Row) -> bool:
    place = place_of(template, "can_change") if is_worksheet(template) else None
    return place is not None and line.cells[place].strip().casefold() in _NO


def _lines_on_points(template: Table, grades: Grades, places: Mapping[str, int]) -> list[str]:
    """Where the learning system's points are not the course's."""
    lines = []
    for assignment, place in places.items():
        there, here = _points(template, place), grades.max_score(assignment)
        if there is not None and abs(there - here) > 1e-9:
            lines.append(
                f"{assignment}: {number(there)} points there, {number(here)} here; the scores are written as they are"
            )
    return lines


def _points(template: Table, place: int) -> float | None:
    """An assignment's points in a template: in Blackboard's head, Canvas's second line or Moodle's worksheet."""
    texts = [found.group(1) for found in [_POINTS.search(template.heads[place])] if found]
    texts += [line.cells[place] for line in template.rows[:2] if line.cells[0].strip().casefold() == "points possible"]
    most = place_of(template, "max_grade") if is_worksheet(template) else None
    texts += [line.cells[most] for line in template.rows[:1]] if most is not None else []
    try:
        return float(texts[0].replace(",", ".")) if texts else None
    except ValueError:
        return None
