"""Magics are taken out by line; what is Python stays as it is."""

from __future__ import annotations

import ast

import pytest

from autograder.intake.magics import without_magics


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n     % 3)",
        'text = """\n%time is money\n!important\n"""',
        "x = 1",
        "",
        "def f(:",
    ],
)
def test_what_has_no_magics_is_unchanged(source: str) -> None:
    """A line that begins with % may be Python."""
    assert without_magics(source) == (source, False)


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install it's\nx = 1",
        "%%time\nx = 1",
        "x = 1\nif x:\n    %timeit x",
        "files = !ls\nx = 1",
        "?print\nx = 1",
        "print?\nx = 1",
    ],
)
def test_magic_lines_become_comments_and_the_rest_still_works(source: str) -> None:
    """The result is Python with as many lines as before."""
    plain, changed = without_magics(source)
    assert changed
    assert plain.count("\n") == source.count("\n")
    ast.parse(plain)
    assert "x = 1" in plain


def test_a_cell_in_another_language_is_left_out_whole() -> None:
    """%%bash is not Python."""
    plain, changed = without_magics("%%bash\nrm -rf x\nx=1")
    assert changed and ast.parse(plain).body == []


@pytest.mark.parametrize(
    "source", ["%a\n" + "(" * 100_000, "%a\nx = " + "-" * 100_000 + "1", "%a\n" + "1+" * 100_000 + "1", "%a\0"]
)
def test_hostile_sources_do_not_crash_the_parser(source: str) -> None:
    """Deep nesting and null bytes do not raise."""
    assert without_magics(source)[1]
