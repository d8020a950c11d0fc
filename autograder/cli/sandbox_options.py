"""The options of every command that runs student code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from autograder.sandbox.backends import Backend

Command = TypeVar("Command", bound=Callable[..., int])


def sandbox_options(function: Command) -> Command:
    """Adds ``--sandbox`` and ``--unsafe-no-sandbox`` to a command."""
    function = click.option(
        "--sandbox", metavar="NAME", help="sandlock, bubblewrap, podman, docker or apptainer; the first that works."
    )(function)
    return click.option(
        "--unsafe-no-sandbox",
        is_flag=True,
        help="Run student code WITHOUT walls: it can read and change all that you can.",
    )(function)


def backend_from(sandbox: str | None, unsafe_no_sandbox: bool) -> Backend:
    """The backend that these options ask for; warns where there are no walls."""
    from autograder.sandbox.backends import UNSAFE, choose_backend

    if unsafe_no_sandbox:
        click.secho(
            "WARNING: no sandbox. Student code runs with your rights: it can read hidden tests, labels and other\n"
            "submissions, change grades, and use the network. Do this only with code that you would run by hand.",
            fg="red", bold=True, err=True,
        )  # fmt: skip
        return choose_backend(UNSAFE)
    return choose_backend(sandbox)
