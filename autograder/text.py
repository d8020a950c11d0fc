"""Makes text from outside safe to show in a terminal, on a page, in a table."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control characters move a terminal's cursor, format characters turn the reading order around (U+202E) or hide, lone
# surrogates cannot be saved, and private ones mean nothing here.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Some scripts and emoji need these between their letters; alone they do nothing.
_JOINERS = frozenset("\u200c\u200d")


def printable(text: str, *, keep: str = "", instead: str = REPLACEMENT) -> str:
    """``text`` without characters that act on the terminal or page instead of being shown.

    Args:
        text: of any origin.
        keep: harmful characters to keep, such as the line feed.
        instead: the replacement of each of the others.
    """
    return "".join(character if is_shown(character) or character in keep else instead for character in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines: line feeds and tabs stay."""
    return printable(text, keep="\n\t")


def shortened(text: str, limit: int) -> str:
    """``text``, cut to ``limit`` characters; an ellipsis shows the cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_shown(character: str) -> bool:
    """Whether a character is shown, and does not act."""
    return character in _JOINERS or unicodedata.category(character) not in _HARMFUL
