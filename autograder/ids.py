"""The one rule for a student's id: what a roster may hold, and what names a folder of work."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 64
RULE = f"letters of any script, digits, and _ . @ - or spaces between them; at most {MAX_CHARACTERS} characters"
_STUDENT_ID = re.compile(r"[\w@-](?:[\w.@ -]{0,62}[\w.@-])?")


def normal_id(text: str) -> str:
    """The form in which an id is kept and compared: Unicode's NFC, without blanks around it.

    macOS writes names decomposed (NFD), so that the same id would otherwise be two students.
    """
    return unicodedata.normalize("NFC", text).strip()


def is_student_id(text: str) -> bool:
    """Whether a text is a student's id, in the form that ``normal_id`` gives.

    The rule is strict because an id becomes a folder's name, nbgrader's pages print ids as HTML, and its
    collecting cuts names at ``+`` and uses them in a glob.
    """
    return bool(_STUDENT_ID.fullmatch(text))
