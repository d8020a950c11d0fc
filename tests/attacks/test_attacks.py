"""Every attack of the corpus through the real sandbox: it must do no harm."""

from __future__ import annotations

import pytest

from tests.attacks.arena import Arena
from tests.attacks.corpus import PACKAGES, Attack, all_attacks
from tests.attacks.known import known
from tests.attacks.table import note

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
    if arena.lease and attack.id == "resources/gpu_memory":
        pytest.skip("a lease grants just that")
    harm = arena.run(attack)
    note(attack, arena.backend.name, harm)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)
