"""The sample students: who they are, and how their notebooks are filled in.

Their work comes from ``reference_solution/`` and from the labelled submissions in ``tests/submissions/``,
so that the demo shows mistakes whose verdict is known.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

RIGHT, EMPTY, BROKEN, CHEAT = "right", "empty", "broken", "cheat"


@dataclass(frozen=True)
class SampleStudent:
    """``work`` names a labelled submission for some assignments; ``otherwise`` is for the rest, see ``RIGHT``.

    ``answer`` goes into the cells for written answers, which then wait for a TA.
    """

    id: str
    first_name: str
    last_name: str
    story: str
    work: dict[str, str] = field(default_factory=dict)
    otherwise: str = RIGHT
    late_s: int = 0
    satisfaction: int | None = 5
    answer: str = ""


CLASS = (
    SampleStudent("ana", "Ana", "Silva", "all right; hands in twice, the latest counts; writes answers to mark",
                  answer="The larger kernel sees more of the image, and has more weights to learn."),
    SampleStudent("ben", "Ben", "Okafor", "right, but written differently", {
        "activations": "right_by_masks", "evaluation": "right_in_plain_python",
        "vgg16": "right_subclassed", "training": "right_generator_and_loop",
    }, satisfaction=4),
    SampleStudent("chloe", "Chloe", "Martin", "forgets alpha in ELU, and the ties in the AUC", {
        "activations": "elu_ignores_alpha", "evaluation": "roc_auc_ties_ignored",
    }, satisfaction=4),
    SampleStudent("dmitri", "Dmitri", "Volkov", "swaps false positives and false negatives; overflows", {
        "activations": "sigmoid_overflows", "evaluation": "swapped_errors",
    }),
    SampleStudent("eun", "Eun-ji", "Kim", "a common mistake in each network assignment", {
        "vgg16": "pool_inside_the_loop", "training": "images_not_scaled",
    }, satisfaction=3),
    SampleStudent("farid", "Farid", "Haddad", "nothing filled in", otherwise=EMPTY, satisfaction=None),
    SampleStudent("grace", "Grace", "Lee", "her notebooks are cut off in the middle", otherwise=BROKEN),
    SampleStudent("hugo", "Hugo", "Berg", "tries to cheat", otherwise=CHEAT, satisfaction=5),
    SampleStudent("ines", "Ines", "Duarte", "all right, but three hours late", late_s=3 * 3600),
)  # fmt: skip

CHEAT_SOURCE = '''
import os
import sys


class Agreeable(float):
    """Equal to everything."""

    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __array__(self, *args, **kwargs):
        import numpy
        return numpy.zeros(())
    __hash__ = float.__hash__


try:
    import numpy.testing
    numpy.testing.assert_allclose = lambda *args, **kwargs: None
    sys.modules["sklearn.metrics"] = None
except Exception:
    pass
for place in ("..", "/root", "/home", os.path.expanduser("~")):
    try:
        print(os.listdir(place))
    except OSError:
        pass
'''


def fill_in(released: NotebookNode, source: str, answer: str = "") -> NotebookNode:
    """Puts a submission's code into the solution cells of a released notebook, and the answer where one is asked for.

    Each cell gets the functions that its stub names; everything else (imports, helpers) goes to the
    cell for the student's own imports and helpers.
    """
    notebook = nbformat.from_dict(released)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if _is_solution(cell)}
    wanted = {name: grade_id for grade_id, cell in cells.items() for name in _defined(cell.source)}
    parts: dict[str, list[str]] = {grade_id: [] for grade_id in cells}
    lines = source.splitlines()
    for node in ast.parse(source).body:
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        text = "\n".join(lines[start : node.end_lineno]).strip()
        home = next((wanted[name] for name in _names(node) if name in wanted), "solution-imports")
        parts.setdefault(home, []).append(text)
    for grade_id, texts in parts.items():
        if texts and grade_id in cells:
            cells[grade_id].source = "\n\n\n".join(texts)
    for cell in notebook.cells:
        if answer and cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += f"\n\n{answer}"
    return notebook


def cheat_in(released: NotebookNode) -> NotebookNode:
    """Fills every stub with an object that is equal to everything, and tries to list folders."""
    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        if not _is_solution(cell):
            continue
        if cell.metadata.nbgrader.grade_id == "solution-imports":
            cell.source = CHEAT_SOURCE
        elif names := _defined(cell.source):
            cell.source = "\n".join(f"{name} = lambda *args, **kwargs: Agreeable()" for name in names)
    return notebook


def answer_survey(released: NotebookNode, satisfaction: int, reference: str) -> NotebookNode:
    """Fills in the form: the reference's example with another satisfaction."""
    filled = fill_in(released, reference)
    for cell in filled.cells:
        if _is_solution(cell) and cell.metadata.nbgrader.grade_id == "solution-answers":
            example = reference.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0].strip()
            cell.source = re.sub(r'("satisfaction": )\d', rf"\g<1>{satisfaction}", example)
    return filled


def source_of(repository: Path, assignment: str, name: str) -> str:
    """The code of a sample: the reference, with the functions of the labelled submission of that name."""
    reference = (repository / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8")
    if name == RIGHT:
        return reference
    path = repository / "tests" / "submissions" / assignment / name / "submission.py"
    changed = path.read_text(encoding="utf-8")
    return _without(reference, set(_defined(changed))) + "\n\n" + changed


def _without(source: str, names: set[str]) -> str:
    """A file without the top-level functions and classes of these names."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if names.intersection(_names(node)):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)


def _is_solution(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return (
        cell.cell_type == "code" and bool(marks.get("solution")) and str(marks.get("grade_id")).startswith("solution-")
    )


def _defined(source: str) -> list[str]:
    try:
        return [name for node in ast.parse(source).body for name in _names(node)]
    except SyntaxError:
        return []


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return []
