"""Rich's console, on which text from submissions is never markup and never acts on the terminal.

A file's name, an id or an error may hold escape sequences, characters that turn the reading order around, or what Rich
takes for markup.  So every table and line of Rich's goes through this console; other lines through ``cli.say``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from autograder.text import printable_lines


class Terminal(Console):
    """A console without markup: a part of a line that is to look otherwise is a ``rich.text.Text``."""

    def __init__(self, **settings: Any):
        super().__init__(markup=False, highlight=False, emoji=False, **settings)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces that are about to be printed."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable_lines(segment.text))
