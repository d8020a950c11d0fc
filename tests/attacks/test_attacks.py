"""Every attack of the corpus through the real sandbox: it must do no harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.attacks.arena import Arena
from tests.attacks.corpus import PACKAGES, Attack, all_attacks
from tests.attacks.known import known

ATTACKS = [
    attack
    for attack in sorted(all_attacks(), key=lambda attack: attack.assignment)  # one TensorFlow host at a time
    if attack.family != PACKAGES
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_does_no_harm(attack: Attack, arena: Arena, request: pytest.FixtureRequest) -> None:
    """It earns nothing, reads nothing, changes nothing, leaves nothing, and the next student's grade is the same."""
    if reason := known(attack, arena.backend.name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    harm = arena.run(attack)
    _note(attack, arena, harm)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


def _note(attack: Attack, arena: Arena, harm: list[str]) -> None:
    """A line for ``python -m tests.attacks.table``, where ``ATTACK_RESULTS`` names a file."""
    if path := os.environ.get("ATTACK_RESULTS"):
        notes = arena.report.notes if arena.report else ()
        line = {"attack": attack.id, "sandbox": arena.backend.name, "harm": harm, "notes": notes}
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
