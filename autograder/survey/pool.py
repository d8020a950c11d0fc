"""The anonymous pool: answers without names, kept apart from participation.

Theory of operation.  Students fill the form in as a literal dictionary in their notebook.  It is read
as text with ``ast.literal_eval`` and never executed.  The pool is always written again from all
submissions of a course, so a second submission replaces the first.  Nothing links a row to a student:
rows are sorted by their contents, so that their order does not tell who answered when, and free texts
are kept in separate lists, so that they cannot be joined to the other answers.  Only the gradebook
records who took part.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UsageError
from autograder.files import write_json
from autograder.survey.form import Survey, is_unanswered, is_valid, validate

FORMAT = "cxr-autograder survey pool"
MAX_SOURCE_CHARACTERS = 20_000  # of a form
MAX_POOL_BYTES = 64 * 2**20

Answer = int | str


@dataclass(frozen=True)
class Pool:
    """Answers of a course: ``rows`` of scales and choices, and ``texts`` by question."""

    rows: tuple[dict[str, Answer], ...] = ()
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __add__(self, other: Pool) -> Pool:
        """The answers of two courses together."""
        names = [*self.texts, *(name for name in other.texts if name not in self.texts)]
        texts = {name: tuple(sorted(self.texts.get(name, ()) + other.texts.get(name, ()))) for name in names}
        return Pool(_sorted_rows([*self.rows, *other.rows]), texts)


def read_answers(sources: Iterable[str]) -> object | None:
    """The value last assigned to ``answers`` at the top level of some cells, if it is a plain literal.

    Returns:
        Usually a dict; None if there is no such assignment or it is not a literal.
    """
    found: object | None = None
    for source in sources:
        for node in _assignments(source):
            try:
                found = ast.literal_eval(node)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                found = None
    return found


def _assignments(source: str) -> list[ast.expr]:
    if len(source) > MAX_SOURCE_CHARACTERS or "answers" not in source:
        return []
    try:
        body = ast.parse(source).body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [node.value for node in body if _assigns_answers(node)]  # type: ignore[attr-defined]


def _assigns_answers(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is not None and _is_answers(node.target)
    return isinstance(node, ast.Assign) and any(_is_answers(target) for target in node.targets)


def _is_answers(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "answers"


def pool_answers(forms: Iterable[object], survey: Survey) -> Pool:
    """Puts the valid forms into a pool; the others are left out.

    Args:
        forms: the result of ``read_answers`` for each student.
        survey: the form.
    """
    rows: list[dict[str, Answer]] = []
    texts: dict[str, list[str]] = {q.id: [] for q in survey.questions if q.type == "text"}
    for form in forms:
        if not isinstance(form, dict) or validate(form, survey):
            continue
        given = {key: value for key, value in form.items() if not is_unanswered(value)}
        rows.append({q.id: given[q.id] for q in survey.questions if q.id in given and q.id not in texts})
        for name, kept in texts.items():
            kept += [given[name].strip()] if name in given else []
    return Pool(_sorted_rows(rows), {name: tuple(sorted(kept)) for name, kept in texts.items()})


def _sorted_rows(rows: list[dict[str, Answer]]) -> tuple[dict[str, Answer], ...]:
    return tuple(sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)))


def write_pool(path: Path, pool: Pool, *, replace: bool = False) -> None:
    """Writes a pool, whole or not at all, readable by its owner alone.

    Raises:
        UsageError: the file holds a larger pool and ``replace`` is not set: submissions may have
            been deleted since, and their answers exist nowhere else.
    """
    if path.exists() and not replace:
        before = len(read_pool(path).rows)
        if before > len(pool.rows):
            raise UsageError(f"{path} has {before} forms, now there are {len(pool.rows)}; --replace writes it anyway")
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"format": FORMAT, "version": 1, "rows": pool.rows, "texts": pool.texts}
    write_json(path, data, private=True)


def read_pool(path: Path, survey: Survey | None = None) -> Pool:
    """Reads a pool.

    Args:
        path: file that ``write_pool`` made.
        survey: when given, answers to its questions are kept and all others dropped.

    Raises:
        UsageError: there is no pool, or the file is damaged.
    """
    try:
        if path.stat().st_size > MAX_POOL_BYTES:
            raise ValueError(f"more than {MAX_POOL_BYTES} bytes")
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT or data["version"] != 1:
            raise ValueError(f"not a '{FORMAT}' of version 1")
        rows = [dict(row) for row in data["rows"]]
        texts = {str(name): tuple(map(str, kept)) for name, kept in data["texts"].items()}
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist; run `autograder survey collect` first") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not a pool of answers: {error}") from None
    if survey is not None:
        rows = [_fitting(row, survey) for row in rows]
    return Pool(_sorted_rows(rows), texts)


def _fitting(row: dict[str, Answer], survey: Survey) -> dict[str, Answer]:
    return {q.id: row[q.id] for q in survey.questions if q.id in row and is_valid(row[q.id], q)}
