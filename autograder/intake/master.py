"""The released notebook, which says what a student's cells are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from autograder.intake.definitions import definitions
from autograder.intake.files import Cell, read_cells

SOLUTION_PREFIX = "solution-"
IMPORTS = "solution-imports"  # "your own imports and helpers"
OWN_SHARE = 0.75  # of a cell's lines: a released cell in which a student changed a guess
MIN_OWN_CHARACTERS = 30  # shorter cells of the course are not looked for in a program


def is_solution(cell: Cell) -> bool:
    """Whether a cell's mark says that students write code in it, whatever type the cell has by now."""
    return cell.grade_id.startswith(SOLUTION_PREFIX)


def plain(source: str) -> str:
    """A cell's text without what editors add: blanks at the ends of lines, blank lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


@dataclass(frozen=True)
class Master:
    """The cells of a released notebook."""

    cells: tuple[Cell, ...]

    @cached_property
    def code_ids(self) -> tuple[str, ...]:
        """The ids of the cells in which students write code, in order."""
        return tuple(cell.grade_id for cell in self.cells if cell.kind == "code" and is_solution(cell))

    @cached_property
    def answer_ids(self) -> tuple[str, ...]:
        """The ids of the written answers."""
        return tuple(
            c.grade_id for c in self.cells if c.kind == "markdown" and c.grade_id and c.nbgrader.get("solution")
        )

    @cached_property
    def released(self) -> dict[str, str]:
        """The released text of each marked cell, by id."""
        return {cell.grade_id: plain(cell.source) for cell in self.cells if cell.grade_id}

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The texts of the course's own code cells, in which no solution stands."""
        return tuple(plain(cell.source) for cell in self.cells if cell.kind == "code" and not is_solution(cell))

    def asked(self, grade_id: str) -> frozenset[str]:
        """The functions that a cell asks for; empty for one that is complete as released, such as the imports."""
        return definitions(self.released[grade_id]).stubs

    def bound(self, grade_id: str) -> frozenset[str]:
        """All names that a released cell defines."""
        return definitions(self.released[grade_id]).bound

    def is_own(self, source: str) -> bool:
        """Whether a cell is one of the course's own, perhaps with a number changed."""
        text = plain(source)
        return text in self.own or any(_is_nearly(text, own) for own in self.own)

    @cached_property
    def _own_words(self) -> frozenset[str]:
        """The lines of all released cells, without the signs of a heading or a comment."""
        return frozenset(line.lstrip("# ").rstrip() for cell in self.cells for line in cell.source.split("\n"))

    def without_own(self, source: str) -> str:
        """A program without what the course itself wrote into the notebook that it was made from.

        The course's cells are taken out, but for those that the rest needs, and so is its text, which stands in
        comments.  Every line keeps its number.
        """
        return self._without_own_text(self._without_own_code(source))

    def _without_own_text(self, source: str) -> str:
        lines = source.split("\n")
        is_own = (line[:1] == "#" and line.lstrip("# ").rstrip() in self._own_words for line in lines)
        return "\n".join("#" if own else line for line, own in zip(lines, is_own, strict=True))

    def _without_own_code(self, source: str) -> str:
        lines = source.split("\n")
        own = [text for text in self.own if len(text) >= MIN_OWN_CHARACTERS]
        while own:
            left = lines
            for text in own:
                left = _commented_out(left, text.split("\n"))
            rest = definitions("\n".join(left))
            needed = [text for text in own if rest.needed & definitions(text).bound]
            if not needed:
                return "\n".join(left) if rest.parsed else source
            own = [text for text in own if text not in needed]
        return source


def read_master(path: Path) -> Master:
    """The released notebook; it is kept in memory, and read again when the file has changed.

    Raises:
        SubmissionError: it cannot be read.
    """
    try:
        status = path.stat()
    except OSError:
        return Master(tuple(read_cells(path)))  # which raises
    return _read_master(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read_master(path: Path, _changed_ns: int, _size: int) -> Master:
    return Master(tuple(read_cells(path)))


def _is_nearly(text: str, own: str) -> bool:
    lines, released = [line for line in text.split("\n") if line], set(own.split("\n"))
    shared = sum(line in released for line in lines)
    if not lines or shared < OWN_SHARE * max(len(lines), sum(map(bool, own.split("\n")))):
        return False
    return definitions(text).bound <= definitions(own).bound


def _commented_out(lines: list[str], block: Iterable[str]) -> list[str]:
    """The lines, with each run of them that equals ``block`` as comments."""
    wanted, left = list(block), list(lines)
    plain_lines = [line.rstrip() for line in lines]
    for start in range(len(lines) - len(wanted) + 1):
        if plain_lines[start] == wanted[0] and plain_lines[start : start + len(wanted)] == wanted:
            left[start : start + len(wanted)] = [f"# {line}".rstrip() for line in wanted]
    return left
