"""Merge conflicts that git has written into a file as text."""

from __future__ import annotations

import re

MAX_CONFLICTS = 1_000
_MARK = re.compile(r"^(?:<{7}|>{7})(?: |\r?$)", re.MULTILINE)
_OPEN, _BASE, _MIDDLE, _CLOSE = (re.compile(rf"^{re.escape(mark * 7)}(?: .*)?\r?$") for mark in "<|=>")


def has_conflict(text: str) -> bool:
    """Whether a line of the text opens or closes a conflict."""
    return bool(_MARK.search(text))


def sides(text: str) -> tuple[str, str] | None:
    """The text with every conflict settled for the one side, and for the other; None if the marks do not pair."""
    ours: list[str] = []
    theirs: list[str] = []
    place, conflicts = "both", 0
    for line in text.split("\n"):
        if place == "both" and _OPEN.match(line):
            place, conflicts = "ours", conflicts + 1
        elif place == "ours" and _BASE.match(line):
            place = "base"
        elif place in ("ours", "base") and _MIDDLE.match(line):
            place = "theirs"
        elif place == "theirs" and _CLOSE.match(line):
            place = "both"
        else:
            if place in ("both", "ours"):
                ours.append(line)
            if place in ("both", "theirs"):
                theirs.append(line)
    if place != "both" or not 0 < conflicts <= MAX_CONFLICTS:
        return None
    return "\n".join(ours), "\n".join(theirs)
