"""The command as the terminal runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.cli.data import command
from autograder.cli.data_import import import_command
from autograder.cli.main import main


@dataclass(frozen=True)
class Typed:
    """What a command line led to."""

    code: int
    out: str
    err: str


@pytest.fixture
def typed(capsys: pytest.CaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Typed]:
    """Runs ``autograder data import`` with these arguments in ``tmp_path``."""
    monkeypatch.setitem(command.commands, "import", import_command)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Typed:
        with pytest.raises(SystemExit) as ended:
            main(["data", "import", *(str(argument) for argument in arguments)])
        printed = capsys.readouterr()
        return Typed(int(ended.value.code or 0), printed.out, printed.err)

    return run
