"""What is wrong with an assignment, before it costs a student anything.

Theory of operation: a misspelt item in a marker, a weight of zero or a hint for a test that is gone raises nothing
anywhere; the grades just come out different.  So what the files say about each other is compared here: the mark
scheme, the tests and their markers, the translations, the notebook and what was released.  Nothing of a student's is
needed, and nothing is run but the import of the test files.
"""

from __future__ import annotations

import ast
import datetime
import difflib
import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.reference import top_level_sources
from autograder.authoring.render import render_notebook
from autograder.config import ASSIGNMENT_SETTINGS, Assignment
from autograder.errors import GraderError, UsageError
from autograder.grading.listing import ListedTest, list_tests
from autograder.grading.plugin import files_of_tests
from autograder.late import read_extensions
from autograder.model import Kind
from autograder.nbgrader_plugs.clear_solutions import BEGIN
from autograder.times import shown
from autograder.workspace import Workspace

TRANSLATION_KEYS = ("title", "hint")


@dataclass(frozen=True)
class Finding:
    """One thing to correct or to look at.

    Attributes:
        where: the file that holds the mistake.
        what: a sentence that says what is wrong and what was wanted.
        serious: whether grades would be wrong, so that nothing is released or graded.
    """

    where: Path
    what: str
    serious: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def lint(workspace: Workspace, assignment_id: str, *, released: bool = True) -> list[Finding]:
    """What is wrong with one assignment; empty when nothing is.

    Args:
        workspace: a course or a checkout.
        assignment_id: the assignment.
        released: whether to compare it with what was released; not before a release, which brings both together.

    Raises:
        UsageError: there is no such assignment.
    """
    try:
        assignment = workspace.assignment(assignment_id)
    except UsageError as error:
        settings = workspace.assignments_dir / assignment_id / ASSIGNMENT_SETTINGS
        if not settings.is_file():
            raise
        return [Finding(settings, str(error).removeprefix(f"{settings}: "))]
    findings = [*_scheme(assignment), *_dates(workspace, assignment)]
    files = files_of_tests(assignment.folder)
    try:
        tests = list_tests(files)
    except GraderError as error:
        return [*findings, Finding(files[-1], str(error))]
    reference = workspace.reference_dir / (assignment.reference or "none")
    findings += [
        *_markers(assignment, tests),
        *_coverage(assignment, tests, files, reference),
        *_translations(assignment, tests),
    ]
    findings += _notebook(workspace, assignment, files)
    return findings + (list(_released(workspace, assignment)) if released else [])


def lint_course(workspace: Workspace) -> list[Finding]:
    """What is wrong with a course's own settings, beside what cannot be read at all."""
    course, findings = workspace.course(), []
    config = workspace.folder.nbgrader_config
    if workspace.course_dir and config.is_file() and "configure(" not in config.read_text(encoding="utf-8"):
        findings.append(Finding(config, "it was made by an earlier version; run `autograder upgrade`", serious=False))
    try:
        extensions = read_extensions(workspace.folder.extensions, course)
    except UsageError as error:
        path = workspace.folder.extensions
        return [Finding(path, str(error).removeprefix(f"{path}: "))]
    for (student, assignment_id), until in extensions.items():
        due = course.due_time(assignment_id)
        if due is not None and until <= due:
            what = f"{student} has until {shown(until, course.zone)} for {assignment_id}, which is due later anyway"
            findings.append(Finding(workspace.folder.extensions, what, serious=False))
    return findings


def refuse_faults(findings: list[Finding], refusal: str) -> list[Finding]:
    """Raises for what is serious, and gives the rest back.

    Args:
        refusal: what is not done because of it, such as "nothing was released".

    Raises:
        UsageError: a finding is serious; the message has all of them.
    """
    if serious := [finding for finding in findings if finding.serious]:
        raise UsageError(f"{refusal}:\n" + "\n".join(f"  {finding}" for finding in serious))
    return findings


def _scheme(assignment: Assignment) -> Iterator[Finding]:
    """The mark scheme by itself."""
    path = assignment.folder / ASSIGNMENT_SETTINGS
    for item_id, times in Counter(item.id for item in assignment.items).items():
        if times > 1:
            yield Finding(path, f"the item {item_id!r} is there {times} times; each id may occur once")
    for item in assignment.items:
        if not (math.isfinite(item.points) and item.points > 0):
            yield Finding(path, f"the item {item.id!r} has {item.points:g} points; wanted a number above 0")


def _dates(workspace: Workspace, assignment: Assignment) -> Iterator[Finding]:
    course = workspace.course()
    due = course.due_time(assignment.id)
    if due is not None and due < datetime.datetime.now(datetime.UTC):
        path = workspace.folder.course_settings
        path = path if workspace.course_dir and path.is_file() else workspace.course_settings
        yield Finding(path, f"{assignment.id} was due {shown(due, course.zone)}, which is past", serious=False)


