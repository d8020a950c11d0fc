"""Parts of a cell that was split, put together again."""

from __future__ import annotations

import pytest

from autograder.intake.parts import are_halves, joined

ASKED = frozenset({"double"})


@pytest.mark.parametrize(
    "parts",
    [
        ("def double(x):", "    return 2 * x"),
        ("def double(x):\n    ", "return 2 * x"),  # the cursor stood behind the indentation
        ("def double(x):\n", "    return 2 * x"),
    ],
)
def test_a_split_may_be_anywhere_in_a_line(parts: tuple[str, str]) -> None:
    """An editor puts the cursor behind the indentation; what is put together is what was there."""
    assert are_halves(*parts)
    namespace: dict[str, object] = {}
    exec(joined(parts, ASKED), namespace)
    assert namespace["double"](3) == 6  # type: ignore[operator]
