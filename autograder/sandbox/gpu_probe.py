"""What a worker can do with a graphics processor behind each sandbox, and what it must not be able to do with one."""

from __future__ import annotations

import importlib.metadata
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.config import Limits, Profile
from autograder.errors import AutograderError, DeviceLost
from autograder.protocol.values import Value
from autograder.protocol.verbs import Raised
from autograder.sandbox import cuda
from autograder.sandbox.backend import Backend
from autograder.sandbox.devices import Lease, driver_version
from autograder.sandbox.errand import send
from autograder.sandbox.fork import Fork
from autograder.sandbox.host import Host
from autograder.sandbox.runtime import prepare_runtime

DRIVER = "libcuda.so.1"
PROOF_MIB = 64
PROOF_LIMIT_S = 60.0
HANG_LIMIT_S = 5.0
RELEASE_LIMIT_S = 20.0  # for the memory of a process that has ended
HELD_MIB = 256  # that is no submission's: contexts differ a little in size
LIMITS = Limits(memory_mib=512, processes=8, files=50, file_mib=64)
REMEDIES = {
    100: "no GPU is visible: is the device file of the right one leased, and does `nvidia-smi` show it?",
    101: "the number or the name of the GPU is not one of this driver's",
    2: "the GPU's memory is full: see `nvidia-smi` for who holds it, and end that program",
    3: "the driver could not start: run `nvidia-smi` once as root, which loads its modules",
    46: "the GPU is used by others exclusively: `nvidia-smi -c 0`",
    218: "the driver could not compile a kernel: its library libnvidia-ptxjitcompiler is missing",
    304: "the driver was refused a call or a file that it needs: load nvidia-uvm, and see docs/gpu.md for the list",
    802: "the GPU is not ready: the fabric manager (NVSwitch) does not run",
    803: "the driver's library and its kernel module have different versions: restart the machine, or reinstall",
    804: "the driver is too old for this library",
    999: "the driver does not know either: see `dmesg | grep -i nvrm`",
}
"""What to do about CUDA's error of that number."""


@dataclass(frozen=True)
class Proof:
    """What a worker found.

    Attributes:
        fault: why the graphics processor cannot be used, "" if it can; with the step and what to do.
        name, driver: as CUDA tells them.
        free_mib: of the graphics processor's memory.
        visible: how many graphics processors CUDA found.
    """

    fault: str
    name: str = ""
    driver: str = ""
    free_mib: int = 0
    visible: int = 0


class LeasedGpu:
    """A slot's graphics processor, proved again before each submission: the one before may have lost or filled it.

    Args:
        host: the slot's, with the lease.
        lease: of the host.
        library: the driver's.
    """

    def __init__(self, host: Host, lease: Lease, library: str = DRIVER):
        self._host, self._lease, self._library = host, lease, library
        self._first: Proof | None = None

    def prove(self) -> None:
        """Raises unless the graphics processor computes, and, where nobody shares it, is as free as at first.

        Raises:
            DeviceLost: it does not; the message says what failed.
        """
        deadline = time.monotonic() + RELEASE_LIMIT_S
        while True:
            proof = prove(self._host, self._library)
            if proof.fault:
                raise DeviceLost(f"GPU {self._lease.gpu}: {proof.fault}")
            held = (self._first.free_mib if self._first else proof.free_mib) - proof.free_mib
            if self._lease.shared > 1 or held <= HELD_MIB:
                break
            if time.monotonic() > deadline:
                raise DeviceLost(
                    f"GPU {self._lease.gpu}: {held} MiB of its memory are still held after a submission has ended; "
                    "`nvidia-smi` shows by whom"
                )
        self._first = self._first or proof

    def describe(self, profile: Profile) -> str:
        """The device, its driver and the precision, for a report."""
        first = self._first or Proof("")
        parts = [
            first.name or self._lease.gpu,
            f"driver {driver_version() or 'unknown'}",
            f"CUDA {first.driver or 'unknown'}",
            *_tensorflow(),
            profile.precision + (", XLA" if profile.xla else ""),
        ]
        return ", ".join(parts)


def _tensorflow() -> list[str]:
    try:
        return [f"TensorFlow {importlib.metadata.version('tensorflow')}"]
    except importlib.metadata.PackageNotFoundError:
        return []


@dataclass(frozen=True)
class Finding:
    """One line for a table: what was tried, what came out, and whether it is as it should be."""

    what: str
    ok: bool
    detail: str


