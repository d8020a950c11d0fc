"""Whatever a student does to one cell, the graded code is what they wrote."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest

from autograder.intake import read_submission
from autograder.nbgrader_plugs.salvage import salvage
from tests.intake import handed_in as h
from tests.intake.handed_in import RELEASED, WANTED, Notebook, cell, solved, untouched
from tests.intake.test_handed_in import ASSIGNMENT

Cell = dict[str, Any]
RIGHT = {name: h.function(name) for names in h.FUNCTIONS.values() for name in names}
MASTER = nbformat.read(RELEASED, as_version=4)


def _unmark(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    chosen["metadata"] = {}


def _turn(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    chosen["cell_type"] = random.choice(["markdown", "raw"])


def _copy_the_stub(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    twin = copy.deepcopy(chosen) | {"source": cell(untouched(), name)["source"]}
    notebook["cells"].insert(random.randrange(len(notebook["cells"])), twin)


def _split(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    lines = chosen["source"].split("\n")
    where = random.randrange(1, len(lines))
    half = copy.deepcopy(chosen) | {"source": "\n".join(lines[where:])}
    notebook["cells"].insert(notebook["cells"].index(chosen) + 1, half)
    chosen["source"] = "\n".join(lines[:where])
    random.choice([{}, chosen, half])["metadata"] = random.choice([{}, copy.deepcopy(chosen["metadata"])])


def _merge(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    other = cell(notebook, random.choice([each for each in h.FUNCTIONS if each != name]))
    chosen["source"] += "\n\n" + other["source"]
    notebook["cells"].remove(other)


def _move(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    notebook["cells"].remove(chosen)
    notebook["cells"].insert(random.randrange(len(notebook["cells"])), chosen)


def _write_below(random: Random, notebook: Notebook, name: str, chosen: Cell) -> None:
    notebook["cells"].insert(notebook["cells"].index(chosen) + 1, h.code_cell(chosen["source"]))
    chosen["source"] = cell(untouched(), name)["source"]


def _defined(sources: list[str]) -> dict[str, str]:
    """The last definition of each function, as it would run."""
    nodes = [node for source in sources for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.unparse(node) for node in nodes}


@pytest.mark.parametrize("change", [_unmark, _turn, _copy_the_stub, _split, _merge, _move, _write_below])
@pytest.mark.parametrize("marks", ["kept", "lost"])
def test_one_change_loses_nothing(change: Callable[..., None], marks: str, tmp_path: Path) -> None:
    """Also in a notebook that has lost all marks afterwards; and nbgrader gets a valid notebook."""
    for seed in range(15):
        random, notebook = Random(seed), solved()
        name = random.choice([*h.FUNCTIONS])
        change(random, notebook, name, cell(notebook, name))
        if marks == "lost":
            h.unmark(notebook)
        for each in notebook["cells"]:
            if each["cell_type"] != "code":
                each.pop("outputs", None), each.pop("execution_count", None)
        (tmp_path / WANTED).write_text(json.dumps(notebook))
        submission = read_submission(tmp_path, RELEASED, ASSIGNMENT)
        defined = _defined([chunk.source for chunk in submission.chunks])
        assert {name: defined.get(name) for name in RIGHT} == RIGHT, (seed, submission.notes)
        assert "deleted" not in " ".join(submission.notes)
        nbformat.validate(salvage(tmp_path / WANTED, MASTER))
