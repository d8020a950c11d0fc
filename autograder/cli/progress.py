"""The progress bar of long commands: what is done, the time left, and a clean end on Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def progress_bar(title: str, interrupted_hint: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left on stderr; Ctrl-C ends the command with the hint and exit code 130.

    Yields:
        ``update(done, total)``.
    """
    bar = _bar()
    tasks: list[Any] = []

    def update(done: int, total: int) -> None:
        if not tasks:  # starts the clock here, so that what an earlier run did does not count as speed
            tasks.append(bar.add_task(title, total=total, completed=done))
        bar.update(tasks[0], completed=done)

    try:
        with bar:
            yield update
    except KeyboardInterrupt:
        click.echo(interrupted_hint, err=True)
        raise SystemExit(130) from None


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
