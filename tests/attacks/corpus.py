"""The corpus: every attack is a file in a family's folder, and its docstring says what it tries.

An attack is read as text, never imported here.  Lines of its docstring that begin with ``assignment:``,
``earns:``, ``flagged:`` or ``after:`` are for the runner:

* ``assignment: vgg16`` -- which assignment it answers; ``activations`` unless said.
* ``earns: relu, dead_units 3.5`` -- what its honest part is worth: an item in full, or that many points of it.
* ``flagged: minimum_auc`` -- it may earn that item as well, provided that the report tells the TA to look at it.
* ``after: reference`` -- the attacker has done the honest work: the reference solution stands above the attack.

The files of ``packages/`` are builders, ``make(folder)``: there the package itself is hostile, not its code.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PACKAGES = "packages"
FAMILIES = {
    "ipython_patches": 1,
    "lying_objects": 2,
    "reading_tests": 3,
    "writing_results": 4,
    "early_exit": 5,
    "gadgets": 6,
    "patched_evaluators": 7,
    "replayed_inputs": 8,
    "smuggled_answers": 9,
    "resources": 10,
    "network": 11,
    PACKAGES: 12,
    "other_students": 13,
}
"""Folders of the thirteen families of FIELD.md, section "How graders are attacked"."""
MORE = ("protocol",)
"""Families of our own: the pipe between worker and grader is no part of the field's graders."""

_HEADER = re.compile(r"^(assignment|after|earns|flagged): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Attack:
    """One file of the corpus; ``earns`` gives the points of its honest part by item, None for all of an item's.

    ``flagged`` is an item that it may earn if the TA is told.
    """

    family: str
    name: str
    path: Path
    tries: str
    assignment: str = "activations"
    earns: dict[str, float | None] = field(default_factory=dict)
    honest: bool = False
    flagged: str = ""

    @property
    def id(self) -> str:
        """``family/name``."""
        return f"{self.family}/{self.name}"

    @property
    def source(self) -> str:
        """The file as text."""
        return self.path.read_text(encoding="utf-8")


def read_attack(path: Path) -> Attack:
    """An attack's file, by its docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    header = dict(_HEADER.findall(text))
    tries = " ".join(_HEADER.sub("", text).split())
    earns = dict(map(_earned, filter(None, header.get("earns", "").split(", "))))
    return Attack(
        path.parent.name,
        path.stem,
        path,
        tries,
        header.get("assignment", "activations"),
        earns,
        "after" in header,
        header.get("flagged", ""),
    )


def _earned(text: str) -> tuple[str, float | None]:
    item, _, points = text.partition(" ")
    return item, float(points) if points else None


def all_attacks() -> list[Attack]:
    """Every attack of the corpus, family by family."""
    folders = [FOLDER / name for name in (*FAMILIES, *MORE)]
    return [read_attack(path) for folder in folders for path in sorted(folder.glob("*.py"))]
