"""Whatever a student hands in, nbgrader gets a notebook with the master's marks, each once."""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from traitlets.config import LoggingConfigurable

from autograder.nbgrader_plugs.markdown import plain_text
from autograder.nbgrader_plugs.salvage import SalvageExporter, salvage

Write = Callable[[Any], Path]


def _marks(notebook: Any) -> list[Any]:
    return [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]


def _source(notebook: Any, grade_id: str) -> str:
    return str(next(c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id))


def _check(notebook: Any, master: Path) -> None:
    """nbformat and nbgrader accept it, and its marks are the master's."""
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    wanted = {mark.grade_id: mark for mark in _marks(nbformat.read(master, 4))}
    got = _marks(notebook)
    assert {mark.grade_id: mark for mark in got} == wanted and len(got) == len(wanted)


def _shuffle_types(data: dict[str, Any]) -> None:
    for cell in data["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": "many", "schema_version": 99, "grade": "yes", "extra": 1}


def _duplicate(data: dict[str, Any]) -> None:
    data["cells"] += copy.deepcopy(data["cells"])


def _delete_marked(data: dict[str, Any]) -> None:
    data["cells"] = [cell for cell in data["cells"] if "nbgrader" not in cell["metadata"]]


def _delete_all(data: dict[str, Any]) -> None:
    data["cells"] = []


def _odd_fields(data: dict[str, Any]) -> None:
    data["nbformat"], data["metadata"] = "four", None
    data["cells"].insert(0, 7)
    for cell in data["cells"][1:]:
        cell.pop("id")
        cell["junk"] = {}


@pytest.mark.parametrize("spoil", [_shuffle_types, _duplicate, _delete_marked, _delete_all, _odd_fields])
def test_spoilt_notebooks_are_whole_again(
    spoil: Callable[[dict[str, Any]], None], notebook: dict[str, Any], write: Write, master: Path
) -> None:
    """Each way that makes nbgrader fail on its own gives a valid notebook."""
    spoil(notebook)
    _check(salvage(write(notebook), nbformat.read(master, 4)), master)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"[" * 100_000])
def test_unreadable_notebooks_become_the_master_under_a_message(content: bytes, write: Write, master: Path) -> None:
    """The first cell says what is wrong."""
    rebuilt = salvage(write(content), nbformat.read(master, 4))
    _check(rebuilt, master)
    assert rebuilt.cells[0].cell_type == "markdown" and "tiny.ipynb" in rebuilt.cells[0].source


def test_students_text_stays_and_locked_text_comes_from_the_master(
    notebook: dict[str, Any], write: Write, master: Path
) -> None:
    """Solutions are kept, test cells are not; added cells stay as plain cells."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "double":
            cell["source"] = "100"
    notebook["cells"].append({"cell_type": "code", "source": "mine = 1", "metadata": {}, "outputs": [{"a": 1}]})
    rebuilt = salvage(write(notebook), nbformat.read(master, 4))
    assert _source(rebuilt, "solution-double") == "def double(x):\n    return x"
    assert _source(rebuilt, "double") == 'check("double")'
    assert rebuilt.cells[-1].source == "mine = 1" and rebuilt.cells[-1].outputs == []


def test_deleted_cells_come_back_in_their_place(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """A test cell follows its solution cell again."""
    notebook["cells"] = [
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in ("setup", "double")
    ]
    rebuilt = salvage(write(notebook), nbformat.read(master, 4))
    order = [mark.grade_id for mark in _marks(rebuilt)]
    assert order == [mark.grade_id for mark in _marks(nbformat.read(master, 4))]


def test_html_of_students_is_made_harmless(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """A script in a written answer would run in the TA's browser; the master's own lines are kept."""
    evil = "a < b <script>alert(1)</script>\n<img src=x onerror=alert(1)>"
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "why":
            cell["source"] = "**Why?** Give a reason.\n" + evil
            cell["attachments"] = {"a.png": {"image/png": "iVBO", "text/html": "<b>"}, "b": {"image/png": '"><script>'}}
    notebook["cells"] += [
        {"cell_type": "markdown", "source": evil, "metadata": {}},
        {"cell_type": "raw", "source": evil, "metadata": {"raw_mimetype": "text/html"}},
    ]
    rebuilt = salvage(write(notebook), nbformat.read(master, 4))
    shown = [cell for cell in rebuilt.cells if cell.cell_type == "markdown"]
    assert not any("<script" in cell.source or "<img" in cell.source for cell in shown)
    assert "a < b" in _source(rebuilt, "why")
    assert not any(cell.cell_type == "raw" for cell in rebuilt.cells)
    answer = next(cell for cell in rebuilt.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "why")
    assert answer.attachments == {"a.png": {"image/png": "iVBO"}}


def test_a_missing_notebook_is_replaced_by_what_is_there(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """The one other notebook of the folder is used, with a note; an empty folder gives the master."""
    path = write(notebook)
    path.rename(path.parent / "copy.ipynb")
    rebuilt = salvage(path, nbformat.read(master, 4))
    _check(rebuilt, master)
    assert "copy.ipynb" in rebuilt.cells[0].source
    assert _source(rebuilt, "solution-double") == "def double(x):\n    return x"
    (path.parent / "copy.ipynb").unlink()
    _check(salvage(path, nbformat.read(master, 4)), master)


def test_names_in_notes_are_text(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """A file's name is Markdown, HTML and a formula, and the note shows it as it is."""
    path = write(notebook)
    name = "[x](javascript:alert(1))<img src=x onerror=alert(1)>$\\href{x}{y}$"
    path.rename(path.parent / f"{name}.ipynb")
    note = salvage(path, nbformat.read(master, 4)).cells[0].source
    assert note.count("<") == 2 and html.escape(name) in note


