"""The progress of long commands: work done, time left, and a clean end on Ctrl-C.

On a terminal it is a bar.  In a file or a pipe, where a bar would be a heap of control characters, it is a plain line
at every tenth of the work, and at most every few seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograder.cli.exit_codes import ExitCode
from autograder.cli.say import say
from autograder.text import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINES = 10  # of a whole piece of work, where there is no terminal


class ProgressBar:
    """A bar that appears with its first call: ``bar(done, total)``."""

    def __init__(self, title: str, bar: Progress):
        self._title, self._bar = title, bar
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        """Shows how much is done, and the time left."""
        if self._task is None:  # starts the clock here, so that an earlier run's work does not count as speed
            self._task = self._bar.add_task(self._title, total=total, completed=done)
        self._bar.update(self._task, completed=done, total=total)

    def say(self, text: str, style: str = "") -> None:
        """Prints a line above the bar; ``text`` may come from a submission."""
        self._bar.console.print(printable(text), style=style, soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Takes the bar away while something is asked."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()


class ProgressLines(ProgressBar):
    """The same for a file: a line at every tenth of the work.

    Args:
        title: what is done.
        clock: gives the time in seconds.
    """

    def __init__(self, title: str, clock: Callable[[], float] = time.monotonic):
        self._title, self._clock = title, clock
        self._began: tuple[float, int] | None = None
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Prints a line if another tenth is done."""
        if self._began is None:
            self._began = self._clock(), done
        tenth = LINES * done // max(1, total)
        if tenth == self._shown:
            return
        self._shown = tenth
        say(f"{self._title}: {done} of {total}{self._left(done, total)}", err=True)

    def say(self, text: str, style: str = "") -> None:
        """Prints a line."""
        say(printable(text), err=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is in the way of a question."""
        yield

    def _left(self, done: int, total: int) -> str:
        """The time left, from the speed so far."""
        began, before = self._began or (0.0, 0)
        spent = self._clock() - began
        if done >= total or done <= before or not spent:
            return ""
        left = round(spent / (done - before) * (total - done))
        return f", about {left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"


@contextmanager
def progress_bar(title: str, interrupted_hint: str) -> Iterator[ProgressBar]:
    """The progress on standard error; Ctrl-C ends the command with the hint and exit code 130."""
    try:
        if sys.stderr.isatty():
            bar = _bar()
            with bar:
                yield ProgressBar(title, bar)
        else:
            yield ProgressLines(title)
    except KeyboardInterrupt:
        say(interrupted_hint, err=True)
        raise SystemExit(ExitCode.INTERRUPTED) from None


def _bar() -> Progress:
    from rich import progress

    from autograder.reports.terminal import Terminal

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
        console=Terminal(stderr=True),
    )
