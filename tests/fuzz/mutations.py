"""Random damage to JSON trees and to bytes, for the property tests and for atheris alike."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

MAX_CHANGES = 6


def nested(depth: int) -> Any:
    """Lists in lists."""
    tree: Any = None
    for _ in range(depth):
        tree = [tree]
    return tree


ODD: tuple[Any, ...] = (
    None, True, -1, 0, 7, 2**61, 2**62, 2**64, 10**400, -0.0, 1e308, float("nan"), float("inf"),
    "", "\ud800", "\x1b[31m", "\0", "x" * 5000, "0x" + "f" * 1025, "nan", "1e999", "<script>", "%%bash\n!x", "%x = (",
    [], {}, [[]], {"a": None}, [0, 2**58], ["a", 1, "\ud800"], nested(40),
)  # fmt: skip


def damaged_tree(tree: Any, random: Random, odd: tuple[Any, ...] = ODD) -> Any:
    """A copy of a JSON tree with some nodes deleted, repeated, or replaced by odd ones or by each other."""
    tree = copy.deepcopy(tree)
    for _ in range(random.randint(1, MAX_CHANGES)):
        places = [*_places(tree)]
        if not places:
            return random.choice(odd)
        (container, key), (other, elsewhere) = random.choice(places), random.choice(places)
        match random.randint(0, 3):
            case 0:
                del container[key]
            case 1:
                container[key] = copy.deepcopy(random.choice(odd))
            case 2:
                container[key] = copy.deepcopy(other[elsewhere])
            case _:
                if isinstance(container, list):
                    container.insert(key, copy.deepcopy(container[key]))
    return tree


def damaged_bytes(data: bytes, random: Random) -> bytes:
    """A copy of ``data`` with some stretches overwritten, cut out or repeated."""
    damaged = bytearray(data)
    for _ in range(random.randint(1, MAX_CHANGES)):
        start = random.randint(0, len(damaged))
        end = min(len(damaged), start + random.choice((1, 1, 2, 4, 8, 1000)))
        match random.randint(0, 2):
            case 0:
                damaged[start:end] = random.randbytes(end - start)
            case 1:
                del damaged[start:end]
            case _:
                damaged[start:start] = damaged[start:end]
    return bytes(damaged)


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every node below the root, as its container and its key there."""
    for key, node in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(node)
