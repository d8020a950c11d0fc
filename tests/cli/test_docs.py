"""The documents and the command line agree."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from autograder.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.ko.md")
DOCUMENTS = (*READMES, "CHANGELOG.md")
MACHINE_PATH = re.compile(r"(?<![\w.~-])(/(work|home|root|Users|mnt|opt|tmp|private)/|[A-Z]:\\Users\\)[\w.-]*")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _command(name: str) -> click.Command:
    command: click.Command = importlib.import_module(f"autograder.cli.{COMMANDS[name][0]}").command
    return command


def _all_commands() -> list[str]:
    """Every command, and every subcommand of a group: ``data``, ``data build`` ..."""
    names = []
    for name in COMMANDS:
        command = _command(name)
        names.append(name)
        if isinstance(command, click.Group):
            names += [f"{name} {sub}" for sub in sorted(command.commands)]
    return names


ALL_COMMANDS = _all_commands()
LEAVES = [name for name in ALL_COMMANDS if not isinstance(_command(name.split()[0]), click.Group) or " " in name]


@pytest.mark.parametrize("document", READMES)
def test_every_command_is_in_the_readme(document: str) -> None:
    """Each command stands in the table, with an example that begins with it."""
    text = (ROOT / document).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `autograder ")]
    for name in LEAVES:
        row = [line for line in rows if line.startswith(f"| `autograder {name}` |")]
        assert len(row) == 1, f"{document} has {len(row)} lines for `autograder {name}`"
        assert re.search(rf"\| `autograder {name}( [^`]*)?` \|$", row[0]), f"{document}: no example in {row[0]!r}"
    assert len(rows) == len(LEAVES), f"{document} has a command that does not exist"


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """``python -m autograder COMMAND --help`` works and shows how to call it."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *name.split(), "--help"],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    example = " ".join(done.stdout.partition("Example:")[2].split())
    assert example.startswith(f"autograder {name}"), f"`autograder {name} --help` has no example of itself"


@pytest.mark.parametrize("document", READMES)
def test_options_in_the_readme_exist(document: str) -> None:
    """Every option in a line that calls ``autograder`` is one of that command."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for call in re.findall(r"\bautograder ([^`|#\n]+)", text):
        words = call.split()
        if words[0] not in COMMANDS:
            continue
        command = _command(words[0])
        if isinstance(command, click.Group):
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        used = {word for word in words if re.fullmatch("--[a-z-]+", word)}
        assert used <= known, f"{document}: `autograder {call}` has no {', '.join(sorted(used - known))}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_machine_paths(document: str) -> None:
    """No path of somebody's machine stands in a document."""
    found = MACHINE_PATH.search((ROOT / document).read_text(encoding="utf-8"))
    assert found is None, f"{document}: {found and found.group()}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """Every file that a document links to is there."""
    for target in LINK.findall((ROOT / document).read_text(encoding="utf-8")):
        assert target.startswith("https://") or (ROOT / target).exists(), f"{document}: {target} is not there"


@pytest.mark.parametrize("document", READMES)
def test_links_within_a_page_lead_to_a_heading(document: str) -> None:
    """Every ``(#anchor)`` is the name that a heading gets on the page."""
    text = (ROOT / document).read_text(encoding="utf-8")
    outside_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", outside_code, re.MULTILINE)
    anchors = {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for anchor in re.findall(r"\]\(#([^)]+)\)", outside_code):
        assert anchor in anchors, f"{document}: no heading for #{anchor}"


def test_both_readmes_show_the_same_code() -> None:
    """The Korean page has the same commands as the English one, but for its comments and its language."""

    def calls(document: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
        lines = (line.split(" #")[0].strip() for block in blocks for line in block.splitlines())
        return [line.replace("--lang ko", "--lang en") for line in lines if line]

    assert calls("README.md") == calls("README.ko.md")
