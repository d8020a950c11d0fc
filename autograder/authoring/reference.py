"""Reads the reference solution as text: the functions to show, and the lines that must not leak."""

from __future__ import annotations

import ast
from pathlib import Path

from autograder.errors import UsageError
from autograder.nbgrader_plugs.clear_solutions import BEGIN, END


def top_level_sources(path: Path) -> dict[str, str]:
    """Source of every top-level function, class and assignment of a module, by name.

    A definition reaches to the last indented line below it, so that it includes a closing
    ``### END SOLUTION``.

    Raises:
        UsageError: the file is missing or not valid Python.
    """
    text = read_python(path)
    lines = text.split("\n")
    sources = {}
    for node in ast.parse(text).body:
        for name in _names(node):
            sources[name] = _extent(lines, node)
    return sources


def read_python(path: Path) -> str:
    """The text of one of the instructor's Python files.

    Raises:
        UsageError: the file is missing or not valid Python.
    """
    try:
        text = path.read_text(encoding="utf-8")
        ast.parse(text)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{path} is not valid Python: {error}") from None
    return text


def solution_lines(text: str) -> set[str]:
    """The lines between the solution marks, stripped, that do not also occur outside of them."""
    inside: set[str] = set()
    outside: set[str] = set()
    in_solution = False
    for line in text.split("\n"):
        if BEGIN in line:
            in_solution = True
        elif END in line:
            in_solution = False
        else:
            (inside if in_solution else outside).add(line.strip())
    return inside - outside


def functions_of_tests(path: Path) -> dict[str, str]:
    """Source of every ``test_*`` function of a test file, by name; empty when there is no such file."""
    if not path.is_file():
        return {}
    return {name: source for name, source in top_level_sources(path).items() if name.startswith("test_")}


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _extent(lines: list[str], node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    end = node.end_lineno or node.lineno
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
        end += 1
    return "\n".join(lines[start:end]).rstrip()
