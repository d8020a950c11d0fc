"""The options of every command that runs student code."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from autograder.cli.say import say
from autograder.sandbox.names import BACKEND_NAMES

if TYPE_CHECKING:
    from autograder.sandbox.backend import Backend

Command = TypeVar("Command", bound=Callable[..., int])


def sandbox_options(function: Command) -> Command:
    """Adds ``--sandbox`` and ``--unsafe-no-sandbox`` to a command."""
    function = click.option(
        "--sandbox", metavar="NAME", help=f"One of {', '.join(BACKEND_NAMES)}; by default the first that works."
    )(function)
    return click.option(
        "--unsafe-no-sandbox",
        is_flag=True,
        help="Run student code WITHOUT a sandbox: it can read and change all that you can.",
    )(function)


def gpu_options(function: Command) -> Command:
    """Adds ``--gpus`` and ``--per-gpu`` to a command that trains."""
    function = click.option(
        "--per-gpu", type=click.IntRange(1), default=1, show_default=True, help="Submissions at a time on one GPU."
    )(function)
    return click.option(
        "--gpus",
        metavar="LIST",
        help="Train on these GPUs, such as 0,1, on all, or on none; by default on all, where the profile wants one.",
    )(function)


def warn_root() -> None:
    """Says once, before a class is graded, that root should not do it, and who should."""
    if getattr(os, "geteuid", lambda: 1)() == 0:
        say(
            "WARNING: you are root. A fault of the kernel or of a sandbox would give student code the whole server.\n"
            "Grade as an ordinary user that owns nothing but the course:\n"
            "  useradd --create-home grader && chown -R grader COURSE && sudo -u grader -H autograder batch ...",
            fg="yellow", err=True,
        )  # fmt: skip


def backend_from(sandbox: str | None, unsafe_no_sandbox: bool) -> Backend:
    """The backend that these options ask for; prints a warning if it is none."""
    from autograder.sandbox.choice import choose_backend
    from autograder.sandbox.names import UNSAFE

    if unsafe_no_sandbox:
        say(
            "WARNING: no sandbox. Student code runs with your rights: it can read hidden tests, labels and other\n"
            "submissions, change grades, and use the network. Do this only with code that you would run by hand.",
            fg="red", bold=True, err=True,
        )  # fmt: skip
        return choose_backend(UNSAFE)
    return choose_backend(sandbox)
