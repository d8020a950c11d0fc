"""The progress bar of long commands: work done, time left, and a clean end on Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.text import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressBar:
    """A bar that appears with its first call: ``bar(done, total)``."""

    def __init__(self, title: str, bar: Progress):
        self._title, self._bar = title, bar
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        """Shows how much is done, and the time left."""
        if self._task is None:  # starts the clock here, so that an earlier run's work does not count as speed
            self._task = self._bar.add_task(self._title, total=total, completed=done)
        self._bar.update(self._task, completed=done)

    def say(self, text: str, style: str = "") -> None:
        """Prints a line above the bar; ``text`` may come from a submission."""
        self._bar.console.print(printable(text), style=style, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(title: str, interrupted_hint: str) -> Iterator[ProgressBar]:
    """A bar on standard error; Ctrl-C ends the command with the hint and exit code 130."""
    bar = _bar()
    try:
        with bar:
            yield ProgressBar(title, bar)
    except KeyboardInterrupt:
        click.echo(interrupted_hint, err=True)
        raise SystemExit(ExitCode.INTERRUPTED) from None


def _bar() -> Progress:
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
        console=Console(stderr=True),
    )
