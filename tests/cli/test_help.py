"""``--help`` of every command."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from autograder.cli.main import cli


def _commands(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*words, name))


@pytest.mark.parametrize("words", [(), *_commands(cli, ())], ids=" ".join)
def test_every_command_shows_how_to_call_it(words: tuple[str, ...]) -> None:
    """A text, and an example on a line of its own that calls this very command."""
    shown = CliRunner().invoke(cli, [*words, "--help"])
    assert shown.exit_code == 0, shown.output
    example = re.search(r"\n  Example:\n    autograder (.+)\n", shown.output)
    assert example and example.group(1).split()[: len(words)] == list(words)
