"""The graphics processors of this machine, and what of one a slot's worker may use.

Theory of operation.  A worker sees no device unless its slot holds a *lease*.  A lease names device files, and little
else that CUDA was found to need: each file that NVIDIA's driver opens while it starts (``nvidia-uvm-tools`` since
driver 570), most of ``/sys``, ``/proc/driver/nvidia``, the right to name its own threads, and ``memfd_create``.  Of
the graphics processors themselves it holds one; a worker cannot open the files of the others, whatever number or name
it gives to CUDA.  Who gets which is decided here alone (``lease_table``), before any slot starts.

A lease on a share of a graphics processor keeps nobody from the rest of it: the driver has no walls between processes
but their own address spaces, and no bound on the memory that one of them takes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.config import Limits, Profile
from autograder.errors import EnvironmentFault, UsageError
from autograder.sandbox.watch import THREADS_PER_PROCESS

NO_GPUS, ALL_GPUS = "none", "all"
CONTROL_FILES = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools")
CAPABILITIES = "nvidia-caps"  # a folder, of machines whose graphics processors can be divided (MIG)
CONFIGURES_MIG = "nvidia-cap1"  # divides the machine's graphics processors
READABLE = (
    "/sys/bus",
    "/sys/class",
    "/sys/dev",
    "/sys/devices",
    "/sys/kernel/mm",
    "/sys/module",
    "/proc/driver/nvidia",
)
"""Without ``/sys/fs``, whose control groups list the machine's processes."""
HOST_MIB = 3072  # what CUDA, its libraries and its staging buffers take of a process's own memory
HOST_THREADS = 64  # of CUDA, in each submission


@dataclass(frozen=True)
class Gpu:
    """A graphics processor.

    Attributes:
        number: as ``nvidia-smi`` counts them, and as ``/dev/nvidia<number>`` says.
        uuid: NVIDIA's name for it, "" where the driver does not tell.
        model: for people.
    """

    number: int
    uuid: str = ""
    model: str = "GPU"


@dataclass(frozen=True)
class Lease:
    """What a slot's worker may use besides the processor.

    Attributes:
        gpu: for messages, such as ``0 (NVIDIA A100)``.
        files: device files that it may open, read, write and control (``ioctl``).
        readable: further files and folders that it may read.
        environment: variables that its host gets.
        foreign: device files of other graphics processors, which it must not be able to open.
        shared: by how many slots the graphics processor is shared.
        host_mib: memory of the worker's processes that CUDA takes, beside what the assignment allows.
    """

    gpu: str
    files: tuple[str, ...]
    readable: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()
    shared: int = 1
    host_mib: int = HOST_MIB

    def widened(self, limits: Limits) -> Limits:
        """An assignment's limits, with what CUDA itself takes in the worker's process."""
        processes = limits.processes + HOST_THREADS // THREADS_PER_PROCESS
        return replace(limits, memory_mib=limits.memory_mib + self.host_mib, processes=processes)


@dataclass(frozen=True)
class GpuRequest:
    """What a TA asks for: ``gpus`` as ``choose_gpus`` takes it, and how many slots share one."""

    gpus: str | None = None
    per_gpu: int = 1


def grant(request: GpuRequest, profile: Profile, *, slots: int | None = None, root: Path = Path("/")) -> list[Lease]:
    """The leases of a run that trains, one for each of its slots; none where it trains on the processor.

    Args:
        request: what was asked for.
        profile: of the training.
        slots: how many are wanted at most; by default as many as there can be.
        root: of the file system.

    Raises:
        UsageError: the profile wants a graphics processor and this machine shows none, or another than was asked for.
        EnvironmentFault: a device file that CUDA needs is missing.
    """
    if request.gpus is None and profile.device == "cpu":
        if request.per_gpu > 1:
            raise UsageError(
                f"--per-gpu {request.per_gpu} shares a GPU, and this profile trains on the processor: add --gpus all, "
                'set device = "gpu" in the profile, or leave it out'
            )
        return []
    gpus = find_gpus(root)
    chosen = choose_gpus(request.gpus, gpus)
    asked_for_none = (request.gpus or "").strip().lower() == NO_GPUS
    if not chosen and not asked_for_none:
        raise UsageError(
            "the training is to run on a GPU, and this machine shows none. Choose one of these: a machine that has one "
            "(`autograder doctor` says what is missing); another profile (`profile` in course.toml, or --profile); or "
            "`--gpus none`, which trains on the processor and takes hours for each submission"
        )
    if request.per_gpu > 1 and asked_for_none:
        raise UsageError(f"--per-gpu {request.per_gpu} shares a GPU, and --gpus {NO_GPUS} wants none: leave one out")
    most = len(chosen) * request.per_gpu
    return lease_table(chosen, min(slots or most, most), per_gpu=request.per_gpu, gpus=gpus, root=root)


