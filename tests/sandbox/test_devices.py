"""Which graphics processors there are, and which slot may use which: decided without any."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.config import Limits
from autograder.errors import EnvironmentFault, UsageError
from autograder.sandbox import devices, runtime
from autograder.sandbox.devices import choose_gpus, driver_version, find_gpus, lease_table

UUIDS = {0: "GPU-00000000-aaaa", 1: "GPU-11111111-bbbb", 10: "GPU-aaaaaaaa-cccc"}
INFORMATION = """Model: \t\t NVIDIA A100-SXM4-80GB
IRQ:   \t\t 66
GPU UUID: \t {uuid}
Video BIOS: \t 92.00.45.00.03
Bus Type: \t PCIe
Device Minor: \t {number}
GPU Excluded:\t No
"""
VERSION = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.124.06  Wed Feb 26 02:11:55 UTC 2025\nGCC version: 12\n"
OPEN_VERSION = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  575.57.08  Release Build\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a machine with three graphics processors; plain files stand in for device files."""
    monkeypatch.setattr(devices, "_is_device", os.path.isfile)
    for name in ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", *(f"nvidia{n}" for n in UUIDS)):
        _write(tmp_path / "dev" / name)
    for number in (1, 2):  # the first one configures all
        _write(tmp_path / f"dev/nvidia-caps/nvidia-cap{number}")
    for number, uuid in UUIDS.items():
        place = tmp_path / f"proc/driver/nvidia/gpus/0000:{number:02x}:00.0/information"
        _write(place, INFORMATION.format(uuid=uuid, number=number))
    _write(tmp_path / "proc/driver/nvidia/version", VERSION)
    for name in ("fs", "devices", "module"):
        (tmp_path / "sys" / name).mkdir(parents=True)
    return tmp_path


def _write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_graphics_processors_are_found_by_their_files(machine: Path) -> None:
    """In order of their numbers, with the driver's own names; one that the driver does not tell of as well."""
    (machine / "proc/driver/nvidia/gpus/0000:01:00.0/information").unlink()
    gpus = find_gpus(machine)
    assert [gpu.number for gpu in gpus] == [0, 1, 10]
    assert [gpu.uuid for gpu in gpus] == [UUIDS[0], "", UUIDS[10]]
    assert gpus[0].model == "NVIDIA A100-SXM4-80GB"
    assert find_gpus(machine / "nowhere") == []


@pytest.mark.parametrize(("text", "version"), [(VERSION, "570.124.06"), (OPEN_VERSION, "575.57.08"), ("?", "")])
def test_the_driver_tells_its_version(text: str, version: str, tmp_path: Path) -> None:
    """The proprietary module and the open one."""
    _write(tmp_path / "proc/driver/nvidia/version", text)
    assert driver_version(tmp_path) == version
    assert driver_version(tmp_path / "nowhere") == ""


def test_gpus_are_chosen_by_number(machine: Path) -> None:
    """All by default, "none" for none; a mistake is told with what there is."""
    gpus = find_gpus(machine)
    assert choose_gpus(None, gpus) == gpus
    assert choose_gpus("none", gpus) == []
    assert [gpu.number for gpu in choose_gpus(" 10,0,0", gpus)] == [0, 10]
    with pytest.raises(UsageError, match="no GPU 7; it has: 0, 1, 10"):
        choose_gpus("0,7", gpus)
    with pytest.raises(UsageError, match="it has: none that its driver shows"):
        choose_gpus("0", [])
    assert choose_gpus(" ALL", gpus) == gpus and choose_gpus("None", gpus) == []
    for wrong in ("²", "0;1", "", "0,"):
        with pytest.raises(UsageError, match="wanted numbers such as 0,1, or all, or none"):
            choose_gpus(wrong, gpus)


def test_a_lease_names_what_cuda_needs_and_one_graphics_processor(machine: Path) -> None:
    """The driver's own files, those of MIG where present, and neither the display's nor another processor's."""
    gpus = find_gpus(machine)
    (lease,) = lease_table([gpus[1]], 5, gpus=gpus, root=machine)
    names = [os.path.relpath(path, machine) for path in lease.files]
    assert names == ["dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia-uvm-tools", "dev/nvidia-caps/nvidia-cap2",
                     "dev/nvidia1"]  # fmt: skip
    assert [os.path.relpath(path, machine) for path in lease.readable] == [
        "sys/devices",
        "sys/module",
        "proc/driver/nvidia",
    ]
    assert [os.path.basename(path) for path in lease.foreign] == ["nvidia0", "nvidia10"]
    variables = dict(lease.environment)
    assert variables["CUDA_VISIBLE_DEVICES"] == UUIDS[1] and variables["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert lease.gpu == "1 (NVIDIA A100-SXM4-80GB)"


def test_each_graphics_processor_is_leased_so_often_at_most(machine: Path) -> None:
    """In turns, so that few slots do not share one while another is idle; each lease says who shares."""
    gpus = find_gpus(machine)[:2]

    def table(slots: int, per_gpu: int) -> list[tuple[str, int]]:
        return [(lease.gpu[0], lease.shared) for lease in lease_table(gpus, slots, per_gpu=per_gpu, root=machine)]

    assert table(1, 1) == [("0", 1)]
    assert table(9, 1) == [("0", 1), ("1", 1)]
    assert table(3, 2) == [("0", 2), ("1", 1), ("0", 2)]
    assert table(9, 2) == [("0", 2), ("1", 2), ("0", 2), ("1", 2)]
    assert lease_table([], 4, root=machine) == []


def test_a_missing_file_of_the_driver_is_told_with_its_remedy(machine: Path) -> None:
    """``nvidia-uvm`` is often made by the first program only; older drivers have no ``nvidia-uvm-tools``."""
    gpus = find_gpus(machine)
    (machine / "dev/nvidia-uvm-tools").unlink()
    assert len(lease_table(gpus, 3, root=machine)) == 3
    (machine / "dev/nvidia-uvm").unlink()
    with pytest.raises(EnvironmentFault, match=r"/dev/nvidia-uvm is missing.*nvidia-modprobe"):
        lease_table(gpus, 3, root=machine)


def test_a_lease_widens_limits_by_what_cuda_takes(machine: Path) -> None:
    """Memory and threads; time and files stay."""
    (lease,) = lease_table(find_gpus(machine)[:1], 1, root=machine)
    limits = lease.widened(Limits(memory_mib=100, processes=4, files=7))
    assert limits.memory_mib == 100 + devices.HOST_MIB and limits.processes == 8 and limits.files == 7


def test_the_view_holds_the_libraries_that_an_extra_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """CUDA's are wheels that only ``tensorflow[and-cuda]`` asks for; what is not installed is left out."""
    requires = {
        "tensorflow": ["numpy", 'nvidia-cublas-cu12; extra == "and-cuda"', 'nvidia-nccl-cu12; extra == "and-cuda"'],
        "numpy": [],
        "nvidia-cublas-cu12": [],
    }
    installed = {name: SimpleNamespace(requires=lines) for name, lines in requires.items()}
    monkeypatch.setattr(runtime, "_distribution", installed.get)
    assert set(runtime._with_dependencies(("tensorflow",))) == {"tensorflow", "numpy"}
    for names in (("tensorflow", *runtime.CUDA_LIBRARIES), (*runtime.CUDA_LIBRARIES, "tensorflow")):
        assert set(runtime._with_dependencies(names)) == {"tensorflow", "numpy", "nvidia-cublas-cu12"}
    with pytest.raises(EnvironmentFault, match="needs the package 'scipy'"):
        runtime._with_dependencies(("scipy",))
