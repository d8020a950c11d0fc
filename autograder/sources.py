"""How much of somebody else's Python is parsed.

A parser takes far more than what it reads: two megabytes of ``a`` on lines of their own became 3 GiB.  What it takes
goes by the words and signs (at most 1 KiB each, whatever they are), so these are counted first, and the lines with
them.  A course's own solutions have 2,000 words and signs in 200 lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_BYTES = 200 * 1024
MAX_LINES = 10_000
MAX_WORDS = 50_000
_WORD = re.compile(r"\w++|[^\w\s]")


def are_small(sources: Iterable[str]) -> bool:
    """Whether these may be parsed, together or one after the other.  Takes time that grows with their length only."""
    size = lines = words = 0
    for source in sources:
        size += len(source) if len(source) > MAX_BYTES else len(source.encode("utf-8", "replace"))
        if size > MAX_BYTES:
            return False
        lines += 1 + source.count("\n") + source.count("\r")
        words += sum(1 for _ in _WORD.finditer(source))
    return lines <= MAX_LINES and words <= MAX_WORDS


def is_small(source: str) -> bool:
    """The same for one."""
    return are_small([source])
