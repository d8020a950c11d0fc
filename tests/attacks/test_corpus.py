"""The corpus itself: complete, described, and able to bite."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox import find_backends
from tests.attacks.arena import Arena, make_arena
from tests.attacks.conftest import FIRST
from tests.attacks.corpus import FAMILIES, FOLDER, MORE, PACKAGES, Attack, all_attacks, read_attack
from tests.attacks.known import KNOWN

PLACES_OF_HARM = {*(backend.name for backend in find_backends()), "intake", "pages", "*"}


def test_every_family_has_four_attacks_and_all_have_seventy() -> None:
    """The field's thirteen families, none of them thin."""
    counts = Counter(attack.family for attack in all_attacks())
    assert sorted(FAMILIES.values()) == list(range(1, 14))
    assert all(counts[family] >= 4 for family in (*FAMILIES, *MORE)), counts
    assert counts.total() >= 70


@pytest.mark.parametrize("attack", all_attacks(), ids=lambda attack: attack.id)
def test_every_attack_says_what_it_tries(attack: Attack) -> None:
    """One or two sentences, at most eighty lines, and a package has a builder."""
    assert attack.tries.endswith(".") and 20 < len(attack.tries) < 200
    assert attack.source.count("\n") <= 80
    names = {node.name for node in ast.parse(attack.source).body if isinstance(node, ast.FunctionDef)}
    assert ("make" in names) == (attack.family == PACKAGES)


def test_the_known_ones_exist() -> None:
    """An entry of the table of expected failures names an attack and a place, and gives a reason."""
    ids = {name for attack in all_attacks() for name in (attack.id, attack.assignment)}
    for key, reason in KNOWN.items():
        attack_id, _, where = key.partition("@")
        assert attack_id in ids and where in PLACES_OF_HARM and reason, key


@pytest.fixture(scope="module")
def open_field(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, arena_of: Callable[[str], Arena]
) -> Iterator[Arena]:
    """An arena without any wall: neither a sandbox around the host nor Landlock around the fork."""
    patch = pytest.MonkeyPatch()
    patch.setattr("autograder.sandbox.runtime.HOST_ONLY", ())  # sandlock, with which a fork confines itself
    arena = make_arena(tmp_path_factory.mktemp("arena-none"), repository, "none")
    patch.setattr("tempfile.tempdir", str(arena.scratch))
    yield arena
    arena.close()
    patch.undo()


@pytest.fixture
def first_arena(arena_of: Callable[[str], Arena]) -> Arena:
    """The arena behind the sandbox that a batch would use here."""
    if not FIRST:
        pytest.skip("no sandbox works here")
    return arena_of(FIRST)


BITES = {
    "reading_tests/paths": "read CANARY-hidden-tests",
    "reading_tests/links": "BREACH",
    "network/tcp": "something arrived at a TCP port",
    "network/unix_sockets": "something arrived at a Unix socket",
    "other_students/news_of_files": "BREACH a queue of news",
    "resources/files_in_sockets": "BREACH 840 MiB of files wait in a socket",
    "resources/pages_in_pipes": "BREACH",
}


@pytest.mark.parametrize("attack_id", BITES)
def test_without_walls_an_attack_is_found_to_be_harmful(attack_id: str, open_field: Arena) -> None:
    """The same attack and the same runner, but no sandbox: the verdict has to turn."""
    harm = open_field.run(read_attack(FOLDER / f"{attack_id}.py"))
    assert any(line.startswith(BITES[attack_id]) for line in harm), harm


def test_points_that_were_not_earned_are_seen(first_arena: Arena, tmp_path: Path) -> None:
    """A right answer that claims to be worth nothing is called harmful: the verdict looks at the points."""
    path = tmp_path / "honest.py"
    path.write_text('"""Is right."""\nimport numpy as np\ndef relu(x): return np.maximum(np.asarray(x) + 0.0, 0)\n')
    harm = first_arena.run(Attack("none", "honest", path, "Is right."))
    assert len(harm) == 1 and harm[0].startswith("relu earned"), harm


def test_a_change_of_the_next_grade_is_seen(first_arena: Arena, tmp_path: Path) -> None:
    """Where the next submission's report differs from the one on a fresh host, the verdict says so."""
    path = tmp_path / "nothing.py"
    path.write_text('"""Does nothing."""\n')
    warm = first_arena.warm("activations")
    fresh, warm.fresh = warm.fresh, {**warm.fresh, "score": -1.0}
    try:
        harm = first_arena.run(Attack("none", "nothing", path, "Does nothing."))
    finally:
        warm.fresh = fresh
    assert len(harm) == 1 and "graded otherwise: score" in harm[0], harm


def test_a_changed_file_is_seen(arena_of: Callable[[str], Arena], tmp_path: Path) -> None:
    """A file whose rights, content or time differ counts as changed."""
    from tests.attacks.arena import changes, snapshot

    (tmp_path / "a").write_text("a")
    before = snapshot([tmp_path])
    (tmp_path / "a").chmod(0o600 if (tmp_path / "a").stat().st_mode & 0o044 else 0o644)
    (tmp_path / "b").write_text("b")
    assert changes(before, snapshot([tmp_path])) == [str(tmp_path / "a"), str(tmp_path / "b")]
