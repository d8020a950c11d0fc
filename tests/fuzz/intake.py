"""What has to hold for any file that a student hands in as a notebook or as a ``.py`` file.

Coverage-guided, in an environment of its own (atheris has wheels for Linux and Python 3.11 to 3.13):

    python3 -m venv fuzz-venv
    fuzz-venv/bin/pip install -r requirements.lock
    fuzz-venv/bin/pip install atheris
    fuzz-venv/bin/python -m tests.fuzz intake -max_total_time=660

The tests of ``tests/intake`` run the same check on the seeds and on random damage to them.
"""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import nbformat

from autograder.config import load_assignment
from autograder.intake import read_submission
from autograder.intake.files import MAX_NAME_CHARACTERS
from autograder.intake.submission import MAX_NOTES
from autograder.model import Submission
from autograder.nbgrader_plugs.salvage import salvage
from autograder.sources import MAX_BYTES
from tests.fuzz.mutations import damaged_bytes, damaged_tree

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = load_assignment(ROOT / "assignments", "activations")
RELEASED = ROOT / "release" / "en" / "activations" / "activations.ipynb"
MASTER = nbformat.read(RELEASED, as_version=4)


def marked(cell: Any) -> bool:
    """Whether nbgrader marks this cell."""
    return "nbgrader" in cell["metadata"]


def small(notebook: Any) -> Any:
    """The marked cells only, with magics in the code, and a picture in the last."""
    notebook = copy.deepcopy(notebook)
    notebook["cells"] = [cell | {"source": "%time x = 1\n!ls"} for cell in notebook["cells"] if marked(cell)]
    picture = {"cell_type": "markdown", "metadata": {}, "attachments": {"a.png": {"image/png": "iVBO"}}}
    notebook["cells"].append(picture | {"source": ["<b>why</b>\n", "because"]})
    return notebook


NOTEBOOK = json.loads(RELEASED.read_text(encoding="utf-8"))
SMALL = small(NOTEBOOK)
SEEDS = (
    RELEASED.read_bytes(),
    json.dumps(SMALL).encode(),
    json.dumps(SMALL, ensure_ascii=False).encode("utf-8-sig"),
    json.dumps(SMALL).encode("utf-16"),
    "%matplotlib inline\ndef elu(x, alpha=1.0):\n    return x  # é\n?elu\n".encode(),
)


def check(data: bytes) -> None:
    """A file of these bytes is a submission with readable notes, and nbgrader gets a valid notebook with its marks."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("activations.ipynb", "mine.py"):
            path = Path(folder, name)
            path.write_bytes(data)
            for master in (RELEASED, None):
                submission = read_submission(path, master, ASSIGNMENT)
                check_submission(submission)
                assert submission.chunks or submission.notes or master is None
            check_notebook(salvage(path, MASTER))


def check_submission(submission: Submission) -> None:
    """Texts can be shown and sent, and all is within its bounds."""
    assert len(submission.notes) <= MAX_NOTES and all(note.isprintable() for note in submission.notes)
    assert all(len(chunk.name) <= MAX_NAME_CHARACTERS and chunk.name.isprintable() for chunk in submission.chunks)
    assert sum(len(chunk.source.encode()) for chunk in submission.chunks) <= 2 * MAX_BYTES  # with magics' "pass"


def check_notebook(notebook: Any) -> None:
    """nbformat accepts it, every mark of the master's is there once, and it can be saved."""
    nbformat.validate(notebook)
    marks = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in MASTER.cells if marked(cell)}
    found = [cell.metadata.nbgrader for cell in notebook.cells if marked(cell)]
    assert len(found) == len(marks) and all(mark == marks[mark.grade_id] for mark in found)
    json.dumps(notebook, ensure_ascii=False).encode()


def mutate(data: bytes, random: Random) -> bytes:
    """Damage to the notebook's tree where there is one, else to the bytes."""
    try:
        tree = json.loads(data)
    except ValueError:
        return damaged_bytes(data, random)
    return json.dumps(damaged_tree(tree, random)).encode()
