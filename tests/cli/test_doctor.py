"""``autograder doctor`` through its real entry point, and its report when a sandbox lets something through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.sandbox import find_backends
from autograder.sandbox.devices import Gpu
from autograder.sandbox.probe import PROBES, ProbeResult, probe
from tests.played_driver import library, played

__all__ = ["library"]  # a fixture


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command."""
    command = [sys.executable, "-m", "autograder", "doctor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("name", [backend.name for backend in find_backends()])
def test_every_probe_is_refused_behind_every_sandbox(name: str) -> None:
    """Each line of the table is something that a worker has tried in vain."""
    backend = next(b for b in find_backends() if b.name == name)
    if reason := backend.missing():
        pytest.skip(reason)
    findings = probe(backend)
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.what for finding in findings} > {probe.what for probe in PROBES}
    assert all(finding.by and finding.by not in ("files", "network", "processes") for finding in findings)


def test_a_safe_machine_is_said_to_be_safe() -> None:
    """Exit code 0, the sandbox that a batch would use, and a line for each mechanism."""
    first = next((backend.name for backend in find_backends() if not backend.missing()), None)
    if first is None:
        pytest.skip("no sandbox works here")
    done = doctor("--sandbox", first)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = " ".join(done.stdout.split())
    assert f"{first}: can student code" in shown and "seccomp" in shown and "of the above was kept" in shown
    assert "processes ended with" in shown


def test_an_unknown_sandbox_is_an_error() -> None:
    """Naming the ones that there are."""
    done = doctor("--sandbox", "moat")
    assert done.returncode == 2 and "sandlock" in done.stderr and "bubblewrap" in done.stderr


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([("a", "", [ProbeResult("x", "y", False, "NOT refused")])], 1, "NOT SAFE"),
        (
            [("a", "", [ProbeResult("x", "y", False, "NOT refused")]), ("b", "", [ProbeResult("x", "y", True, "no")])],
            1,
            "NOT SAFE",
        ),
        ([("a", "apt-get install a", []), ("b", "", [ProbeResult("x", "y", True, "no")])], 0, "uses b"),
        ([("a", "apt-get install a", [])], 1, "No sandbox works"),
    ],
)
def test_the_exit_code_is_of_the_sandbox_that_a_batch_would_use(
    found: list[object], code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hole in it is not made good by another sandbox; one that cannot be used here does not count."""
    monkeypatch.setattr("autograder.sandbox.probe.probe_backends", lambda only=None: iter(found))
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == code
    shown = capsys.readouterr().out
    assert said in shown and ("apt-get install a" in shown) == any(reason for _, reason, _ in found)


def test_gpus_are_told_behind_each_sandbox(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], library: str
) -> None:
    """A line for each thing that was tried; where there is none, or a file of the driver is missing, a sentence."""
    backend = next((backend for backend in find_backends() if not backend.missing()), None)
    if backend is None:
        pytest.skip("no sandbox works here")
    good = [(backend.name, "", [ProbeResult("x", "y", True, "no")])]
    monkeypatch.setattr("autograder.sandbox.probe.probe_backends", lambda only=None: iter(good))

    def shown() -> str:
        with pytest.raises(SystemExit) as ended:
            main(["doctor"])
        assert ended.value.code == 0
        return " ".join(capsys.readouterr().out.split())

    monkeypatch.setattr("autograder.sandbox.devices.find_gpus", lambda: [])
    assert "GPU: none; NVIDIA's driver is not loaded" in shown()
    monkeypatch.setattr("autograder.sandbox.devices.find_gpus", lambda: [Gpu(0)])
    if not Path("/dev/nvidia-uvm").exists():
        assert "is missing, so no program can use the GPU" in shown()
    monkeypatch.setattr("autograder.sandbox.devices.lease_table", lambda *_, **__: [played(library)])
    assert "0 (stand-in)" in (text := shown()) and "Fake GPU, CUDA 12.8" in text and backend.name in text
