"""Renders ``assignments/<id>/notebook.py`` into an nbgrader source notebook.

The file is a Jinja2 template of a jupytext percent script.  Cell options (``solution=``, ``item=``,
``manual=``, ``lang=``) become nbgrader's metadata; points come from ``assignment.toml``.  The same input
gives the same bytes: cell ids come from the options and positions and are not random.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring.reference import top_level_sources
from autograder.config import Assignment, Course
from autograder.errors import UsageError
from autograder.model import Kind
from autograder.nbgrader_plugs.clear_solutions import BEGIN, END

SETUP_ID = "setup"
SETUP_SOURCE = "from autograder import check"
_OPTIONS = ("lang", "solution", "item", "manual")
_JUPYTEXT_KEYS = ("title", "cell_depth", "cell_marker", "lines_to_next_cell", "lines_to_end_of_cell_marker")
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def render_notebook(assignment: Assignment, course: Course, reference_dir: Path, language: str) -> NotebookNode:
    """The source notebook (with solutions) of an assignment in one language.

    Args:
        assignment: as read from its folder.
        course: the numbers that the template uses.
        reference_dir: holds the file that ``assignment.reference`` names.
        language: ``en`` or ``ko``.

    Raises:
        UsageError: the template is faulty, or its cells do not match ``assignment.toml``.
    """
    path = assignment.folder / "notebook.py"
    text = _fill_template(path, assignment, course, reference_dir, language)
    script = jupytext.reads(text, fmt="py:percent")
    cells = [cell for cell in script.cells if cell.metadata.get("lang", language) == language]
    notebook: NotebookNode = nbformat.v4.new_notebook(metadata=_METADATA)
    notebook.nbformat_minor = 5
    notebook.cells = [_marked(cell, number, assignment, path) for number, cell in enumerate(cells, start=1)]
    _mark_setup(notebook)
    _check_complete(notebook, assignment, path)
    return notebook


def _fill_template(path: Path, assignment: Assignment, course: Course, reference_dir: Path, language: str) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    try:
        template = environment.from_string(path.read_text(encoding="utf-8"))
        return template.render(
            lang=language,
            ko=language == "ko",
            course=course,
            profile=course.active_profile,
            assignment=assignment,
            survey=_survey(assignment.folder / "survey.toml"),
            title=assignment.title.get(language, assignment.title["en"]),
            points=lambda item_id: f"{assignment.item(item_id).points:g}",
            reference=_referrer(assignment, reference_dir),
        )
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except jinja2.TemplateSyntaxError as error:
        raise UsageError(f"{path}, line {error.lineno}: {error.message}") from None
    except (jinja2.TemplateError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None


def _survey(path: Path) -> dict[str, object]:
    """The questions, if the assignment is a survey."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None


def _referrer(assignment: Assignment, reference_dir: Path) -> Callable[..., str]:
    """The template's function ``reference(*names, file=None)``."""
    cache: dict[Path, dict[str, str]] = {}

    def reference(*names: str, file: str | None = None) -> str:
        path = reference_dir / (file or assignment.reference)
        if path not in cache:
            cache[path] = top_level_sources(path)
        sources = cache[path]
        for name in names:
            if name not in sources:
                raise UsageError(f"{path} defines no {name!r}{_guess(name, list(sources))}")
        return "\n\n\n".join(sources[name] for name in names)

    return reference


def _marked(cell: NotebookNode, number: int, assignment: Assignment, path: Path) -> NotebookNode:
    """A clean cell with nbgrader's metadata instead of the script's options."""
    options = {key: value for key, value in cell.metadata.items() if key not in _JUPYTEXT_KEYS}
    for key in options:
        if key not in _OPTIONS:
            raise UsageError(f"{path}: a cell has the unknown option {key!r}{_guess(key, list(_OPTIONS))}")
    if "manual" in options:
        return _manual_cell(cell, str(options["manual"]), assignment, path)
    if cell.cell_type == "markdown":
        return _new(cell, f"text-{number:03d}")
    if "item" in options:
        item = assignment.item(str(options["item"]))
        if item.kind is not Kind.AUTOMATIC:
            raise UsageError(f"{path}: item {item.id!r} is marked by hand; its cell is `[markdown] manual=...`")
        return _new(cell, item.id, grade_id=item.id, grade=True, locked=True, points=item.points)
    if "solution" in options:
        return _solution_cell(cell, str(options["solution"]), path)
    return _new(cell, f"code-{number:03d}")


def _solution_cell(cell: NotebookNode, name: str, path: Path) -> NotebookNode:
    """A student's cell; without solution marks it is handed out unchanged, so it must not define a function."""
    defines = re.search(r"^(async )?(def|class) ", cell.source, re.MULTILINE)
    if defines and BEGIN not in cell.source and name != "imports":
        raise UsageError(f"{path}: the solution cell {name!r} defines a function without ### {BEGIN} and ### {END}")
    return _new(cell, f"solution-{name}", grade_id=f"solution-{name}", solution=True)


def _manual_cell(cell: NotebookNode, item_id: str, assignment: Assignment, path: Path) -> NotebookNode:
    item = assignment.item(item_id)
    if item.kind is not Kind.MANUAL or cell.cell_type != "markdown":
        raise UsageError(f"{path}: manual={item_id!r} wants a markdown cell and an item of kind manual")
    marked = _new(cell, item.id, grade_id=item.id, grade=True, solution=True, points=item.points)
    if BEGIN not in marked.source:  # nbgrader puts its "your answer here" in place of these marks, below the prompt
        marked.source += f"\n\n### {BEGIN}\n### {END}"
    return marked


def _new(cell: NotebookNode, cell_id: str, grade_id: str = "", **marks: object) -> NotebookNode:
    make: Any = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    new: NotebookNode = make(cell.source.strip("\n"), id=cell_id[:64])
    if grade_id:
        defaults = {"grade": False, "locked": False, "solution": False, "task": False}
        values = defaults | marks | {"grade_id": grade_id, "schema_version": 3, "cell_type": cell.cell_type}
        new.metadata["nbgrader"] = NotebookNode(dict(sorted(values.items())))
    return new


def _mark_setup(notebook: NotebookNode) -> None:
    """Locks the cell that imports ``check``; adds one before the first code cell if there is none."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata and SETUP_SOURCE in cell.source.split("\n"):
            position = notebook.cells.index(cell)
            notebook.cells[position] = _new(cell, SETUP_ID, grade_id=SETUP_ID, locked=True)
            return
    first = next((n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"), len(notebook.cells))
    setup = nbformat.v4.new_code_cell(SETUP_SOURCE)
    notebook.cells.insert(first, _new(setup, SETUP_ID, grade_id=SETUP_ID, locked=True))


def _check_complete(notebook: NotebookNode, assignment: Assignment, path: Path) -> None:
    """Every item has its cell, and every mark occurs once.

    Raises:
        UsageError: an item has no cell, or a mark occurs twice; the message names it.
    """
    marks = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    doubled = sorted({mark for mark in marks if marks.count(mark) > 1})
    if doubled:
        raise UsageError(f"{path}: more than one cell for {', '.join(doubled)} (is an option lang= missing?)")
    missing = [item.id for item in assignment.items if item.id not in marks]
    if missing:
        raise UsageError(f'{path}: no cell for the items {", ".join(missing)}; wanted `# %% item="{missing[0]}"`')
    if "solution-imports" not in marks:
        raise UsageError(f'{path}: the cell `# %% solution="imports"` for the students\' own imports is missing')


def _guess(name: str, known: list[str]) -> str:
    guess = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {guess[0]!r}?" if guess else f"; known: {', '.join(known)}"
