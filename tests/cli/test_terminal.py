"""Text from submissions is shown in a terminal, and never acts there."""

from __future__ import annotations

import ast
import io
import json
import logging
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.table import Table
from rich.text import Text

from autograder.cli.main import cli
from autograder.cli.say import PrintableFormatter, say, say_json
from autograder.errors import AutograderError
from autograder.reports.terminal import Terminal

ROOT = Path(__file__).parents[2]
HOSTILE = "a[/b]\x1b]0;owned\x07[bad]\u202e:smile:\x9b31m"
HARMFUL = ("\x1b]", "\x07", "\u202e", "\x9b")
NAMES = ("a[/b].py", "[bad].py", "\x1b]0;owned\x07.py", "a\u202eyp.py", "[link=x]y.py")


def printed(thing: object, **style: str) -> str:
    """What the console writes."""
    stream = io.StringIO()
    Terminal(file=stream, width=100, force_terminal=True).print(thing, **style)
    return stream.getvalue()


def table(cell: object, title: str = "") -> Table:
    """A table with one cell."""
    made = Table(title=title or None, show_header=False, box=None)
    made.add_column()
    made.add_row(cell)
    return made


@pytest.mark.parametrize(
    "thing", [HOSTILE, Text(HOSTILE), table(HOSTILE), table(Text(HOSTILE, "red")), table("x" * 60, HOSTILE)]
)
def test_rich_shows_everything_as_it_is(thing: object) -> None:
    """No markup, no emoji, no control character, whether it is a line, a cell or a title; styles of our own stay."""
    shown = printed(thing)
    assert "a[/b]" in shown and "[bad]" in shown and ":smile:" in shown
    assert not any(harmful in shown for harmful in HARMFUL)
    assert "\x1b[" in printed("mine", style="red")


def test_lines_show_everything_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """On both streams; a style is the command's own."""
    say(HOSTILE)
    say(HOSTILE, err=True, label="error", fg="red")
    for shown in capsys.readouterr():
        assert "a[/b]" in shown and not any(harmful in shown for harmful in HARMFUL)
    assert click.unstyle(click.style("error", fg="red")) == "error"


def test_json_keeps_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Korean stands as it is, and what would act is escaped: a program reads the same text."""
    data = {"who": f"김민수 {HOSTILE} \U000e0041"}
    say_json([data], indent=2)
    shown = capsys.readouterr().out
    assert json.loads(shown) == [data] and "김민수" in shown and not any(harmful in shown for harmful in HARMFUL)


def test_the_log_shows_everything_as_it_is() -> None:
    """Warnings name folders and files."""
    record = logging.LogRecord("autograder", logging.WARNING, "", 0, "%s was left out", (HOSTILE,), None)
    assert not any(harmful in PrintableFormatter("%(message)s").format(record) for harmful in HARMFUL)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", [("grade", "--assignment", "activations", "--no-training"), ("check",)])
def test_a_files_name_is_shown_as_it_is(name: str, command: tuple[str, ...], tmp_path: Path, checkout: Path,
                                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Whatever a student calls a file, the command goes on and names it."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("raise ValueError('[/x]\\x1b[31m')\n", encoding="utf-8")
    monkeypatch.chdir(checkout)
    options = ("--assignment", "activations") if command[0] == "check" else ()
    result = CliRunner().invoke(cli, [*command, *options, str(path)], standalone_mode=False)
    assert result.exception is None or isinstance(result.exception, AutograderError), result.exception
    said = f"{result.output}{result.exception or ''}"
    assert not any(harmful in result.output for harmful in HARMFUL)
    assert command[0] == "check" or name[:3].isprintable() is (name[:3] in said)


def test_there_is_no_other_way_to_the_terminal() -> None:
    """Commands print by ``say`` and ``Terminal`` alone."""
    for path in (ROOT / "autograder").rglob("*.py"):
        if path.name in ("say.py", "terminal.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called not in ("click.echo", "click.secho", "Console", "rich.print"), f"{path}: {called}"
