"""How much of a student's text nbgrader's pages show.

Theory of operation: nbgrader's pages colour code and render Markdown with regular expressions, some of which take
time quadratic in a cell's length: a megabyte of blank lines would keep the formgrader busy for hours.  So long
code loses the blanks at the ends of its lines, and long lines, long cells and the whole page are cut.  The
grade does not depend on this: the engine reads the file that was handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.intake.files import Cell
from autograder.intake.messages import say
from autograder.nbgrader_plugs.markdown import Released, harmless, plain_text

LONG_CODE_CHARACTERS = 5_000  # shorter code stays as it is
MAX_LINE_CHARACTERS = 2_000
MAX_CELL_CHARACTERS = 50_000
MAX_PAGE_CHARACTERS = 400_000
MAX_SET_CHARACTERS = 100_000  # of Markdown to render
MAX_PICTURES_CHARACTERS = 32 * 2**20  # in base64


@dataclass
class Page:
    """The room left on a notebook's pages; every cell takes some of it.

    Attributes:
        released: the course's own text.
        language: of the messages, ``en`` or ``ko``.
    """

    released: Released
    language: str = "en"
    room: int = MAX_PAGE_CHARACTERS
    room_to_set: int = MAX_SET_CHARACTERS
    room_for_pictures: int = MAX_PICTURES_CHARACTERS

    def code(self, source: str) -> str:
        """A code cell's text."""
        shown = self._cut(source)
        if shown == source and len(source) <= LONG_CODE_CHARACTERS:
            return source
        shown = "\n".join(line.rstrip()[:MAX_LINE_CHARACTERS] for line in shown.split("\n"))
        missing = len("".join(source.split())) - len("".join(shown.split()))
        return f"{shown}\n# … {say('cut', self.language, number=missing)}" if missing else shown

    def markdown(self, source: str, pictures: dict[str, dict[str, str]]) -> str:
        """A text cell's Markdown, made harmless; ``pictures`` is the result of the method ``pictures``."""
        if source in self.released.texts:
            return source
        shown = self._cut(source)
        if missing := len(source) - len(shown):
            return plain_text(f"{shown}\n… {say('cut', self.language, number=missing)}")
        self.room_to_set -= len(source)
        return harmless(source, pictures, self.released) if self.room_to_set >= 0 else plain_text(shown)

    def pictures(self, cell: Cell) -> dict[str, dict[str, str]]:
        """A cell's attachments, as far as there is room."""
        kept = {}
        for name, bundle in cell.attachments.items():
            self.room_for_pictures -= sum(map(len, bundle.values()))
            if self.room_for_pictures >= 0:
                kept[name] = bundle
        return kept

    def _cut(self, source: str) -> str:
        shown = source[: min(MAX_CELL_CHARACTERS, self.room)]
        self.room -= len(shown)
        return shown
