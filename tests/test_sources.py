"""How much source is parsed: counted by bytes, lines, and words and signs, over all pieces together."""

from __future__ import annotations

import ast
import tracemalloc

import pytest

from autograder.sources import MAX_BYTES, MAX_LINES, MAX_WORDS, are_small, is_small

LARGE = {
    "bytes": "x" * (MAX_BYTES + 1),
    "bytes of letters with several": "가" * (MAX_BYTES // 3 + 1),
    "lines": "a\n" * MAX_LINES,
    "lines of old Macs": "#\r" * MAX_LINES,
    "words": "a " * (MAX_WORDS + 1),
    "signs": "-" * (MAX_WORDS + 1),
}


@pytest.mark.parametrize("what", LARGE)
def test_too_much_is_told(what: str) -> None:
    """One more than the limit, in one piece or in two."""
    text = LARGE[what]
    assert not is_small(text)
    assert not are_small([text[: len(text) // 2], text[len(text) // 2 :]])
    assert is_small(text[: len(text) // 2])


def test_honest_work_is_far_below(repository) -> None:
    """All the course's solutions together are small, five times over."""
    texts = [path.read_text(encoding="utf-8") for path in (repository / "reference_solution").glob("*.py")]
    assert len(texts) > 4 and are_small(texts * 5)


@pytest.mark.parametrize("unit", ["a\n", "a;", "a<b\n", "*a,\n", "[]\n", "1,", "f'{a}{a}'\n", "lambda:0\n", "-1\n"])
def test_what_may_be_parsed_takes_little_memory(unit: str) -> None:
    """The fullest text of each kind becomes a tree of at most 64 MiB."""
    count = MAX_WORDS
    while not is_small(text := unit * count):
        count -= count // 20 + 1
    tracemalloc.start()
    try:
        tree = ast.parse(text)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert tree.body
