"""Builds what students hand in, from the released notebook and the reference solution, so that it never drifts."""

from __future__ import annotations

import ast
import copy
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RELEASED = ROOT / "release" / "en" / "activations" / "activations.ipynb"
REFERENCE = (ROOT / "reference_solution" / "activations.py").read_text(encoding="utf-8")
WANTED = "activations.ipynb"
FUNCTIONS = {
    "solution-sigmoid": ("sigmoid", "sigmoid_grad"),
    "solution-tanh": ("tanh", "tanh_grad"),
    "solution-relu": ("relu", "relu_grad"),
    "solution-elu": ("elu", "elu_grad"),
    "solution-vanishing_gradient": ("gradient_through_depth",),
    "solution-dead_units": ("dead_unit_fraction",),
}

Notebook = dict[str, Any]
Build = Callable[[Path], object]


def function(name: str) -> str:
    """A function of the reference solution, as text."""
    tree = ast.parse(REFERENCE)
    return next(ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


def code_of(grade_id: str) -> str:
    """The right solution of a cell."""
    return "\n\n\n".join(map(function, FUNCTIONS[grade_id]))


def untouched() -> Notebook:
    """The release; each source is one text."""
    notebook: Notebook = json.loads(RELEASED.read_text(encoding="utf-8"))
    for each in notebook["cells"]:
        each["source"] = "".join(each["source"])
    return notebook


def solved() -> Notebook:
    """The release with everything solved."""
    notebook = untouched()
    for grade_id in FUNCTIONS:
        cell(notebook, grade_id)["source"] = code_of(grade_id)
    return notebook


def cell(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """The first cell with this id."""
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def place(notebook: Notebook, grade_id: str) -> int:
    """Where it stands."""
    found: int = notebook["cells"].index(cell(notebook, grade_id))
    return found


def code_cell(source: str) -> dict[str, Any]:
    """A cell that a student added."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": "mine"}


def changed(change: Callable[[Notebook], object]) -> Notebook:
    """The solved notebook after a change."""
    notebook = solved()
    change(notebook)
    return notebook


def unmark(notebook: Notebook, *grade_ids: str) -> None:
    """Takes the metadata of these cells away, or of all."""
    for each in [cell(notebook, name) for name in grade_ids] or notebook["cells"]:
        each["metadata"] = {}


def duplicate(notebook: Notebook, grade_id: str, *sources: str) -> None:
    """Puts further cells with the same metadata behind a cell."""
    for source in reversed(sources):
        twin = copy.deepcopy(cell(notebook, grade_id)) | {"source": source, "id": f"twin{len(source)}"}
        notebook["cells"].insert(place(notebook, grade_id) + 1, twin)


def remove(notebook: Notebook, grade_id: str) -> None:
    """Deletes a cell."""
    notebook["cells"].pop(place(notebook, grade_id))


def text(notebook: Notebook) -> str:
    """As Jupyter saves it: a line for each line of a source, Hangul as it is."""
    cells = [each | {"source": each["source"].splitlines(keepends=True)} for each in notebook["cells"]]
    return json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False) + "\n"


def stored(notebook: Notebook, name: str = WANTED, encoding: str = "utf-8") -> Build:
    """A step that puts a notebook into the folder."""
    return put(name, text(notebook).encode(encoding))


def put(name: str, data: bytes) -> Build:
    """A step that puts bytes into the folder."""

    def step(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return step


def packed(*files: tuple[str, bytes]) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def with_conflict(notebook: Notebook, line: str, other: str) -> bytes:
    """The notebook's text with a merge conflict around the first line that holds ``line``."""
    lines = text(notebook).split("\n")
    n = next(n for n, each in enumerate(lines) if line in each)
    theirs = lines[n].replace(line, other)
    lines[n : n + 1] = ["<<<<<<< HEAD", lines[n], "=======", theirs, ">>>>>>> partner"]
    return "\n".join(lines).encode()
