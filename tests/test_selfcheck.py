"""The self-check: works in a released folder, shows verdicts, and says what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.selfcheck import all_passed, check, checks_language, find_checks, run_public


@pytest.fixture
def released(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's copy of the released assignment, as the current folder."""
    folder = tmp_path / "activations"
    shutil.copytree(repository / "release" / "en" / "activations", folder)
    monkeypatch.chdir(folder)
    return folder


def relu(x: np.ndarray) -> np.ndarray:
    """As the course wants it."""
    return np.maximum(x, 0) * 1.0


def test_check_shows_a_table_of_live_functions(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The functions of the caller's namespace are tested as they are now."""
    check("relu", {"relu": relu, "relu_grad": lambda x: np.where(x > 0, 1.0, 0.0)})
    shown = capsys.readouterr().out
    assert shown.count("passed") == 2 and "failed" not in shown
    check("relu", {"relu": lambda x: x, "relu_grad": lambda x: np.where(x > 0, 1.0, 0.0)})
    shown = capsys.readouterr().out
    assert shown.count("passed") == 1 and "failed" in shown


def test_check_takes_the_callers_functions(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a namespace it looks where it was called."""
    check("relu")
    shown = capsys.readouterr().out
    assert "passed" in shown and "relu_grad is not" in " ".join(shown.replace("│", " ").split())


def test_a_misspelt_item_names_the_right_ones(released: Path) -> None:
    """The error lists what there is."""
    with pytest.raises(UsageError, match="sigmoid"):
        check("sigmod", {})


def test_a_notebook_outside_its_folder_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``checks`` the student learns what to do."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="Keep the notebook"):
        check("relu", {})


def test_korean_releases_speak_korean(repository: Path) -> None:
    """Titles come from the translations beside the tests."""
    assignment = find_checks(repository / "release" / "ko" / "activations")
    assert checks_language(assignment.folder) == "ko"
    results = run_public(assignment, {}, frozenset(["relu"]))
    assert any("가" <= letter <= "힣" for letter in results[0].tests[0].title)
    assert not all_passed(results)


def test_every_item_with_functions_can_be_checked(repository: Path) -> None:
    """Every released assignment has public tests for its items, but for the training run."""
    for folder in sorted((repository / "release" / "en").iterdir()):
        assignment = find_checks(folder)
        text = (assignment.folder / "test_public.py").read_text(encoding="utf-8")
        for item in assignment.items:
            assert item.kind == "manual" or item.training or re.search(rf'item\(\s*"{item.id}"', text), item.id


def test_the_self_check_needs_nothing_of_linux() -> None:
    """Students have Windows and macOS: what only the sandbox needs is not imported on the way."""
    code = (
        "import sys\nfor name in ('resource', 'fcntl', 'sandlock', 'pyseccomp'): sys.modules[name] = None\n"
        "import autograder.selfcheck, autograder.grading.plugin, autograder.grading.student"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
