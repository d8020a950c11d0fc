"""The students' self-check: the public tests on live functions, in the student's own process.

It needs neither a sandbox nor the repository, only the folder ``checks`` that comes with every
released notebook.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.config import Assignment, read_assignment
from autograder.errors import UsageError
from autograder.model import ItemResult, Kind, Outcome, TestResult

if TYPE_CHECKING:
    from autograder.grading.plugin import Translation

CHECKS_FOLDER = "checks"
EXTRA_LINES = {
    "en": "These are the public tests; grading adds hidden ones that ask for what the text says.",
    "ko": "공개 검사의 결과입니다. 채점할 때에는 본문에 적힌 내용을 묻는 비공개 검사가 더해집니다.",
}


def check(item: str, namespace: dict[str, object] | None = None) -> None:
    """Runs an item's public tests on the functions as they are now, and shows a table.

    Args:
        item: the item's id, for example ``"elu"``.
        namespace: where the functions are; the caller's own (a notebook's) by default.

    Raises:
        UsageError: there is no such item, or no folder ``checks``.
    """
    names = namespace if namespace is not None else sys._getframe(1).f_globals
    assignment = find_checks(Path.cwd(), item)
    language = checks_language(assignment.folder)
    results = run_public(assignment, names, frozenset([item]))
    _show(results, language)


def find_checks(start: Path, item: str | None = None) -> Assignment:
    """The assignment whose public tests belong to ``start``.

    Looks for ``checks/`` in that folder, then for a checkout above it.

    Raises:
        UsageError: nothing was found, or nothing with that item.
    """
    beside = start / CHECKS_FOLDER / "assignment.toml"
    if beside.is_file():
        assignment = read_assignment(beside)
        if item is not None:
            assignment.item(item)
        return assignment
    for folder in (start, *start.resolve().parents):
        found = [read_assignment(path) for path in sorted(folder.glob("assignments/*/assignment.toml"))]
        matching = [a for a in found if item is None or any(i.id == item for i in a.items)]
        here = [a for a in matching if a.id == start.resolve().name]
        if here or len(matching) == 1:
            return (here or matching)[0]
        if matching:
            raise UsageError(f"{item!r} is an item of {', '.join(a.id for a in matching)}: say which with --assignment")
    raise UsageError(
        f"the folder {CHECKS_FOLDER!r} with the public tests is not in {start}. Keep the notebook in the folder that "
        "you received, and start Jupyter so that the notebook's own folder is the current one."
    )


def checks_language(folder: Path) -> str:
    """The language of a released ``checks`` folder."""
    return "ko" if folder.name == CHECKS_FOLDER and (folder / "tests_ko.toml").is_file() else "en"


def run_public(assignment: Assignment, namespace: dict[str, object], items: frozenset[str]) -> tuple[ItemResult, ...]:
    """Runs public tests on live functions.

    Args:
        assignment: its folder holds ``test_public.py``.
        namespace: where the functions are.
        items: ids of the items to check.

    Returns:
        One record per item, without scores: hidden tests count as well.
    """
    import secrets

    from autograder.grading.plugin import Context, run_tests
    from autograder.grading.precision import explain_precision
    from autograder.grading.student import LocalStudent

    context = Context(
        student=LocalStudent(namespace),
        seed=secrets.token_bytes(16),
        items=items,
        translations=_translations(assignment.folder),
    )
    tests = assignment.folder / "test_public.py"
    results = run_tests([tests] if tests.is_file() else [], context)
    if "keras" in sys.modules:  # importing it takes seconds, and who has not cannot have set anything
        results, _ = explain_precision(context.student, results, checks_language(assignment.folder))
    return tuple(_item_result(assignment, item.id, results) for item in assignment.items if item.id in items)


def _translations(folder: Path) -> dict[str, Translation]:
    from autograder.grading.plugin import load_translations

    return load_translations(folder, checks_language(folder))


def _item_result(assignment: Assignment, item_id: str, results: list[TestResult]) -> ItemResult:
    item = assignment.item(item_id)
    title = item.title.get(checks_language(assignment.folder)) or item.id
    return ItemResult(item.id, title, Kind.AUTOMATIC, None, item.points, tuple(r for r in results if r.item == item_id))


def all_passed(results: tuple[ItemResult, ...]) -> bool:
    """Whether every public test passed, and there was at least one."""
    tests = [test for item in results for test in item.tests]
    return bool(tests) and all(test.outcome is Outcome.PASSED for test in tests)


def _show(results: tuple[ItemResult, ...], language: str) -> None:
    """An HTML table in a notebook, a text table in a terminal."""
    from autograder.reports.table import item_html, item_text, tests_table

    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display

        note = EXTRA_LINES[language]
        for item in results:
            page = f"{item_html(item, None, language)}<p><small>{note}</small></p>"
            display({"text/html": page, "text/plain": f"{item_text(item, None, language)}\n{note}"}, raw=True)
        return
    from autograder.reports.terminal import Terminal

    console = Terminal()
    console.print(tests_table(results, language))
    console.print(EXTRA_LINES[language], style="dim")
