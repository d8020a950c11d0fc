"""The leak check finds what it should and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.leaks import find_leaks
from autograder.config import load_assignment


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A harmless released folder."""
    folder = tmp_path / "released"
    folder.mkdir()
    cell = {"cell_type": "code", "source": ["import numpy as np\n", "return x"], "outputs": [], "metadata": {}}
    (folder / "tiny.ipynb").write_text(json.dumps({"cells": [cell]}))
    return folder


def _leaks(folder: Path, checkout: Path) -> list[str]:
    return find_leaks(folder, load_assignment(checkout / "assignments", "tiny"), checkout / "reference_solution")


def test_a_harmless_folder_has_none(released: Path, tiny_checkout: Path) -> None:
    """Short lines that a solution shares with everybody's code are not a leak."""
    assert _leaks(released, tiny_checkout) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("    doubled_value = np.multiply(np.asarray(x), 2)", "a line of the solution in tiny.py"),
        ("### BEGIN SOLUTION", "BEGIN SOLUTION"),
        ("see test_double_of_anything", "the name of the hidden test"),
        (
            "    x = rng.uniform(-100, 100, size=17)\n    got = student.double(x).tolist()\n"
            "    assert got == (x + x).tolist()",
            "a part of the hidden test",
        ),
        ("labels = [" + "0, 1, " * 150 + "]", "labels"),
        ("weights = '" + "QUJD" * 600 + "'", "data as text"),
    ],
)
def test_each_kind_of_leak_is_found(released: Path, tiny_checkout: Path, text: str, message: str) -> None:
    """In a Python file as in a notebook's cell."""
    (released / "helper.py").write_text(text)
    found = _leaks(released, tiny_checkout)
    assert found and message in found[0] and found[0].startswith("helper.py")
    (released / "helper.py").unlink()
    (released / "tiny.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": text}]}))
    assert message in " ".join(_leaks(released, tiny_checkout))


def test_outputs_and_data_files_are_leaks(released: Path, tiny_checkout: Path) -> None:
    """A release has no outputs, no arrays and no file called hidden."""
    for name in ("labels.npz", "weights.h5", "test_hidden.py"):
        (released / name).write_text("")
    cell = {"cell_type": "code", "source": "1", "outputs": [{"output_type": "execute_result"}]}
    (released / "tiny.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert len(_leaks(released, tiny_checkout)) == 4
