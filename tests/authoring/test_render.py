"""From ``notebook.py`` to an nbgrader source notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.authoring.render import render_notebook
from autograder.config import load_assignment, load_course
from autograder.errors import UsageError


def _render(checkout: Path, language: str = "en") -> Any:
    assignments = checkout / "assignments"
    course = load_course(assignments, language=language, profile="cpu")
    return render_notebook(load_assignment(assignments, "tiny"), course, checkout / "reference_solution", language)


def _edit(checkout: Path, old: str, new: str) -> None:
    path = checkout / "assignments" / "tiny" / "notebook.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _marks(notebook: Any) -> dict[str, Any]:
    return {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in notebook.cells if "nbgrader" in c.metadata}


def test_cells_get_nbgraders_marks(tiny_checkout: Path) -> None:
    """Solutions, locked tests with their points, written answers and the setup are marked; demonstrations are not."""
    notebook = _render(tiny_checkout)
    nbformat.validate(notebook)
    marks = _marks(notebook)
    assert list(marks) == ["solution-imports", "setup", "solution-double", "double", "solution-halve", "halve", "why"]
    assert (marks["double"].grade, marks["double"].locked, marks["double"].points) == (True, True, 2.0)
    assert (marks["halve"].points, marks["why"].points) == (1.5, 3.0)
    assert marks["solution-double"].solution and not marks["solution-double"].grade
    assert marks["why"].solution and marks["why"].grade and not marks["why"].locked
    assert marks["setup"].locked and not marks["setup"].grade
    assert "nbgrader" not in notebook.cells[-1].metadata


def test_templates_see_the_course_and_the_language(tiny_checkout: Path) -> None:
    """Each language gets its own cells, with points and profile filled in."""
    english, korean = _render(tiny_checkout, "en"), _render(tiny_checkout, "ko")
    assert "Worth 2 points; images of 64 pixels" in english.cells[0].source
    assert "작은 과제" in korean.cells[0].source
    assert len(english.cells) == len(korean.cells)
    assert "왜?" not in str(english) and "Why?" not in str(korean)


def test_the_reference_is_put_in_with_its_marks(tiny_checkout: Path) -> None:
    """The source notebook holds the whole function."""
    source = next(cell.source for cell in _render(tiny_checkout).cells if cell.id == "solution-double")
    assert source.startswith("def double(x):") and source.endswith("### END SOLUTION")


def test_the_same_input_gives_the_same_notebook(tiny_checkout: Path) -> None:
    """Cell ids are not random."""
    assert _render(tiny_checkout) == _render(tiny_checkout)


def test_a_setup_cell_is_put_in_where_there_is_none(tiny_checkout: Path) -> None:
    """`check` is imported before the first code cell."""
    _edit(tiny_checkout, "# %%\nfrom autograder import check\n", "")
    notebook = _render(tiny_checkout)
    assert [cell.id for cell in notebook.cells if cell.cell_type == "code"][:2] == ["setup", "solution-imports"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('# %% item="double"', '# %% itme="double"', "unknown option 'itme'; did you mean 'item'"),
        ('# %% item="double"', '# %% item="duoble"', "no item 'duoble'"),
        ('# %% item="double"\ncheck("double")\n', "", "no cell for the items double"),
        ('# %% item="halve"', '# %% item="double"', "more than one cell for double"),
        ('# %% item="double"', '# %% item="why"', "marked by hand"),
        ('# %% [markdown] manual="why" lang="en"', '# %% [markdown] manual="double" lang="en"', "kind manual"),
        ('# %% solution="imports"\nimport numpy as np\n', "", "own imports"),
        ('{{ reference("double") }}', '{{ reference("dobule") }}', "defines no 'dobule'; did you mean 'double'"),
        ('{{ reference("double") }}', "def double(x):\n    return 2 * x", "without ### BEGIN SOLUTION"),
        ('{{ points("double") }}', "{{ poinst }}", "'poinst' is undefined"),
        ('{{ points("double") }}', "{{ points(", "line 3"),
    ],
)
def test_mistakes_in_a_template_are_named(tiny_checkout: Path, old: str, new: str, message: str) -> None:
    """Each message says what was wanted, or suggests a similar name."""
    _edit(tiny_checkout, old, new)
    with pytest.raises(UsageError, match=message):
        _render(tiny_checkout)
