"""Text from a submission is made safe for a terminal, a page or a file."""

from __future__ import annotations

import pytest

from autograder.text import printable, printable_lines, shortened


@pytest.mark.parametrize(
    "text", ["", "σ 함수 – ok", "\U0001f600", "\U0001f469\u200d\U0001f52c", "an\u00a0em\u3000quad"]
)
def test_ordinary_text_stays(text: str) -> None:
    """Every script, joined emoji and wide blanks are kept."""
    assert printable(text) == text


@pytest.mark.parametrize(
    "character",
    ["\x1b", "\x07", "\r", "\n", "\x9b", "\x00", "\ud800", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028"],
)
def test_what_acts_or_cannot_be_saved_is_replaced(character: str) -> None:
    """Escape sequences, turned reading orders, hidden characters and lone surrogates; the result is UTF-8."""
    assert printable(f"a{character}b") == "a\ufffdb"
    assert printable(f"a{character}b", instead="?") == "a?b"
    printable(character).encode("utf-8")


def test_some_may_stay() -> None:
    """Line feeds of a message with several lines, for example."""
    assert printable_lines("a\n\tb\r") == "a\n\tb\ufffd"
    assert printable("a\nb", keep="\n") == "a\nb"


def test_a_cut_is_shown() -> None:
    """And counts in the length."""
    assert [shortened("abc", limit) for limit in (4, 3, 2)] == ["abc", "abc", "a…"]