def test_long_cells_are_cut_on_the_page_only(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """nbgrader's copy has an end that says so; the file that is graded has all of it."""
    notebook["cells"].append({"cell_type": "code", "source": "x = 1\n" * 100_000, "metadata": {}})
    path = write(notebook)
    assert len(salvage(path, nbformat.read(master, 4)).cells[-1].source) < 60_000
    assert len(path.read_bytes()) > 600_000


def test_a_copy_of_ours_is_read_as_it_is(notebook: dict[str, Any], write: Write) -> None:
    """nbgrader sanitises first and then reads its copy with the same exporter: nothing is escaped twice."""
    notebook["cells"].insert(0, {"cell_type": "markdown", "source": plain_text("a < b"), "metadata": {}, "id": "x"})
    path = write(notebook)

    class Converter(LoggingConfigurable):  # type: ignore[misc]  # traitlets is untyped to us
        _sanitizing = False

    again, _ = SalvageExporter(parent=Converter()).from_filename(str(path), resources={})
    assert json.loads(again)["cells"][0]["source"] == [plain_text("a < b")]


def test_a_merged_cell_says_where_its_code_stands(notebook: dict[str, Any], write: Write, master: Path) -> None:
    """The TA reads the work in the one cell, and a pointer to it in the other."""
    halve = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "solution-halve")
    double = next(
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "solution-double"
    )
    double["source"] += "\n\n\n" + halve["source"]
    notebook["cells"].remove(halve)
    rebuilt = salvage(write(notebook), nbformat.read(master, 4))
    _check(rebuilt, master)
    assert "def halve" in _source(rebuilt, "solution-double")
    assert _source(rebuilt, "solution-halve").startswith("# ") and "solution-double" in _source(
        rebuilt, "solution-halve"
    )
    assert "NotImplementedError" not in _source(rebuilt, "solution-halve")


def test_a_written_answer_keeps_its_place_without_its_mark(
    notebook: dict[str, Any], write: Write, master: Path
) -> None:
    """The one unmarked text that begins as the released one; of two copies the one with text."""
    why = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "why")
    released = "".join(why["source"])
    why |= {"source": f"{released}\nBecause.", "metadata": {}}
    assert _source(salvage(write(notebook), nbformat.read(master, 4)), "why").endswith("Because.")
    stub = copy.deepcopy(why) | {"source": released, "metadata": {"nbgrader": {"grade_id": "why", "solution": True}}}
    why["metadata"] = {"nbgrader": {"grade_id": "why", "solution": True}}
    notebook["cells"].insert(0, stub)
    rebuilt = salvage(write(notebook), nbformat.read(master, 4))
    _check(rebuilt, master)
    assert _source(rebuilt, "why").endswith("Because.")


def test_notebooks_of_other_forms_are_shown_as_they_were_graded(
    notebook: dict[str, Any], write: Write, master: Path
) -> None:
    """UTF-16 with a note above."""
    rebuilt = salvage(write(json.dumps(notebook).encode("utf-16")), nbformat.read(master, 4))
    _check(rebuilt, master)
    assert "UTF-16" in rebuilt.cells[0].source
    assert _source(rebuilt, "solution-double") == "def double(x):\n    return x"
