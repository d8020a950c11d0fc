"""Text from a submission, on its way to a terminal, a page or a file."""

from __future__ import annotations

import pytest

from autograder.grading.student import printable


@pytest.mark.parametrize("text", ["", "line\nline\twide", "σ 함수 – ok", "\U0001f600"])
def test_ordinary_text_stays(text):
    """Line breaks, tabs and every script are kept."""
    assert printable(text) == text


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\x9b", "\x00", "\ud800"])
def test_what_acts_or_cannot_be_saved_is_replaced(character):
    """Escape sequences, carriage returns and lone surrogates become U+FFFD; the result is UTF-8."""
    assert printable(f"a{character}b") == "a\ufffdb"
    printable(character).encode("utf-8")
