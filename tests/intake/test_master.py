"""The course's own cells are left out where marks are lost, unless the student's functions use them."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.intake import read_submission
from autograder.intake.master import read_master
from tests.intake import handed_in as h
from tests.intake.handed_in import RELEASED, cell, changed, put, solved, stored
from tests.intake.test_handed_in import ASSIGNMENT

NUDGES = "def sigmoid_slope(x):\n    return nudge(sigmoid, x)\n"


def _own(word: str) -> str:
    """The course's cell that holds a word."""
    return next(source for source in read_master(RELEASED).own if word in source)


def _use_axis(notebook: h.Notebook) -> None:
    cell(notebook, "solution-sigmoid")["source"] += "\n\n\ndef steepest():\n    return axis.max()\n"
    h.unmark(notebook)


def test_a_program_keeps_its_lines_and_what_its_functions_need() -> None:
    """`nudge` is the course's, and used; the plots become empty comments, line by line, as the course's text does."""
    master = read_master(RELEASED)
    program = "\n\n".join(["import numpy as np", _own("def nudge"), _own("multi_dot"), _own("ylim"), NUDGES])
    left = master.without_own(program)
    assert left.count("\n") == program.count("\n")
    assert "\ndef nudge" in left and "import matplotlib" not in left
    line = next(line for cell in master.cells for line in cell.source.split("\n") if line.startswith("A chest X-ray"))
    assert master.without_own(f"# {line}\n# my own\n{NUDGES}") == f"#\n# my own\n{NUDGES}"
    assert master.without_own(NUDGES + "\n    broken") == NUDGES + "\n    broken"


def test_a_notebook_without_marks_keeps_what_its_functions_need(tmp_path: Path) -> None:
    """The cell of `axis` for a function that reads it; one that needs nothing cannot fail and stays in any case."""
    axis, nudge = "axis = np.linspace", "def nudge"
    for change, wanted in ((_use_axis, [nudge, axis]), (h.unmark, [nudge])):
        stored(changed(change))(tmp_path)
        sources = [chunk.source for chunk in read_submission(tmp_path, RELEASED, ASSIGNMENT).chunks]
        assert [part for part in (nudge, axis) for source in sources if part in source] == wanted
        assert not [source for source in sources if "multi_dot" in source] or change is _use_axis  # imports its plt


def test_a_new_release_is_read_again(tmp_path: Path) -> None:
    """The formgrader's process lives for days."""
    put("master.ipynb", h.text(solved()).encode())(tmp_path)
    path = tmp_path / "master.ipynb"
    assert len(read_master(path).code_ids) == 7
    assert read_master(path) is read_master(path)
    path.write_text('{"cells": []}')
    os.utime(path, ns=(1, 1))
    assert read_master(path).code_ids == ()
