"""One arena per sandbox, shared by the attacks of a session as a batch shares its warm hosts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.sandbox import find_backends
from tests.attacks.arena import Arena, make_arena
from tests.played_driver import library, played

__all__ = ["library"]  # a fixture

FIRST = next((backend.name for backend in find_backends() if not backend.missing()), "")
SANDBOXES = [
    pytest.param(backend.name, marks=[] if backend.name == FIRST else [pytest.mark.slow], id=backend.name)
    for backend in find_backends()
]
"""`make test` tries the sandbox that a batch would use here, `make test-full` the others as well."""


@pytest.fixture(scope="session")
def arena_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> Iterator[Callable[[str], Arena]]:
    """Gives the arena behind a sandbox; its temporary files and the environment's secrets are the arena's own."""
    arenas: dict[str, Arena] = {}
    patch = pytest.MonkeyPatch()
    leased = request.config.getoption("leased")
    lease = played(request.getfixturevalue("library")) if leased else None

    def give(name: str) -> Arena:
        if name not in arenas:
            backend = next(b for b in find_backends() if b.name == name)
            if reason := backend.missing():
                pytest.skip(reason)
            arenas[name] = make_arena(tmp_path_factory.mktemp(f"arena-{name}"), repository, name, lease)
        arena = arenas[name]
        patch.setattr(tempfile, "tempdir", str(arena.scratch))
        for key, value in arena.environment.items():
            patch.setitem(os.environ, key, value)
        return arena

    yield give
    for arena in arenas.values():
        arena.close()
    patch.undo()


@pytest.fixture(params=SANDBOXES)
def arena(request: pytest.FixtureRequest, arena_of: Callable[[str], Arena]) -> Iterator[Arena]:
    """The arena behind each sandbox that works here."""
    yield arena_of(request.param)
    tempfile.tempdir = None
