"""Finds the cell of a submission that answers each marked cell of the release.

Theory of operation: nbgrader knows a cell by the id in its metadata, and editors lose, copy and divide metadata.  So
where an id is missing, or its cell is as released, the unmarked cell that defines the wanted functions takes its
place; of several cells with one id those with work count, put together where each has a part.  The engine grades the
result and the formgrader shows it, so both see the same work.  Nothing is executed: definitions are read from the
text (``definitions``).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.errors import SubmissionError
from autograder.intake.definitions import STUB, definitions, is_stub
from autograder.intake.files import Cell
from autograder.intake.master import Master, is_solution, plain
from autograder.intake.messages import say
from autograder.intake.names import shown
from autograder.intake.parts import are_halves, belong_together, best_of, filled, joined
from autograder.sources import MAX_BYTES, MAX_LINES, MAX_WORDS, are_small

MAX_COPIES = 20  # of one cell
MAX_CELLS_READ = 300  # without a mark; in a notebook with more none is looked into
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matched:
    """A submission's cells, each id of the release at most once.

    Attributes:
        cells: for the page, in the student's order and under their numbers; None where a cell was put into another.
        graded: the code that is graded, in order.
        moved: ids whose code stands in the cell of another id, which is named.
        work: what the student wrote, cell by cell; empty for an untouched release.
        belongs: whether the notebook answers this assignment at all.
        notes: for the student.
    """

    cells: tuple[Cell | None, ...]
    graded: tuple[Cell, ...]
    work: tuple[str, ...] = ()
    moved: dict[str, str] = field(default_factory=dict)
    belongs: bool = True
    notes: tuple[str, ...] = ()


def check_size(sources: list[str], language: str) -> None:
    """Called before anything is parsed, since parsing takes far more time and memory than counting.

    Raises:
        SubmissionError: there is too much code.
    """
    if not are_small(sources):
        limits = {"limit": MAX_BYTES // 1024, "lines": f"{MAX_LINES:,}", "words": f"{MAX_WORDS:,}"}
        raise SubmissionError(say("too_much_source", language, **limits))


def match(cells: tuple[Cell, ...], master: Master | None, language: str = "en") -> Matched:
    """Matches the marked cells of a notebook with those of the release; without one, with each other.

    Raises:
        SubmissionError: there is too much code; the text is for the student.
    """
    check_size([cell.source for cell in cells if is_solution(cell)], language)
    cells = tuple(_without_fence(cell) if is_solution(cell) and cell.kind != "code" else cell for cell in cells)
    matching = Matching(list(turned_back(cells) if master else cells), master, language)
    found = tuple(dict.fromkeys(cell.grade_id for cell in cells if is_solution(cell)))
    expected = master.code_ids if master else found
    unknown = [name for name in found if name not in expected]
    for name in unknown:
        matching.tell("unknown", name)
    for name in expected:
        matching.settle(name)
    for name in master.answer_ids if master else ():
        matching.settle_answer(name)
    if master:
        matching.search_copies(master.code_ids)
        matching.drop_stubs(master.code_ids)
    graded = {name: cell for name in expected if (cell := matching.cell_of(name))}
    moved = matching.moved(graded) if master else {}
    return Matched(
        cells=tuple(matching.cells),
        graded=tuple(cell for name, cell in graded.items() if name not in moved),
        work=work_of(matching.cells, master),
        moved=moved,
        belongs=len(graded) > len(unknown),
        notes=tuple(matching.notes),
    )


def _without_fence(cell: Cell) -> Cell:
    """A cell that was turned into text, without the marks of a code block around all of it."""
    lines = cell.source.strip().split("\n")
    fenced = len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```"
    return replace(cell, source="\n".join(lines[1:-1])) if fenced else cell


def may_be_read(cells: Sequence[Cell]) -> bool:
    """Whether there is little enough code to look for definitions in all of it, several times."""
    return len(cells) <= MAX_CELLS_READ and are_small(cell.source for cell in cells)


def work_of(cells: list[Cell | None], master: Master | None) -> tuple[str, ...]:
    """The texts of the marked cells in which something else stands than was released."""
    if master is None:
        return tuple(plain(cell.source) for cell in cells if cell and is_solution(cell) and STUB not in cell.source)
    ids = {*master.code_ids, *master.answer_ids}
    texts = [(cell.grade_id, plain(cell.source)) for cell in cells if cell and cell.grade_id in ids]
    return tuple(sorted(text for name, text in texts if text not in ("", master.released[name]) and not is_stub(text)))


def turned_back(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells, with those without a mark as code that were turned into text: functions stand in them."""
    texts = [cell for cell in cells if cell.kind != "code" and not cell.grade_id and "def " in cell.source]
    turned = {id(cell) for cell in texts if definitions(cell.source).texts} if may_be_read(texts) else set()
    return tuple(replace(cell, kind="code") if id(cell) in turned else cell for cell in cells)


