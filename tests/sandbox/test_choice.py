"""Which sandbox is used, and what a backend is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.config import Limits
from autograder.errors import EnvironmentFault, UsageError
from autograder.sandbox import BACKEND_NAMES, HostProcess, Runtime, choice, choose_backend, find_backends
from autograder.sandbox.backend import Mechanisms
from autograder.sandbox.devices import Lease
from autograder.sandbox.host import Host
from autograder.sandbox.names import UNSAFE
from autograder.sandbox.spec import HostSpec


def test_the_names_are_those_of_the_backends() -> None:
    """In their order, best first; ``none`` is not among them, but can be asked for."""
    assert tuple(backend.name for backend in find_backends()) == BACKEND_NAMES
    assert UNSAFE not in BACKEND_NAMES and choose_backend(UNSAFE).name == UNSAFE


def test_every_public_name_is_there() -> None:
    """Loaded on first use, each from where it is defined."""
    assert all(getattr(sandbox, name) is not None for name in sandbox.__all__)
    with pytest.raises(AttributeError, match="no attribute 'moat'"):
        sandbox.moat  # noqa: B018


def test_the_names_cost_nothing() -> None:
    """A help text that lists them loads neither NumPy nor what starts a sandbox."""
    heavy = {"numpy", "sandlock", "pyseccomp", "packaging", "autograder.config", "autograder.sandbox.choice"}
    code = f"import sys, autograder.sandbox.names; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


class Missing:
    """A backend that cannot be used here."""

    walls = Mechanisms("", "", "")

    def __init__(self, name: str, reason: str):
        self.name, self.reason = name, reason
        self.seen: list[HostSpec] = []

    def missing(self) -> str:
        """Why."""
        return self.reason

    def start(self, spec: HostSpec) -> HostProcess:
        """Notes what it was told."""
        self.seen.append(spec)
        raise EnvironmentFault(self.reason)


def test_the_first_that_works_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name only that one; where none works, each says why."""
    backends = [Missing("a", "apt-get install a"), Missing("b", ""), Missing("c", "")]
    monkeypatch.setattr(choice, "find_backends", lambda: backends)
    assert choose_backend().name == "b" and choose_backend("c").name == "c"
    with pytest.raises(EnvironmentFault, match="a: apt-get install a"):
        choose_backend("a")
    with pytest.raises(UsageError, match="known: a, b, c"):
        choose_backend("d")


def test_a_backend_is_told_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One frozen record, a lease among it; a host that does not start leaves no folder behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    runtime = Runtime("python", tmp_path, tmp_path, (), (), tmp_path)
    backend, limits, lease = Missing("a", "no"), Limits(processes=3), Lease("0", ("/dev/null",))
    with Host(backend, runtime, limits, threads=2, lease=lease) as host, pytest.raises(EnvironmentFault):
        host.fork(limits)
    (spec,) = backend.seen
    assert (spec.runtime, spec.limits, spec.threads, spec.lease) == (runtime, lease.widened(limits), 2, lease)
    assert spec.devices == ("/dev/null",)
    assert spec.scratch.parent == tmp_path and list(tmp_path.iterdir()) == []
    assert host.pid is None and host.processes() == frozenset()
