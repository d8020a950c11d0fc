"""The intake takes solution cells from anything, executes nothing and never raises."""

from __future__ import annotations

import copy
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import sources
from autograder.config import Assignment
from autograder.intake import files, read_submission

Write = Callable[[Any], Path]
NAMES = ("solution-imports", "solution-double", "solution-halve")


def _marked(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def test_only_solution_cells_are_taken(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Test cells, demonstrations and added cells stay out."""
    notebook["cells"].append({"cell_type": "code", "source": "import os; os._exit(1)", "metadata": {}})
    got = read_submission(write(notebook), master, assignment)
    assert tuple(chunk.name for chunk in got.chunks) == NAMES
    assert got.notes == ()
    assert got.chunks[1].source == "def double(x):\n    return x"


def test_the_master_gives_the_order(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Moved cells are put back in order; without a master the student's order holds."""
    notebook["cells"].reverse()
    path = write(notebook)
    assert tuple(chunk.name for chunk in read_submission(path, master, assignment).chunks) == NAMES
    assert tuple(chunk.name for chunk in read_submission(path, None, assignment).chunks) == NAMES[::-1]


def test_the_first_of_two_equal_names_counts(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """A duplicated cell is named, and the first one is graded."""
    notebook["cells"].append({**_marked(notebook, "solution-double"), "source": "double = None"})
    got = read_submission(write(notebook), master, assignment)
    assert got.chunks[1].source.startswith("def double")
    assert len(got.notes) == 1 and "solution-double" in got.notes[0]


def test_missing_and_unknown_cells_are_named(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """A deleted cell costs only itself, and an invented one is not graded."""
    _marked(notebook, "solution-halve")["metadata"]["nbgrader"]["grade_id"] = "solution-mine"
    got = read_submission(write(notebook), master, assignment)
    assert tuple(chunk.name for chunk in got.chunks) == NAMES[:2]
    assert any("solution-mine" in note for note in got.notes) and any("solution-halve" in note for note in got.notes)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"cells": [',
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"cells": 3}',
        b'{"cells": {"0": 1}}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"1" * 10_000,
    ],
)
def test_what_is_no_notebook_gives_no_chunks_and_a_note(
    content: bytes, write: Write, master: Path, assignment: Assignment
) -> None:
    """Broken JSON, other JSON, other encodings and deep nesting end in a message, in both languages."""
    for language in ("en", "ko"):
        got = read_submission(write(content), master, assignment, language=language)
        assert got.chunks == ()
        assert len(got.notes) == 1 and "tiny.ipynb" in got.notes[0]


def test_odd_cells_do_not_hide_the_good_ones(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Cells of the wrong type, sources and metadata of the wrong type are passed over."""
    notebook["cells"][:0] = [
        3,
        None,
        [],
        {},
        {"cell_type": "code"},
        {"cell_type": [], "source": ""},
        {"cell_type": "code", "source": {"a": 1}, "metadata": {"nbgrader": {"grade_id": "solution-double"}}},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["solution-double"]}}},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": "solution-double"}},
        {"cell_type": "code", "source": "x", "metadata": None},
    ]
    got = read_submission(write(notebook), master, assignment)
    assert tuple(chunk.name for chunk in got.chunks) == NAMES
    assert got.chunks[1].source.startswith("def double")


def test_lone_surrogates_cannot_crash_what_comes_after(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Text that cannot be encoded is replaced, with a note."""
    _marked(notebook, "solution-double")["source"] = ["a = '\ud800'\n", "b = 1"]
    got = read_submission(write(notebook), master, assignment)
    assert got.chunks[1].source == "a = '?'\nb = 1"
    assert any("solution-double" in note for note in got.notes)


def test_fifty_megabytes_of_output_are_graded(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Large outputs cost nothing; they are not looked at."""
    notebook["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 50 * 2**20}]
    assert len(read_submission(write(notebook), master, assignment).chunks) == 3


def test_a_file_over_the_limit_is_refused_unread(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size is checked before anything is parsed."""
    path = write(notebook)
    with path.open("ab") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)  # a sparse file
    monkeypatch.setattr(files.json, "loads", lambda text: pytest.fail("parsed"))
    got = read_submission(path, None, assignment)
    assert got.chunks == () and "65 MiB" in got.notes[0]


def test_too_many_lists_cells_and_source_are_refused(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each limit has its message."""
    monkeypatch.setattr(files, "MAX_JSON_CONTAINERS", 1000)
    assert read_submission(write(b"[" + b"[]," * 2000 + b"[]]"), None, assignment).notes[0].count("lists") == 1
    monkeypatch.setattr(sources, "MAX_BYTES", 20)
    assert "KiB" in read_submission(write(notebook), master, assignment).notes[0]
    monkeypatch.setattr(files, "MAX_CELLS", 3)
    assert "3 cells" in read_submission(write(notebook), None, assignment).notes[0]


def test_links_are_not_followed(notebook: dict[str, Any], write: Write, assignment: Assignment, tmp_path: Path) -> None:
    """Neither a linked file, nor a linked notebook in a folder, nor a linked folder is read."""
    target = write(notebook)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "tiny.ipynb").symlink_to(target)
    (tmp_path / "linked").symlink_to(tmp_path, target_is_directory=True)
    for path in (folder / "tiny.ipynb", folder, tmp_path / "linked"):
        got = read_submission(path, None, assignment)
        assert got.chunks == () and "link" in got.notes[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs on this system")
def test_a_fifo_does_not_hang(assignment: Assignment, tmp_path: Path) -> None:
    """Only ordinary files are read."""
    os.mkfifo(tmp_path / "tiny.ipynb")
    assert read_submission(tmp_path, None, assignment).chunks == ()


def test_a_folder_with_one_other_file_is_graded(
    notebook: dict[str, Any], write: Write, assignment: Assignment, tmp_path: Path
) -> None:
    """A renamed notebook, or else a ``.py`` file, is used; if there are two, the student is asked."""
    write(notebook).rename(tmp_path / "tiny (1).ipynb")
    (tmp_path / "helper.py").write_text("x = 1")
    got = read_submission(tmp_path, None, assignment)
    assert len(got.chunks) == 3 and "tiny (1).ipynb" in got.notes[0]
    write(notebook).rename(tmp_path / "tiny (2).ipynb")
    assert read_submission(tmp_path, None, assignment).chunks == ()
    for path in tmp_path.glob("*.ipynb"):
        path.unlink()
    assert [chunk.name for chunk in read_submission(tmp_path, None, assignment).chunks] == ["helper.py"]
    (tmp_path / "helper.py").unlink()
    assert "tiny.ipynb" in read_submission(tmp_path, None, assignment).notes[0]


def test_a_python_file_is_one_chunk(assignment: Assignment, tmp_path: Path) -> None:
    """It is named after the file, and a syntax error in it is the engine's to report."""
    path = tmp_path / "mine.py"
    path.write_bytes("\ufeffdef f(:\n    '''é'''\n".encode())
    got = read_submission(path, None, assignment)
    assert [(chunk.name, chunk.source) for chunk in got.chunks] == [("mine.py", "def f(:\n    '''é'''\n")]
    path.write_bytes(b"x = '\xe9'")
    assert "UTF-8" in read_submission(path, None, assignment).notes[0]


def test_without_marks_all_code_cells_count(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """A converted notebook is graded on all its code, but for the self-check."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    got = read_submission(write(notebook), master, assignment)
    assert [chunk.source.split("\n")[0] for chunk in got.chunks] == [
        "import numpy as np", "def double(x):", "def halve(x):", 'print("a demonstration")',
    ]  # fmt: skip
    assert len(got.notes) == 1


def test_names_from_the_submission_are_printable_and_short_in_messages(assignment: Assignment, tmp_path: Path) -> None:
    """A file's name cannot smuggle control characters or pages of text into a message."""
    path = tmp_path / ("a\x1b[31m" + "b" * 200 + ".ipynb")
    path.write_text("{")
    note = read_submission(path, None, assignment).notes[0]
    assert note.isprintable() and len(note) < 500


def test_code_in_a_cell_that_is_not_graded_is_pointed_out(
    notebook: dict[str, Any], write: Write, assignment: Assignment
) -> None:
    """A graded function that is defined elsewhere is named; helpers elsewhere are not mentioned."""
    stray = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "stray"}
    wanted = assignment.items[0].functions[0]
    notebook["cells"].append(stray | {"source": f"def {wanted}(x):\n    return x\ndef my_helper(x):\n    return x\n"})
    notes = read_submission(write(notebook), None, assignment).notes
    assert [note for note in notes if "not graded" in note and wanted in note]
    assert not [note for note in notes if "my_helper" in note]


def _rename(data: dict[str, Any], name: str) -> dict[str, Any]:
    _marked(data, "solution-double")["metadata"]["nbgrader"]["grade_id"] = name
    return data


def test_ids_in_hangul_are_one_in_both_forms(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment, tmp_path: Path
) -> None:
    """macOS takes Hangul apart; the cell is the released one all the same."""
    composed = "solution-두배"
    released = tmp_path / "released.ipynb"
    released.write_text(json.dumps(_rename(json.loads(master.read_text()), composed)))
    path = write(_rename(notebook, unicodedata.normalize("NFD", composed)))
    got = read_submission(path, released, assignment)
    assert [chunk.name for chunk in got.chunks] == ["solution-imports", composed, "solution-halve"] and got.notes == ()


def test_a_file_in_hangul_is_the_wanted_one_in_both_forms(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment, tmp_path: Path
) -> None:
    """A copy in a folder named as wanted wins over another notebook."""
    named = replace(assignment, id="활성화")
    inbox = tmp_path / "inbox"
    (inbox / "work").mkdir(parents=True)
    write(notebook).rename(inbox / "work" / unicodedata.normalize("NFD", "활성화.ipynb"))
    _marked(notebook, "solution-double")["source"] = "def double(x):\n    return 'old'"
    write(notebook).rename(inbox / "old.ipynb")
    got = read_submission(inbox, master, named)
    assert got.chunks[1].source == "def double(x):\n    return x" and "work/활성화.ipynb" in got.notes[0]


def test_marks_of_a_merge_conflict_in_a_cell_are_named(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """A notebook that was merged as text inside a cell opens in Jupyter, and the cell is no Python."""
    conflict = "<<<<<<< HEAD\ndef double(x):\n=======\ndef double(y):\n>>>>>>> partner\n    return x"
    _marked(notebook, "solution-double")["source"] = conflict
    notes = read_submission(write(notebook), master, assignment).notes
    assert len(notes) == 1 and "solution-double" in notes[0] and "merge conflict" in notes[0]


def test_helpers_elsewhere_are_named_with_their_cell_only_if_graded_code_uses_them(
    notebook: dict[str, Any], write: Write, master: Path, assignment: Assignment
) -> None:
    """Parameters, the course's locked cells and unused helpers are not meant."""
    used = "def double(x):\n    check('double')\n    return _twice(x) + pd.NA + len(x)"
    _marked(notebook, "solution-double")["source"] = used
    mine = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].insert(0, mine | {"source": "import pandas as pd, json\nx = 1\ndef _unused(): pass"})
    notebook["cells"].append(mine | {"source": "\n\ndef _twice(value_with_a_very_long_name_of_its_own=None): return 2"})
    notes = read_submission(write(notebook), master, assignment).notes
    last = len(notebook["cells"])
    assert [note.partition(" is used")[0] for note in notes] == ["pd", "_twice"]
    assert "cell 1: `import pandas as pd, json`" in notes[0]
    assert f"cell {last}: `def _twice(value_with_a_very_long_nam...`" in notes[1] and "solution-imports" in notes[1]


def test_copies_are_told_apart_without_the_release_as_well(
    notebook: dict[str, Any], write: Write, assignment: Assignment
) -> None:
    """On a student's own machine: halves are put together, and turned cells are code again."""
    twin = copy.deepcopy(_marked(notebook, "solution-double"))
    _marked(notebook, "solution-double")["source"] = "def double(x):"
    notebook["cells"].insert(notebook["cells"].index(_marked(notebook, "solution-double")) + 1, twin)
    twin["source"] = "    return 2 * x"
    _marked(notebook, "solution-halve")["cell_type"] = "markdown"
    got = read_submission(write(notebook), None, assignment)
    assert [chunk.source for chunk in got.chunks[1:]] == [
        "def double(x):\n    return 2 * x",
        "def halve(x):\n    return x",
    ]
    assert len(got.notes) == 2
