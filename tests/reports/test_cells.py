"""Cells that a spreadsheet must not run."""

from __future__ import annotations

import pytest

from autograder.reports.cells import as_cell, as_key, from_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@A1",
        "\tx",
        "\rx",
        "\nx",
        "＝1",
        "＋1",
        "－1",
        "＠A1",
        "  =1",
        "\u3000=1",
        "\u00a0=1",
        "-kim",
        "\n=1",
    ],
)
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    """Full-width signs, ends of lines and blanks before the sign as well; and back."""
    assert as_cell(text) == f"'{text}" and from_cell(as_cell(text)) == text


@pytest.mark.parametrize("text", ["kim", "김지우", "a=b", "O'Brien", "'quoted'", "", "5", "a\n=b"])
def test_other_texts_stay(text: str) -> None:
    """And what has an apostrophe of its own."""
    assert as_cell(text) == text == from_cell(text)


@pytest.mark.parametrize("key", ["-kim", "@kim", "kim", "+kim@x.kr", "2023-1236", "-"])
def test_ids_that_are_looked_up_stay(key: str) -> None:
    """A learning system would not find '-kim."""
    assert as_key(key) == key


@pytest.mark.parametrize("text", ["=kim", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "+(1)", "＝kim"])
def test_no_id_runs_a_program(text: str) -> None:
    """What is no plain word is guarded all the same."""
    assert as_key(text) == f"'{text}"
