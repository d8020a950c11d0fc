"""Attacks that succeed, and why: expected failures, in one place.

A key is ``family/name@where``: ``where`` is a sandbox, ``intake`` or ``pages`` (for packages), or ``*`` for all.
A whole assignment may stand for an attack.  The marks are strict: when a wall is mended, the entry has to go.
"""

from __future__ import annotations

from tests.attacks.corpus import Attack

KNOWN: dict[str, str] = {
    "writing_results/names_of_files@sandlock": "Landlock does not know stat",
}


def known(attack: Attack, where: str) -> str:
    """Why this attack succeeds there; "" when it must not."""
    keys = (f"{attack.id}@{where}", f"{attack.assignment}@{where}", f"{attack.id}@*")
    return next((KNOWN[key] for key in keys if key in KNOWN), "")
