"""Searches a released folder for what students must not receive.

Three kinds: a line of a solution, anything of a hidden test, and labels (arrays, data files, outputs).
Lines are compared whole and stripped; lines too short to give anything away are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.reference import functions_of_tests, read_python, solution_lines
from autograder.config import Assignment
from autograder.nbgrader_plugs.clear_solutions import BEGIN, END

TRIVIAL_CHARACTERS = 25
HIDDEN_RUN_LINES = 3
ALLOWED_SUFFIXES = frozenset({".ipynb", ".py", ".toml", ".md", ".png", ".svg", ".csv", ".txt"})
MAX_LITERAL_LABELS = 200
_LABELS = re.compile(rf"(?:\b[01](?:\.0*)?\s*,\s*){{{MAX_LITERAL_LABELS}}}")
_BLOB = re.compile(r"[A-Za-z0-9+/=\\]{2000}")


def find_leaks(folder: Path, assignment: Assignment, reference_dir: Path) -> list[str]:
    """What a released folder holds and must not, in words; empty when there is nothing.

    Args:
        folder: the released folder of one assignment.
        assignment: its record; the hidden tests lie in its folder.
        reference_dir: every solution in it counts, not only this assignment's.
    """
    hidden = functions_of_tests(assignment.folder / "test_hidden.py")
    forbidden = _forbidden_lines(reference_dir)
    leaks = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in ALLOWED_SUFFIXES or "hidden" in path.name:
            leaks.append(f"{name}: a file of this kind or name is never released")
        elif path.suffix not in (".png", ".svg"):
            leaks += [f"{name}: {leak}" for leak in _leaks_in(path, hidden, forbidden)]
    return leaks


def _forbidden_lines(reference_dir: Path) -> dict[str, str]:
    """Solution lines that are long enough to matter, with the file that they come from."""
    return {
        line: path.name
        for path in sorted(reference_dir.glob("*.py"))
        for line in solution_lines(read_python(path))
        if len(line) >= TRIVIAL_CHARACTERS
    }


def _leaks_in(path: Path, hidden: dict[str, str], forbidden: dict[str, str]) -> Iterator[str]:
    text = "\n".join(_texts(path))
    lines = [line.strip() for line in text.split("\n")]
    for mark in (BEGIN, END, "BEGIN HIDDEN TESTS"):
        if mark in text:
            yield f"contains {mark!r}"
    for line in lines:
        if line in forbidden:
            yield f"a line of the solution in {forbidden[line]}: {line!r}"
    for name, source in hidden.items():
        if re.search(rf"\b{re.escape(name)}\b", text):
            yield f"the name of the hidden test {name}"
        if _has_run(lines, source):
            yield f"a part of the hidden test {name}"
    if _LABELS.search(text) or _BLOB.search(text):
        yield f"a list of more than {MAX_LITERAL_LABELS} labels, or data as text"


def _texts(path: Path) -> Iterator[str]:
    """The file's text; for a notebook, its cells' sources and a mark for each output, which must not be there."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        yield text
        return
    for cell in json.loads(text)["cells"]:
        yield "".join(cell["source"])
        if cell.get("outputs"):
            yield f"{BEGIN} (an output)"


def _has_run(lines: list[str], source: str) -> bool:
    """Whether a released text holds some consecutive lines of a hidden test's body."""
    body = [line.strip() for line in source.split("\n")[1:] if len(line.strip()) >= TRIVIAL_CHARACTERS]
    window = min(HIDDEN_RUN_LINES, len(body))
    released = [line for line in lines if len(line) >= TRIVIAL_CHARACTERS]
    runs = {tuple(released[n : n + window]) for n in range(len(released) - window + 1)}
    return window > 1 and any(tuple(body[n : n + window]) in runs for n in range(len(body) - window + 1))