def prove(host: Host, library: str = DRIVER) -> Proof:
    """Has a fork of its own use the host's graphics processor: allocation, copy, and matrix product.

    Args:
        host: with a lease; its present fork is ended.
        library: the driver's.
    """
    fork = host.fork(LIMITS)
    try:
        found = _ask(fork, cuda.prove, library=library, mib=PROOF_MIB)
    except AutograderError as error:
        return Proof(f"the worker was lost: {error}")
    finally:
        fork.end()
    if not isinstance(found, dict):
        return Proof(f"the worker could not try it: {found}")
    proof = Proof(
        _fault(found),
        str(found.get("name", "")),
        str(found.get("driver", "")),
        _whole(found.get("free_mib")),
        _whole(found.get("visible")),
    )
    if not proof.fault and proof.visible != 1:
        return Proof(f"a lease on one GPU shows {proof.visible} of them to CUDA")
    return proof


def probe_lease(backend: Backend, lease: Lease, library: str = DRIVER) -> list[Finding]:
    """Everything that can be tried with a lease behind one sandbox, and without one."""
    with tempfile.TemporaryDirectory(prefix="autograder-probe-") as folder:
        views = Path(folder) / "views"
        try:
            with Host(backend, prepare_runtime(views, ("numpy",), gpu=True), LIMITS, lease=lease) as host:
                proof = prove(host, library)
                findings = [
                    Finding(
                        "compute: start CUDA, allocate, copy, multiply matrices",
                        not proof.fault,
                        proof.fault or f"{proof.name}, CUDA {proof.driver}, {proof.free_mib} MiB free",
                    )
                ]
                if lease.foreign:
                    findings.append(_unreachable(host, "open another GPU's file", lease.foreign))
            with Host(backend, prepare_runtime(views, ("numpy",)), LIMITS) as host:
                findings.append(_unreachable(host, "open a GPU's file without a lease", (*lease.files, *lease.foreign)))
        except AutograderError as error:
            return [Finding("start a worker with a lease", False, str(error))]
    return findings


def probe_sharing(host: Host, mib: int, library: str = DRIVER) -> list[Finding]:
    """What one submission leaves to the next on the same graphics processor: memory, its content, a running kernel.

    Args:
        host: with a lease that nobody shares.
        mib: of memory to try it with.
        library: the driver's.
    """
    before = prove(host, library)
    if before.fault:
        return [Finding("compute", False, before.fault)]
    fork = host.fork(LIMITS)
    filled = _act(fork, library, "fill", mib)  # it ends with its memory still allocated
    fork.end()
    held = before.free_mib - prove(host, library).free_mib
    fork = host.fork(LIMITS)
    seen = _act(fork, library, "look", mib)
    fork.end()
    fork = host.fork(LIMITS)
    hung = _act(fork, library, "hang", 16, timeout_s=HANG_LIMIT_S)
    fork.end()
    after = prove(host, library)
    return [
        Finding(f"take {mib} MiB and end", filled == 0, f"{filled}" if filled else "done"),
        Finding("memory of a fork that ended", held <= HELD_MIB, f"{held} MiB less are free than before it"),
        Finding("read what a fork left in memory", seen == 0, "nothing was left" if seen == 0 else f"{seen} MiB of it"),
        Finding("run a kernel without end", isinstance(hung, str), f"ended: {hung}"),
        Finding("compute after that", not after.fault, after.fault or "as before"),
    ]


def _act(fork: Fork, library: str, what: str, mib: int, timeout_s: float = PROOF_LIMIT_S) -> object:
    """How many MiB were found, or why it ended."""
    try:
        return _ask(fork, cuda.act, timeout_s, library=library, what=what, mib=mib)
    except AutograderError as error:
        return str(error)


def _unreachable(host: Host, what: str, paths: Sequence[str]) -> Finding:
    fork = host.fork(LIMITS)
    try:
        found = _ask(fork, cuda.reach, paths=list(paths))
    except AutograderError as error:
        return Finding(what, False, f"the worker was lost: {error}")
    finally:
        fork.end()
    if found == []:
        return Finding(what, True, "refused")
    return Finding(what, False, f"NOT refused: {found}")


def _ask(fork: Fork, function: Callable[..., object], timeout_s: float = PROOF_LIMIT_S, **arguments: Value) -> object:
    """What a function returns in a worker; a text where it raised."""
    answer = send(fork, function, arguments, timeout_s)
    return f"{answer.kind}: {answer.message}" if isinstance(answer, Raised) else answer.value


def _fault(found: dict[object, object]) -> str:
    fault, code, done = str(found.get("fault", "")), _whole(found.get("code")), _whole(found.get("done"))
    if not fault and done == len(cuda.STEPS):
        return ""
    step = cuda.STEPS[done] if 0 <= done < len(cuda.STEPS) else "an unknown step"
    number = f" (CUDA error {code})" if code else ""
    remedy = f"; {REMEDIES[code]}" if code in REMEDIES else ""
    return f"{step}: {fault or 'it did not say'}{number}{remedy}"


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