def find_gpus(root: Path = Path("/")) -> list[Gpu]:
    """NVIDIA's graphics processors whose device files are here, by number.

    Args:
        root: of the file system; another one in tests.
    """
    told = {}
    for path in (root / "proc/driver/nvidia/gpus").glob("*/information"):
        fields = dict(re.findall(r"^([^:\n]+):\s*(.*?)\s*$", path.read_text(errors="replace"), re.MULTILINE))
        if fields.get("Device Minor", "").isdigit():
            told[int(fields["Device Minor"])] = fields
    numbers = sorted(int(path.name[6:]) for path in (root / "dev").glob("nvidia*") if path.name[6:].isdigit())
    found = []
    for number in numbers:
        fields = told.get(number, {})
        uuid = fields.get("GPU UUID", "")
        found.append(Gpu(number, uuid if uuid.startswith("GPU-") else "", fields.get("Model") or "GPU"))
    return found


def driver_version(root: Path = Path("/")) -> str:
    """Of NVIDIA's kernel module, "" where it is not loaded."""
    try:
        text = (root / "proc/driver/nvidia/version").read_text(errors="replace")
    except OSError:
        return ""
    found = re.search(r"Kernel Module(?: for \S+)?\s+([\d.]+)", text)
    return found[1] if found else ""


def choose_gpus(wanted: str | None, gpus: Sequence[Gpu]) -> list[Gpu]:
    """Those that ``--gpus`` names.

    Args:
        wanted: numbers with commas between them, "none", "all", or None for all.
        gpus: those of this machine.

    Raises:
        UsageError: it is neither, or names one that this machine does not have.
    """
    word = ALL_GPUS if wanted is None else wanted.strip().lower()
    if word == ALL_GPUS:
        return list(gpus)
    if word == NO_GPUS:
        return []
    numbers = [number.strip() for number in word.split(",")]
    if not all(number.isascii() and number.isdecimal() for number in numbers):
        raise UsageError(f"--gpus: wanted numbers such as 0,1, or {ALL_GPUS}, or {NO_GPUS}, got {wanted!r}")
    here = {gpu.number: gpu for gpu in gpus}
    if missing := sorted(set(map(int, numbers)) - set(here)):
        has = ", ".join(map(str, here)) or "none that its driver shows"
        raise UsageError(f"--gpus: this machine has no GPU {', '.join(map(str, missing))}; it has: {has}")
    return [here[number] for number in sorted(set(map(int, numbers)))]


def lease_table(
    chosen: Sequence[Gpu], slots: int, *, per_gpu: int = 1, gpus: Sequence[Gpu] = (), root: Path = Path("/")
) -> list[Lease]:
    """One lease for each slot that can have one, so that each graphics processor serves ``per_gpu`` slots at most.

    Args:
        chosen: the graphics processors to use.
        slots: how many leases are wanted at most.
        per_gpu: slots on one graphics processor.
        gpus: all of this machine, those of others included.
        root: of the file system.

    Raises:
        EnvironmentFault: a device file that CUDA needs is missing.
    """
    control = [root / "dev" / name for name in CONTROL_FILES if _is_device(root / "dev" / name)]
    if chosen and (missing := [name for name in CONTROL_FILES[:2] if root / "dev" / name not in control]):
        raise EnvironmentFault(
            f"/dev/{missing[0]} is missing, so no program can use the GPU: load the driver's modules "
            "(`nvidia-modprobe -u -c=0`, or run `nvidia-smi` once as root)"
        )
    capabilities = (root / "dev" / CAPABILITIES).glob("*")
    control += sorted(path for path in capabilities if path.name != CONFIGURES_MIG and _is_device(path))
    turns = [gpu for _ in range(per_gpu) for gpu in chosen][:slots]
    return [_lease(gpu, control, [other for other in gpus if other != gpu], turns.count(gpu), root) for gpu in turns]


def _lease(gpu: Gpu, control: Sequence[Path], others: Sequence[Gpu], shared: int, root: Path) -> Lease:
    return Lease(
        gpu=f"{gpu.number} ({gpu.model})",
        files=tuple(map(str, (*control, root / "dev" / f"nvidia{gpu.number}"))),
        readable=tuple(str(root / path[1:]) for path in READABLE if (root / path[1:]).exists()),
        environment=(
            ("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
            ("CUDA_VISIBLE_DEVICES", gpu.uuid or str(gpu.number)),
            ("NVIDIA_TF32_OVERRIDE", "0"),  # float32 means float32
            ("TF_FORCE_GPU_ALLOW_GROWTH", "true"),
        ),
        foreign=tuple(str(root / "dev" / f"nvidia{other.number}") for other in others),
        shared=shared,
    )


def _is_device(path: Path) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False
