"""Names that the graded cells use and that only a cell that is not graded defines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.config import Assignment
from autograder.intake.definitions import definitions
from autograder.intake.files import Cell
from autograder.intake.matching import Matched, may_be_read
from autograder.intake.messages import say
from autograder.intake.names import shown

_DEFINITION = re.compile(r"^def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
MAX_LINE_CHARACTERS = 40


def code_elsewhere(matched: Matched, assignment: Assignment, language: str) -> Iterator[str]:
    """Notes on functions and helpers that stand in a cell that is not graded, each with its cell."""
    graded = {id(cell) for cell in matched.graded}
    others = [(n, c) for n, c in enumerate(matched.cells, 1) if c and c.kind == "code" and id(c) not in graded]
    if any(cell.grade_id for cell in matched.graded):
        yield from _functions(others, assignment, language)
        yield from _helpers(matched, others, language)


def _functions(others: list[tuple[int, Cell]], assignment: Assignment, language: str) -> Iterator[str]:
    wanted = {name for item in assignment.items for name in item.functions}
    found = {name for _, cell in others for name in _DEFINITION.findall(cell.source) if name in wanted}
    stubs = frozenset[str]().union(*(definitions(cell.source).stubs for _, cell in others if found))
    for name in sorted(found - stubs):
        yield say("elsewhere", language, name=shown(name))


def _helpers(matched: Matched, others: list[tuple[int, Cell]], language: str) -> Iterator[str]:
    if not may_be_read([cell for _, cell in others]):
        return
    graded = [definitions(cell.source) for cell in matched.graded]
    needed = frozenset[str]().union(*(d.needed for d in graded)) - frozenset[str]().union(*(d.bound for d in graded))
    for number, cell in others if needed else ():
        first = next((line.strip() for line in cell.source.split("\n") if line.strip()), "")
        locked = bool(cell.nbgrader.get("locked"))
        for name in sorted(needed & definitions(cell.source).bound) if not locked else ():
            line = first if len(first) <= MAX_LINE_CHARACTERS else first[: MAX_LINE_CHARACTERS - 3] + "..."
            yield say("helper", language, name=shown(name), number=number, line=shown(line))
            needed -= {name}
