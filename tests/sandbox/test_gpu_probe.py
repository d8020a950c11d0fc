"""The proof that a worker can compute on a graphics processor, and that it reaches no other; on a played driver."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import DeviceLost
from autograder.sandbox import Backend, choose_backend, find_backends, gpu_probe, prepare_runtime
from autograder.sandbox.cuda import STEPS
from autograder.sandbox.devices import Lease, find_gpus
from autograder.sandbox.gpu_probe import LIMITS, REMEDIES, LeasedGpu, probe_lease, probe_sharing, prove
from autograder.sandbox.host import Host
from tests.played_driver import library
from tests.sandbox.test_lease import FOREIGN

__all__ = ["library"]  # a fixture


@pytest.fixture
def lease(library: str) -> Lease:
    """Two device files stand in for a graphics processor's; the driver is where the worker can read it."""
    return Lease(
        "0 (stand-in)", ("/dev/urandom", "/dev/full"), readable=(str(Path(library).parent),), foreign=(FOREIGN,)
    )


@pytest.fixture(params=[backend.name for backend in find_backends()])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each sandbox that works here."""
    found = next(backend for backend in find_backends() if backend.name == request.param)
    if reason := found.missing():
        pytest.skip(reason)
    return found


def test_a_lease_is_proved_behind_each_sandbox(backend: Backend, lease: Lease, library: str) -> None:
    """It computes, and opens neither another slot's device nor, without a lease, its own."""
    findings = probe_lease(backend, lease, library)
    assert [finding.detail for finding in findings if not finding.ok and "without" not in finding.what] == []
    assert findings[0].detail == "Fake GPU, CUDA 12.8, 512 MiB free"
    assert findings[1].what == "open another GPU's file" and findings[1].ok
    # The stand-in /dev/urandom may be read by every worker; nothing else of the lease was reached.
    assert findings[2].detail in (
        "refused",
        "NOT refused: ['/dev/urandom']",
        "NOT refused: ['/dev/urandom', '/dev/full']",
    )


@pytest.mark.parametrize(
    ("fault", "step", "said"),
    [
        ("cuInit=304", "start CUDA", "OS call failed or operation not supported on this OS (CUDA error 304)"),
        ("cuDeviceGet=101", "find the GPU", "(CUDA error 101)"),
        ("cuCtxCreate_v2=46", "make a context", "nvidia-smi -c 0"),
        ("cuMemAlloc_v2=2", "allocate", "memory is full"),
        ("cuMemcpyHtoD_v2=700", "copy there and back", "cuMemcpyHtoD_v2: a fault that was asked for (CUDA error 700)"),
        ("copy", "copy there and back", "what came back is not what was sent"),
        ("cuModuleLoadData=218", "matrix product", "libnvidia-ptxjitcompiler"),
        ("cuLaunchKernel=719", "matrix product", "(CUDA error 719)"),
        ("product", "matrix product", "the product is wrong"),
        ("cuCtxDestroy_v2=1", "free", "(CUDA error 1)"),
    ],
)
def test_each_fault_is_told_with_its_step(
    fault: str, step: str, said: str, lease: Lease, library: str, tmp_path: Path
) -> None:
    """And, where something can be done about it, with what."""
    broken = replace(lease, environment=(("FAKE_CUDA_FAULT", fault),))
    with Host(choose_backend(), prepare_runtime(tmp_path, ("numpy",), gpu=True), LIMITS, lease=broken) as host:
        proof = prove(host, library)
    assert step in STEPS and proof.fault.startswith(f"{step}: ") and said in proof.fault
    code = int(fault.partition("=")[2] or 0)
    assert (REMEDIES[code] in proof.fault) if code in REMEDIES else ";" not in proof.fault


def test_more_than_one_visible_gpu_is_a_fault(lease: Lease, library: str, tmp_path: Path) -> None:
    """A lease is on one; and a machine without a driver says what could not be loaded."""
    several = replace(lease, environment=(("FAKE_CUDA_COUNT", "2"),))
    with Host(choose_backend(), prepare_runtime(tmp_path, ("numpy",), gpu=True), LIMITS, lease=several) as host:
        assert prove(host, library).fault == "a lease on one GPU shows 2 of them to CUDA"
        assert prove(host, "libnothing.so.1").fault.startswith("load the driver's library: libnothing.so.1")


def test_what_one_submission_leaves_to_the_next(lease: Lease, library: str, tmp_path: Path) -> None:
    """Memory taken and not returned, read, and a kernel without end: each is tried in a fork of its own."""
    with Host(choose_backend(), prepare_runtime(tmp_path, ("numpy",), gpu=True), LIMITS, lease=lease) as host:
        findings = probe_sharing(host, 32, library)
    assert [finding.detail for finding in findings if not finding.ok] == []
    assert len(findings) == 5 and findings[3].detail.startswith("ended: ")


def test_memory_that_stays_held_is_the_slots_end(
    lease: Lease, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a graphics processor that nobody shares, a submission's memory has to be free before the next."""
    monkeypatch.setattr(gpu_probe, "RELEASE_LIMIT_S", 0.0)
    free = tmp_path / "free"
    free.mkdir()
    played = replace(
        lease, readable=(*lease.readable, str(free)), environment=(("FAKE_CUDA_FREE_FILE", str(free / "mib")),)
    )
    with Host(choose_backend(), prepare_runtime(tmp_path / "v", ("numpy",), gpu=True), LIMITS, lease=played) as host:
        (free / "mib").write_text("8000")
        gpu = LeasedGpu(host, played, library)
        gpu.prove()
        (free / "mib").write_text(str(8000 - gpu_probe.HELD_MIB))
        gpu.prove()
        (free / "mib").write_text("7000")
        with pytest.raises(DeviceLost, match="1000 MiB of its memory are still held"):
            gpu.prove()
        LeasedGpu(host, replace(played, shared=2), library).prove()


def test_without_a_gpu_the_script_says_what_it_would_try() -> None:
    """In one screen, and with an exit code that is no success."""
    if find_gpus():
        pytest.skip("this machine has a GPU")
    done = subprocess.run([sys.executable, "-m", "tests.gpu"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and len(done.stdout.splitlines()) < 24
    assert "Nothing was tried" in done.stdout and "multiply two matrices" in done.stdout
