"""The one rule for a student's id: what a roster may hold, and what names a folder of work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

MAX_CHARACTERS = 64
RULE = f"letters of any script, digits, and _ . @ - or spaces between them; at most {MAX_CHARACTERS} characters"
_STUDENT_ID = re.compile(r"[\w@-](?:[\w.@ -]{0,62}[\w.@-])?")
_BLANKS = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")  # a line feed is not one
# Cyrillic, Greek and Latin letters that look like a plain one, in lower case; NFKC covers full-width letters.
_LOOK_ALIKE = str.maketrans(
    "авекмнорстухіјѕԁһԛԝαβεζηικμνορτυχωıłøđ",
    "abekmhopctyxijsdhqwabezhikmnoptyxwilod",
)
_SHAPES = str.maketrans("1I|0O", "llloo")


def normal_id(text: str) -> str:
    """The form in which an id is kept and compared: Unicode's NFC, single blanks inside, none around it.

    macOS writes names decomposed (NFD), so that the same id would otherwise be two students.
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def is_same_id(one: str, other: str) -> bool:
    """Whether two texts, such as the names of two folders, are the same id."""
    return normal_id(one) == normal_id(other)


def is_student_id(text: str) -> bool:
    """Whether a text is a student's id, in the form that ``normal_id`` gives.

    The rule is strict because an id becomes a folder's name, nbgrader's pages print ids as HTML, and its
    collecting cuts names at ``+`` and uses them in a glob.
    """
    return bool(_STUDENT_ID.fullmatch(text))


def lookalikes(ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of different ids that a reader takes for one.

    They differ only in case, accents, blanks or width, in a Cyrillic or Greek letter for a Latin one, or in 0 for O,
    1 or capital I for l.

    Returns:
        Each pair once, sorted.
    """
    alike: dict[str, set[str]] = {}
    for id_ in {normal_id(text) for text in ids}:
        for seen in (_folded(id_), _folded(unicodedata.normalize("NFKC", id_).translate(_SHAPES))):
            alike.setdefault(seen, set()).add(id_)
    pairs = {pair for group in alike.values() for pair in combinations(sorted(group), 2)}
    return tuple(sorted(pairs))


def _folded(text: str) -> str:
    """The text without what readers overlook, in plain Latin letters where there are such."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in parts if unicodedata.category(c) != "Mn" and not c.isspace()).translate(_LOOK_ALIKE)
