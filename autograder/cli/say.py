"""Lines of commands: whatever they are made of, they are shown and do not act; tables are for ``reports.terminal``."""

from __future__ import annotations

import json
import logging
from typing import Any

import click

from autograder.text import is_shown, printable_lines


def say(text: object = "", *, err: bool = False, label: str = "", nl: bool = True, **style: Any) -> None:
    """Prints a line.

    Args:
        text: of any origin.
        err: on standard error.
        label: printed before it; the style is then the label's alone.
        nl: whether the line ends.
        style: as for ``click.style``: ``fg``, ``bold``.
    """
    shown = printable_lines(str(text))
    line = f"{click.style(label, **style)} {shown}" if label else click.style(shown, **style) if style else shown
    click.echo(line, err=err, nl=nl)


def say_json(data: object, *, indent: int | None = None) -> None:
    """Prints JSON for a program: characters that act on a terminal stand there as JSON escapes them."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    click.echo("".join(c if c == "\n" or is_shown(c) else json.dumps(c)[1:-1] for c in text))


class PrintableFormatter(logging.Formatter):
    """For the log on standard error."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, or as several where there is a traceback."""
        return printable_lines(super().format(record))
