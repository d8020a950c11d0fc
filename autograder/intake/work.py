"""Chooses what is graded of all that a student handed in: one notebook or program.

Theory of operation: the file of the wanted name is read first, and if it holds work, nothing else is looked at.  If
it is missing, damaged or as released, ``search`` lists what else there is.  What belongs to this assignment and
differs from the release counts, and copies with equal work count once; if more than one is left, nobody but the
student can choose.  The engine (``submission``) and the formgrader (``nbgrader_plugs.salvage``) read through this.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.intake.content import not_a_notebook, read_content
from autograder.intake.files import MAX_FILE_BYTES, Cell, read_bytes
from autograder.intake.kinds import PYTHON, ZIP, kind_of_bytes
from autograder.intake.master import IMPORTS, Master, plain
from autograder.intake.matching import Matched, check_size, match
from autograder.intake.messages import say
from autograder.intake.names import shown
from autograder.intake.parts import filled
from autograder.intake.receipt import SECRET, TIMESTAMP
from autograder.intake.search import MAX_ENTRIES, NOTEBOOK, Candidate, candidates_in, candidates_in_archive
from autograder.intake.unmarked import match_unmarked

MAX_READ_BYTES = 2 * MAX_FILE_BYTES  # of all candidates


@dataclass(frozen=True)
class Work:
    """What is graded.

    Attributes:
        source: the file, or the place in an archive.
        is_program: whether it is a ``.py`` file; then ``matched`` has one cell without an id.
        matched: its cells.
        notes: on the choice and on the file, for the student; those on the cells are in ``matched``.
    """

    source: Candidate
    is_program: bool
    matched: Matched
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of the file, for messages."""
        return self.source.name

    @property
    def is_untouched(self) -> bool:
        """Whether there is nothing in it but what was released."""
        return not self.matched.work


def read_work(path: Path, assignment_id: str, master: Master | None, language: str = "en") -> Work:
    """The work in a file, or in a folder that should hold ``<assignment_id>.ipynb``.

    Raises:
        SubmissionError: there is none, there are several to choose from, or it cannot be read.
    """
    chooser = _Chooser(path, f"{assignment_id}.ipynb", master, language)
    try:
        if path.is_symlink() or path.is_file():
            return chooser.read(_at(path, language))
        if not path.is_dir():
            raise SubmissionError(say("not_found", language, wanted=chooser.wanted))
        return chooser.choose()
    except (OSError, ValueError) as error:  # a folder without read permission, a name that is too long or no name
        raise SubmissionError(say("no_file", language, name=shown(path.name))) from error


@dataclass(frozen=True)
class _Judged:
    works: tuple[Work, ...]
    errors: tuple[SubmissionError, ...]


