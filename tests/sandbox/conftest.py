"""A warm NumPy host for each sandbox that works here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.config import Limits
from autograder.sandbox import find_backends, prepare_runtime
from autograder.sandbox.host import Host

LIMITS = Limits(call_wall_s=5, load_wall_s=5, cpu_s=20, memory_mib=512, processes=32, file_mib=8)


@pytest.fixture(scope="session", params=[backend.name for backend in find_backends()])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """One host per backend, shared by the tests, as a batch shares it between students."""
    backend = next(b for b in find_backends() if b.name == request.param)
    if reason := backend.missing():
        pytest.skip(reason)
    runtime = prepare_runtime(tmp_path_factory.mktemp("views"), ("numpy",))
    with Host(backend, runtime, LIMITS) as running:
        yield running


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that no worker may read or change."""
    path = tmp_path / "canary"
    path.write_text("secret")
    return path
