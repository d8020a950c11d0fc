"""Reading the reference solution as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.reference import functions_of_tests, read_python, solution_lines, top_level_sources
from autograder.errors import UsageError

MODULE = '''\
LIMIT = 3


@decorated
def first(x):
    """First."""
    ### BEGIN SOLUTION
    return only_in_solution(x)
    ### END SOLUTION


# a comment between
class Second:
    shared = 1


def third():
    shared = 1
    ### BEGIN SOLUTION
    shared = 1
    ### END SOLUTION
'''


def test_a_definition_reaches_to_its_closing_mark(tmp_path: Path) -> None:
    """The comment below the last statement belongs to the function; decorators do too."""
    path = tmp_path / "module.py"
    path.write_text(MODULE)
    sources = top_level_sources(path)
    assert list(sources) == ["LIMIT", "first", "Second", "third"]
    assert sources["first"].startswith("@decorated\ndef first") and sources["first"].endswith("### END SOLUTION")
    assert sources["Second"] == "class Second:\n    shared = 1"


def test_solution_lines_are_those_that_stand_nowhere_else() -> None:
    """A line that is also given to students is not secret."""
    assert solution_lines(MODULE) == {"return only_in_solution(x)"}


def test_faulty_files_are_named(tmp_path: Path) -> None:
    """Missing files and syntax errors are the instructor's to correct."""
    with pytest.raises(UsageError, match=r"gone\.py does not exist"):
        read_python(tmp_path / "gone.py")
    (tmp_path / "bad.py").write_text("def f(:")
    with pytest.raises(UsageError, match=r"bad\.py is not valid Python"):
        read_python(tmp_path / "bad.py")
    assert functions_of_tests(tmp_path / "gone.py") == {}
