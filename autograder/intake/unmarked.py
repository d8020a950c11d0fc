"""Matches a notebook that has lost all of its marks: converted, copied by hand, or saved by another program.

All code cells are graded, since nobody can say which of them are needed, but for those that the course itself wrote:
their plots only fail without the packages of a student's machine.  One that the student's functions use stays, and so
does one that needs nothing and cannot fail.
"""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.intake.definitions import Definitions, definitions
from autograder.intake.files import Cell
from autograder.intake.master import Master, plain
from autograder.intake.matching import Matched, Matching, check_size, may_be_read, turned_back, work_of
from autograder.intake.messages import say
from autograder.intake.parts import are_halves

_SELF_CHECK = re.compile(r"(from autograder import check|import autograder|(autograder\.)?check\(.*\))?\s*(#.*)?")


def match_unmarked(cells: tuple[Cell, ...], master: Master | None, language: str = "en") -> Matched:
    """Takes the student's code, and shows for each id of the release the cell that defines its functions.

    Raises:
        SubmissionError: there is too much code; the text is for the student.
    """
    check_size([cell.source for cell in cells if cell.kind == "code"], language)
    if master:
        cells = turned_back(cells)
    whole = _rejoined(cells)
    code = tuple(cell for cell in whole if cell and cell.kind == "code" and not _is_self_check(cell.source))
    graded = _without_courses_own(code, master) if master else code
    matching = Matching(whole, master, language)
    for name in master.code_ids if master else ():
        for n in matching.unmarked(name, missing=True)[-1:]:
            matching.mark(n, name)
    for name in master.answer_ids if master else ():
        matching.settle_answer(name)
    belongs = bool(work_of(matching.cells, master))
    released = set(master.released.values()) if master else set()
    answers = {cell.source for cell in matching.cells if cell and master and cell.grade_id in master.answer_ids}
    work = sorted({plain(source) for source in (*(cell.source for cell in graded), *answers)} - released - {""})
    return Matched(tuple(matching.cells), graded, tuple(work), {}, belongs, (say("no_metadata", language),))


def _rejoined(cells: tuple[Cell, ...]) -> list[Cell | None]:
    """The cells, with the halves of one that was split in the middle of a function put into the first."""
    whole: list[Cell | None] = [*cells]
    if not may_be_read([cell for cell in cells if cell.kind == "code"]):
        return whole
    first = 0
    for n, cell in enumerate(cells):
        before = whole[first]
        if n and cell.kind == "code" and before and before.kind == "code" and are_halves(before.source, cell.source):
            whole[first], whole[n] = replace(before, source=f"{before.source}\n{cell.source}"), None
        else:
            first = n
    return whole


def _is_self_check(source: str) -> bool:
    return all(_SELF_CHECK.fullmatch(line.strip()) for line in source.split("\n"))


def _without_courses_own(code: tuple[Cell, ...], master: Master) -> tuple[Cell, ...]:
    """The cells without the course's own and without stubs that another cell fills in."""
    if not may_be_read(code):
        return code
    asked = frozenset[str]().union(*map(master.asked, master.code_ids))
    found = [definitions(cell.source) for cell in code]
    done = frozenset[str]().union(*(d.bound - d.stubs for d in found)) & asked
    own = {
        n for n, cell in enumerate(code) if master.is_own(cell.source) and (found[n].needed or "import" in cell.source)
    }
    own |= {n for n, d in enumerate(found) if d.stubs and d.bound <= d.stubs & done}
    kept = _with_what_they_need(found, [n for n in range(len(code)) if n not in own], asked)
    return tuple(cell for n, cell in enumerate(code) if n in kept)


def _with_what_they_need(found: list[Definitions], students: list[int], asked: frozenset[str]) -> set[int]:
    """The student's cells, and those of the course that define a name which the graded functions use."""
    kept = set(students)
    needed = frozenset[str]().union(*(found[n].needed for n in students if found[n].bound & asked))
    known = frozenset[str]().union(*(found[n].bound for n in students))
    while more := [n for n, d in enumerate(found) if n not in kept and (needed - known) & (d.bound - d.stubs)]:
        kept.update(more)
        needed = needed.union(*(found[n].needed for n in more))
        known = known.union(*(found[n].bound for n in more))
    return kept
