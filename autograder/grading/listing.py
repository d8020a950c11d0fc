"""Lists the tests of an assignment without running them: what their markers say, and what is wrong with a marker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.grading.plugin import MARKER, MARKER_KEYS, AboutTest, about_test, run_pytest


@dataclass(frozen=True)
class ListedTest:
    """A test of a file, as ``list_tests`` finds it; ``fault`` says why its marker cannot be read, "" where it can."""

    file: Path
    about: AboutTest
    fault: str = ""


def list_tests(files: list[Path]) -> tuple[ListedTest, ...]:
    """The tests of an assignment's files, without running them.

    Raises:
        GraderError: a file cannot be imported.
    """
    if not files:
        return ()
    lister = _Lister()
    run_pytest(files, lister, "--collect-only")
    if lister.errors:
        raise GraderError("the tests could not be read:\n" + "\n".join(lister.errors))
    return tuple(lister.tests)


def tests_by_name(files: list[Path]) -> dict[str, AboutTest]:
    """What the test files say about each of their tests, by its name.

    Raises:
        GraderError: a file cannot be imported.
    """
    return {test.about.name: test.about for test in list_tests(files)}


class _Lister:
    """Notes every test that pytest collects."""

    def __init__(self) -> None:
        self.tests: list[ListedTest] = []
        self.errors: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", MARKER)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for test in items:
            fault, about = "", AboutTest("", test.name, "", 1.0, "", ())
            try:
                about = about_test(test)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
                fault = f"its marker cannot be read ({type(error).__name__}: {error})"
            said = {key for mark in test.iter_markers("item") for key in mark.kwargs}
            if unknown := sorted(said - set(MARKER_KEYS)):
                fault = f"its marker has the unknown keyword {unknown[0]!r}; known: {', '.join(MARKER_KEYS)}"
            self.tests.append(ListedTest(Path(str(test.path)), about, fault))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr)[-4000:])
