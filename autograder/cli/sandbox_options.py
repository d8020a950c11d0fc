"""The options of every command that runs student code."""

from __future__ import annotations

from typing import Any

import click


def sandbox_options(function: Any) -> Any:
    """Adds ``--sandbox`` and ``--unsafe-no-sandbox`` to a command."""
    function = click.option(
        "--sandbox",
        metavar="NAME",
        help="sandlock, bubblewrap, podman, docker or apptainer; by default the first that works.",
    )(function)
    return click.option(
        "--unsafe-no-sandbox",
        is_flag=True,
        help="Run student code WITHOUT a sandbox: it can read and change all that you can.",
    )(function)


def backend_from(sandbox: str | None, unsafe_no_sandbox: bool) -> Any:
    """The backend that these options ask for; prints a warning if it is none."""
    from autograder.sandbox.backends import UNSAFE, choose_backend

    if unsafe_no_sandbox:
        click.secho(
            "WARNING: no sandbox. Student code runs with your rights: it can read hidden tests, labels and other\n"
            "submissions, change grades, and use the network. Do this only with code that you would run by hand.",
            fg="red", bold=True, err=True,
        )  # fmt: skip
        return choose_backend(UNSAFE)
    return choose_backend(sandbox)