def _markers(assignment: Assignment, tests: tuple[ListedTest, ...]) -> Iterator[Finding]:
    """Each test belongs to an item that exists, with a weight that counts."""
    known = [item.id for item in assignment.items]
    by_hand = {item.id for item in assignment.items if item.kind is Kind.MANUAL}
    for test in tests:
        about = test.about
        if test.fault:
            yield Finding(test.file, f"{about.name}: {test.fault}")
            continue
        if not about.item:
            yield Finding(test.file, f'{about.name} belongs to no item: wanted @pytest.mark.item("{known[0]}", ...)')
        for item_id in (about.item, *about.requires):
            if item_id and item_id not in known:
                yield Finding(test.file, f"{about.name}: there is no item {item_id!r}{_guess(item_id, known)}")
        if about.item in by_hand:
            yield Finding(
                test.file, f"{about.name}: the item {about.item!r} is marked by hand, so no test counts for it"
            )
        if not (math.isfinite(about.weight) and about.weight > 0):
            yield Finding(test.file, f"{about.name} has the weight {about.weight:g}; wanted a number above 0")


def _coverage(
    assignment: Assignment, tests: tuple[ListedTest, ...], files: list[Path], reference: Path
) -> Iterator[Finding]:
    """Each automatic item has a test, and each of its functions is named by one."""
    path = assignment.folder / ASSIGNMENT_SETTINGS
    tested = {test.about.item for test in tests}
    named, written = _named_by(files), set(top_level_sources(reference)) if reference.is_file() else set()
    for item in assignment.items:
        if item.kind is Kind.AUTOMATIC and item.id not in tested:
            yield Finding(path, f"the item {item.id!r} has no test, so that nobody can earn its {item.points:g} points")
            continue
        for function in item.functions:
            if function not in written:
                what = f"the item {item.id!r} names {function!r}, which reference_solution/{assignment.reference} lacks"
                yield Finding(path, f"{what}{_guess(function, sorted(written))}")
            elif function not in named:
                yield Finding(path, f"no test calls {function!r} of the item {item.id!r}", serious=False)


def _translations(assignment: Assignment, tests: tuple[ListedTest, ...]) -> Iterator[Finding]:
    """Each translation belongs to a test."""
    names = {test.about.name.split("[")[0] for test in tests}
    for path in sorted(assignment.folder.glob("tests_*.toml")):
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            yield Finding(path, f"it is not valid TOML: {error}")
            continue
        for name, entry in entries.items():
            if name not in names:
                yield Finding(path, f"[{name}]: there is no such test{_guess(name, sorted(names))}")
            for key in entry if isinstance(entry, dict) else ("",):
                if key not in TRANSLATION_KEYS:
                    yield Finding(path, f"[{name}]: wanted title and hint, got {key or entry!r}")
        for name in sorted(names - set(entries)):
            yield Finding(path, f"{name} has no translation, so that it is shown in English", serious=False)


def _notebook(workspace: Workspace, assignment: Assignment, files: list[Path]) -> Iterator[Finding]:
    """The notebook can be made, and each function that students write belongs to an item and has a test."""
    course, path = workspace.course(), assignment.folder / "notebook.py"
    try:
        notebook = render_notebook(assignment, course, workspace.reference_dir, course.language)
    except UsageError as error:
        yield Finding(path, str(error).removeprefix(f"{path}: "))
        return
    named = _named_by(files)
    owned = {function for item in assignment.items for function in item.functions}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            for name in _functions(cell.source):
                if name not in owned | named:
                    yield Finding(
                        path, f"students write {name!r}, but no item names it and no test calls it", serious=False
                    )


def _released(workspace: Workspace, assignment: Assignment) -> Iterator[Finding]:
    """The points that students were told, against those that they would get now."""
    path = workspace.released(assignment.id)
    if path is None:
        return
    now = {item.id: item.points for item in assignment.items}
    told = _points(path)
    again = f": run `autograder release {assignment.id}`, and tell the students"
    for item_id in sorted({*now, *told}):
        then, item = told.get(item_id), now.get(item_id)
        if then is None or item is None or not math.isclose(then, item):
            before, after = (f"{value:g} points" if value is not None else "no cell" for value in (then, item))
            yield Finding(path, f"the item {item_id!r} was released with {before} and now has {after}{again}")


def _points(notebook: Path) -> dict[str, float]:
    """The points of each graded cell of a released notebook."""
    marks = [cell["metadata"].get("nbgrader", {}) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    return {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}


def _functions(source: str) -> list[str]:
    """The functions and classes of a cell that students have to write, at least in part."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    try:
        found = [node for node in ast.parse(source).body if isinstance(node, kinds)]
    except SyntaxError:  # a cell may hold a notebook's own commands
        return []
    return [node.name for node in found if BEGIN in (ast.get_source_segment(source, node) or "")]


def _named_by(files: list[Path]) -> set[str]:
    """Every name that the tests use in code or text; what markers and docstrings say does not count as a use."""
    named: set[str] = set()
    for file in files:
        nodes: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
        while nodes:
            node = nodes.pop()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "item":
                continue
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.update(re.findall(r"\w+", node.value))
            named.update({getattr(node, "id", ""), getattr(node, "attr", "")})
            nodes.extend(ast.iter_child_nodes(node))
    return named


def _guess(name: str, known: list[str]) -> str:
    guess = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {guess[0]!r}?" if guess else f"; there are: {', '.join(known)}"
