"""Attacks that succeed, and why: expected failures, in one place.

A key is ``family/name@where``: ``where`` is a sandbox, ``intake`` or ``pages`` (for packages), or ``*`` for all.
A whole assignment may stand for an attack.  The marks are strict: when a wall is mended, the entry has to go.
"""

from __future__ import annotations

from tests.attacks.corpus import Attack

KNOWN: dict[str, str] = {
    # The grader's own side
    "packages/links_that_act@pages": "javascript: links and formulas stay in Markdown",
    "packages/names_that_lie@pages": "a file's name stands as Markdown in the intake's note",
    "packages/symbolic_links@pages": "nbgrader copies what links beside the notebook lead to",
    "packages/hard_links@pages": "nbgrader copies hard links; only their owner can make these",
    "packages/endless_file@pages": "nbgrader copies /dev/zero",
    "packages/pipes_and_devices@pages": "nbgrader falls at a named pipe beside the notebook: ungraded",
    "packages/forged_timestamp@pages": "nbgrader cannot read timestamp.txt, and the work stays ungraded",
    # sandlock
    "writing_results/names_of_files@sandlock": "Landlock does not know stat",
}


def known(attack: Attack, where: str) -> str:
    """Why this attack succeeds there; "" when it must not."""
    keys = (f"{attack.id}@{where}", f"{attack.assignment}@{where}", f"{attack.id}@*")
    return next((KNOWN[key] for key in keys if key in KNOWN), "")
