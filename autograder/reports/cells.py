"""Cells that a spreadsheet shows as text: what begins like a formula gets an apostrophe."""

from __future__ import annotations

import re

from autograder.ids import is_student_id

# A sign, also a full-width one, behind any blanks; a tab or an end of line before it counts as well.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_PLAIN_KEY = re.compile(r"[\w.@+%-]+")


def as_cell(text: str) -> str:
    """A text made safe for a spreadsheet: one that begins like a formula gets an apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_key(text: str) -> str:
    """The same for an id that a learning system or nbgrader looks up: one such as ``-kim`` stays as it is.

    A word of letters and signs is no call of a program; it is what the other side wrote, and has to be found again.
    """
    return text if is_student_id(text) or (_PLAIN_KEY.fullmatch(text) and text[0] not in "=＝") else as_cell(text)


def from_cell(text: str) -> str:
    """The inverse of ``as_cell``."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
