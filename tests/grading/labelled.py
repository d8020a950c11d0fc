"""The labelled submissions in ``tests/submissions/<assignment>/<name>/``.

``submission.py`` holds what the student wrote; names that it does not define come from the reference, so that a
mistake comes alone.  ``expect.toml`` says what has to become of it: the fields of ``Labelled``.
"""

from __future__ import annotations

import ast
import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.config import read_assignment
from autograder.grading.plugin import Context, run_tests
from autograder.grading.student import LocalStudent
from autograder.model import Chunk, Outcome, Submission, TestResult
from autograder.worker.executor import Executor
from autograder.workspace import find_workspace

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class Labelled:
    """A submission and its verdict.

    ``items_lost`` are the items that the mistake itself costs, ``follow_on`` those that are lost because they build on
    the broken function; a right submission loses none.  ``tests_failed``, where given, are all tests that fail.
    ``hint`` is what the first failing test's hint has to say for the student to find the mistake, and False where it
    does not say it; None where nobody has judged it.  ``only_in_sandbox`` marks a mistake that shows only where what a
    task forbids is absent.
    """

    folder: Path
    why: str
    items_lost: tuple[str, ...]
    follow_on: tuple[str, ...] = ()
    tests_failed: tuple[str, ...] | None = None
    hint: str | bool | None = None
    only_in_sandbox: bool = False

    @property
    def assignment(self) -> str:
        """The assignment's id."""
        return self.folder.parent.name

    @property
    def submission(self) -> Submission:
        """The reference with the student's code run after it."""
        files = (ROOT / "reference_solution" / f"{self.assignment}.py", self.folder / "submission.py")
        return Submission(self.folder.name, tuple(Chunk(path.name, path.read_text(encoding="utf-8")) for path in files))

    @property
    def items(self) -> frozenset[str]:
        """The items that can be lost: those whose functions use, directly or not, a name that the student defined.

        The others run the reference alone, and are left out where a network takes seconds to build.
        """
        uses: dict[str, set[str]] = {}
        for chunk in self.submission.chunks:
            written = set()
            for statement in ast.parse(chunk.source).body:
                names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
                defined = {statement.name} if hasattr(statement, "name") else names
                uses |= dict.fromkeys(defined, names)
                written |= defined
        found = read_assignment(ROOT / "assignments" / self.assignment / "assignment.toml")
        return frozenset(item.id for item in found.items if written & _reach(item.functions, uses))


def _reach(names: Iterable[str], uses: dict[str, set[str]]) -> set[str]:
    """These names and all that they lead to."""
    reached, left = set(), set(names)
    while left:
        reached |= left
        left = set().union(*(uses.get(name, set()) for name in left)) - reached
    return reached


def labelled(*assignments: str) -> list[Labelled]:
    """The labelled submissions of these assignments, or of all of them."""
    folders = sorted(path.parent for path in FOLDER.glob("*/*/expect.toml"))
    return [_read(folder) for folder in folders if folder.parent.name in (assignments or (folder.parent.name,))]


def _read(folder: Path) -> Labelled:
    fields = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))
    return Labelled(folder, **{key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()})


def failed(tests: Iterable[TestResult]) -> tuple[str, ...]:
    """The names of the tests that did not pass."""
    return tuple(test.name for test in tests if test.outcome is not Outcome.PASSED)


def namespace_of(sources: Iterable[Chunk]) -> dict[str, Any]:
    """Runs code of ours in this process, without a sandbox; what it defines."""
    executor = Executor()
    for chunk in sources:
        executor.run(chunk.name, chunk.source)
    return executor.namespace


def graded_in_this_process(
    assignment: str, namespace: dict[str, Any], seed: bytes, items: frozenset[str] | None = None
) -> list[TestResult]:
    """Runs an assignment's tests on what ``namespace_of`` gave; ``seed`` takes the place of the course's secret."""
    found = read_assignment(ROOT / "assignments" / assignment / "assignment.toml")
    context = Context(
        LocalStudent(namespace),
        seed,
        frozenset(item.id for item in found.items if not item.training and (items is None or item.id in items)),
        load_reference=reference_module,
        reference_file=found.reference,
    )
    return run_tests([found.folder / "test_public.py", found.folder / "test_hidden.py"], context)


@functools.cache
def reference_module(file: str) -> ModuleType:
    """A file of ``reference_solution/``, loaded once."""
    return find_workspace(ROOT).reference(file)