@dataclass
class Matching:
    """The cells while they are matched; a cell that was put into another becomes None.

    ``free`` are the code cells without a mark that are not the course's own, ``copies`` those that had one.
    """

    cells: list[Cell | None]
    master: Master | None
    language: str
    notes: list[str] = field(default_factory=list)
    free: tuple[int, ...] = field(init=False)
    copies: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        code = [n for n, cell in enumerate(self.cells) if cell and not cell.grade_id and cell.kind == "code"]
        master = self.master if may_be_read([self._at(n) for n in code]) else None
        self.free = tuple(n for n in code if master and not master.is_own(self._at(n).source))

    def tell(self, key: str, name: str, **values: object) -> None:
        """Notes something about a cell for the student."""
        self.notes.append(say(key, self.language, name=shown(name), **values))

    def cell_of(self, name: str) -> Cell | None:
        """The first cell with this id."""
        return next((cell for cell in self.cells if cell and cell.grade_id == name), None)

    def mark(self, n: int, name: str) -> None:
        """Gives a cell an id."""
        self.cells[n] = replace(self._at(n), grade_id=name)

    def settle(self, name: str) -> None:
        """Leaves one cell with this id, as code: the one with the student's work."""
        asked = self.master.asked(name) if self.master else _NOTHING
        group, live = self._group(name)
        taken = [] if live else self.unmarked(name, missing=not group)
        chosen = self._chosen(live, asked) or self._chosen(taken, asked, last=True) or group[:1]
        if not chosen:
            return
        while live or taken:
            if not (more := self._other_half(chosen, asked)):
                break
            chosen = sorted(chosen + more)
        self._tell_choice(name, group, taken, chosen)
        self._unmark(group)
        first, sources = self._at(chosen[0]), [self._at(n).source for n in chosen]
        source = joined(sources, asked) if len(chosen) > 1 else first.source
        odd = any(self._at(n).odd for n in chosen)
        self.cells[chosen[0]] = replace(first, kind="code", source=source, grade_id=name, odd=odd)
        for n in chosen[1:]:
            self.cells[n] = None

    def settle_answer(self, name: str) -> None:
        """Leaves one cell with the id of a written answer: the first with text of the student's."""
        group, live = self._group(name)
        first = self._released(name).split("\n")[0] + "\n"
        lost = [
            n
            for n, c in enumerate(self.cells)
            if c and c.kind != "code" and not c.nbgrader and c.source.startswith(first)
        ]
        chosen = (live or (lost if len(lost) == 1 else group))[:1]
        if len(live) > 1:
            self.tell("duplicate", name)
        self._unmark(group)
        for n in chosen:
            self.mark(n, name)

    def unmarked(self, name: str, *, missing: bool) -> list[int]:
        """The unmarked code cells that define what a cell asks for; if it is missing, also one that does so in part."""
        if self.master is None:
            return []
        asked, bound = self.master.asked(name), self.master.bound(name)
        free = self._free_code()
        done = [n for n in free if asked & filled(self._at(n).source, asked)]
        if done or not missing:
            return done
        shared = {n: len(bound & definitions(self._at(n).source).bound) for n in free}
        best = max(free, key=lambda n: shared[n], default=None)
        return [] if best is None or not shared[best] else [best]

    def search_copies(self, names: Sequence[str]) -> None:
        """Looks for cells that are still missing in copies of other cells, which were not graded."""
        for name in names:
            if self.cell_of(name) is None:
                left = sorted({*self.free, *self.copies})
                left = [n for n in left if (cell := self.cells[n]) and cell.kind == "code" and not cell.grade_id]
                self.free = tuple(left) if may_be_read([self._at(n) for n in left]) else ()
                self.settle(name)

    def drop_stubs(self, names: Sequence[str]) -> None:
        """Takes a function as released out of a cell with other work, where another cell has the student's."""
        graded = {name: cell for name in names if (cell := self.cell_of(name))}
        found = {name: definitions(cell.source) for name, cell in graded.items()}
        done = _NOTHING.union(*(d.bound - d.stubs - d.imported for d in found.values()))
        for n, cell in enumerate(self.cells):
            if cell and cell.grade_id in found and not self._is_released(cell.grade_id, cell.source):
                texts = found[cell.grade_id].texts
                source = cell.source
                for name in sorted(found[cell.grade_id].stubs & done):
                    source = source.replace(texts[name], "")
                self.cells[n] = replace(cell, source=source)

    def moved(self, graded: dict[str, Cell]) -> dict[str, str]:
        """Ids whose code stands in the cell of another id; also says which cells are missing altogether."""
        assert self.master
        moved: dict[str, str] = {}
        for name in self.master.code_ids:
            text = plain(graded[name].source) if name in graded else ""
            wanted = self.master.asked(name) if text else self.master.bound(name)
            if not self._is_released(name, text) or not wanted:
                continue
            counted = wanted if text else _NOTHING  # what stands in a stub's place must be work, not an import
            others = {other: wanted & filled(cell.source, counted) for other, cell in graded.items() if other != name}
            if wanted <= _NOTHING.union(*others.values()):
                moved[name] = max(others, key=lambda other: len(others[other]))
                self.tell("moved", name, where=shown(moved[name]))
            elif name not in graded:
                self.tell("missing", name)
        return moved

    def _group(self, name: str) -> tuple[list[int], list[int]]:
        """The cells with this id, and those of them with work."""
        group = [n for n, cell in enumerate(self.cells) if cell and cell.grade_id == name]
        live = (n for n in group if not self._is_released(name, self._at(n).source))
        return group, list(itertools.islice(live, MAX_COPIES))

    def _chosen(self, live: list[int], asked: frozenset[str], *, last: bool = False) -> list[int]:
        """All parts of a cell, or one of several copies: of equal ones the first, or the last."""
        if len(live) > 1 and are_halves(*(self._at(n).source for n in live)):
            return live
        code = [n for n in live if self._at(n).kind == "code"] or live
        sources = [self._at(n).source for n in code]
        if len(code) < 2 or belong_together(sources, asked):
            return code
        best = best_of(sources[::-1] if last else sources, asked)
        return [n for n in code if self._at(n).source == best][:1]

    def _other_half(self, chosen: list[int], asked: frozenset[str]) -> list[int]:
        """Unmarked cells with the rest of a cell that was split."""
        source, free = joined([self._at(n).source for n in chosen], asked), self._free_code()
        for n, first in ((chosen[-1] + 1, False), (chosen[0] - 1, True)):
            if n in free and are_halves(*((self._at(n).source, source) if first else (source, self._at(n).source))):
                return [n]
        missing = asked - filled(source, asked)
        return [n for n in free if n not in chosen and missing & filled(self._at(n).source, asked)]

    def _free_code(self) -> list[int]:
        """The code cells that had no mark from the start, are not the course's own, and were not taken yet."""
        return [n for n in self.free if self.cells[n] and not self._at(n).grade_id]

    def _tell_choice(self, name: str, group: list[int], taken: list[int], chosen: list[int]) -> None:
        if len(chosen) > 1:
            self.tell("joined", name)
        elif taken:
            self.tell("taken", name, number=chosen[0] + 1)
        elif len(group) > 1:
            self.tell("duplicate" if chosen[0] == group[0] else "duplicate_filled", name)
        if self._at(chosen[0]).kind != "code":
            self.tell("type_restored", name)

    def _unmark(self, group: list[int]) -> None:
        self.copies |= set(group)
        for n in group:
            self.cells[n] = replace(self._at(n), grade_id="", nbgrader={})

    def _at(self, n: int) -> Cell:
        cell = self.cells[n]
        assert cell is not None
        return cell

    def _is_released(self, name: str, source: str) -> bool:
        return plain(source) in ("", self._released(name)) or is_stub(source)

    def _released(self, name: str) -> str:
        return self.master.released.get(name, "") if self.master else ""