@dataclass(frozen=True)
class _Chooser:
    folder: Path
    wanted: str
    master: Master | None
    language: str

    def choose(self) -> Work:
        """The file of the wanted name, or what stands in for it."""
        path = self.folder / self.wanted
        if not os.path.lexists(path):
            found = self._judged(candidates_in(self.folder, self.language))
            return self._replaced(self._only(found), "other_name", found.errors)
        try:
            named = self.read(_at(path, self.language))
        except SubmissionError as error:
            return self._instead_of_unreadable(error)
        return self._instead_of_untouched(named) if self.master and named.is_untouched else named

    def read(self, candidate: Candidate) -> Work:
        """A file's work; of an archive, that of the one file in it.

        Raises:
            SubmissionError: it cannot be read, or there are several files to choose from.
        """
        return self._understood(candidate, candidate.read())

    def _instead_of_unreadable(self, error: SubmissionError) -> Work:
        solved, _ = self._beside()
        if not solved:
            raise error
        if len(solved) > 1:
            text = say("unreadable_several", self.language, why=error, found=_names(solved))
            raise SubmissionError(text) from error
        return self._replaced(solved[0], "unreadable", why=error)

    def _instead_of_untouched(self, named: Work) -> Work:
        solved, errors = self._beside()
        if len(solved) == 1:
            return self._replaced(solved[0], "untouched")
        notes = [str(error) for error in errors]
        if solved:
            notes = [say("untouched_several", self.language, wanted=self.wanted, found=_names(solved))]
        return replace(named, notes=(*named.notes, *notes))

    def _beside(self) -> tuple[list[Work], tuple[SubmissionError, ...]]:
        """What beside the wanted file holds work for this assignment, and what cannot be read."""
        candidates = [c for c in candidates_in(self.folder, self.language) if str(c.place) != self.wanted]
        found = self._judged(candidates)
        return [work for work in found.works if work.matched.belongs and not work.is_untouched], found.errors

    def _understood(self, candidate: Candidate, data: bytes) -> Work:
        if kind_of_bytes(data) == ZIP and not candidate.in_archive:
            inside = candidates_in_archive(str(candidate.place), data, candidate.path, self.language)
            work = self._only(self._judged(inside))
            note = say("unpacked", self.language, name=candidate.name, found=work.name)
            return replace(work, notes=(*work.notes, note))
        content = read_content(candidate.name, data, self.language)
        if content.is_program and candidate.is_linked and not candidate.is_named_program:
            raise SubmissionError(not_a_notebook(candidate.name, PYTHON, self.language))  # perhaps one of the course's
        if content.is_program:
            matched = match_program(content.cells[0], self.master, self.language)
        elif any(cell.nbgrader for cell in content.cells):
            matched = match(content.cells, self.master, self.language)
        else:
            matched = match_unmarked(content.cells, self.master, self.language)
        return Work(candidate, content.is_program, matched, content.notes)

    def _only(self, found: _Judged) -> Work:
        """The one candidate that can be graded.

        Raises:
            SubmissionError: there is none, or there are several.
        """
        if len(found.works) == 1:
            return found.works[0]
        if found.works:
            raise SubmissionError(say("several", self.language, wanted=self.wanted, found=_names(found.works)))
        raise found.errors[0] if found.errors else SubmissionError(self._nothing())

    def _judged(self, candidates: Sequence[Candidate]) -> _Judged:
        """Those candidates that may be meant, one for each different work; and why others cannot be read."""
        works, errors, room = [], [], MAX_READ_BYTES
        for candidate in candidates:
            try:
                data = candidate.read()
                room -= len(data)
                if room < 0:
                    break
                work = self._understood(candidate, data)
                works += [] if candidate.may_be_data and work.is_program else [work]
            except SubmissionError as error:
                errors += [] if candidate.may_be_data else [error]
        belonging = [work for work in works if work.matched.belongs]
        works = [work for work in belonging if not work.is_untouched] or belonging or works
        works = [work for work in works if work.source.tier == works[0].source.tier]
        if self.master:
            works = list({work.matched.work: work for work in reversed(works)}.values())[::-1]
        named = [work for work in works if work.source.has_name(self.wanted)]
        return _Judged(tuple(named if len(named) == 1 else works), tuple(errors))

    def _replaced(self, work: Work, key: str, errors: Sequence[SubmissionError] = (), **values: object) -> Work:
        """Says what was graded, and of untouched work also what could not be read."""
        note = say(key, self.language, wanted=self.wanted, found=work.name, **values)
        return replace(work, notes=(note, *work.notes, *(map(str, errors) if work.is_untouched else ())))

    def _nothing(self) -> str:
        if self.folder.is_file():
            return say("not_found", self.language, wanted=self.wanted)
        ours = {TIMESTAMP, SECRET}
        with os.scandir(self.folder) as entries:
            names = sorted(e.name for e in itertools.islice(entries, MAX_ENTRIES) if e.name not in ours)
        found = shown(", ".join(names))
        return say("not_found_among" if names else "not_found", self.language, wanted=self.wanted, found=found)


def _at(path: Path, language: str) -> Candidate:
    return Candidate(PurePosixPath(path.name), NOTEBOOK, lambda: read_bytes(path, language), path)


def _names(works: Sequence[Work]) -> str:
    return shown(", ".join(work.name for work in works))


def match_program(cell: Cell, master: Master | None, language: str = "en") -> Matched:
    """A ``.py`` file, without what the course itself wrote into the notebook that it was made from.

    Raises:
        SubmissionError: there is too much code; the text is for the student.
    """
    check_size([cell.source], language)
    if master is None:
        return Matched((cell,), (cell,), (plain(cell.source),), belongs=False)
    cell = replace(cell, source=master.without_own(cell.source))
    asked = [master.asked(name) or master.bound(name) for name in master.code_ids if name != IMPORTS]
    belongs = any(filled(cell.source, names) for names in asked if names)
    return Matched((cell,), (cell,), (plain(cell.source),) if plain(cell.source) else (), belongs=belongs)
