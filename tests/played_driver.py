"""NVIDIA's driver, played on the processor by ``sandbox/fake_cuda.c``: for tests without a graphics processor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.sandbox.devices import Lease


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of the driver's library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: apt-get install gcc")
    path = tmp_path_factory.mktemp("driver") / "libcuda.so.1"
    path.parent.chmod(0o755)  # in a container student code is nobody
    source = Path(__file__).with_name("sandbox") / "fake_cuda.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", path, source], check=True)
    return str(path)


def played(library: str, gpu: str = "0 (stand-in)", **variables: str) -> Lease:
    """A lease whose host finds this driver under its usual name."""
    folder = Path(library).parent
    environment = {"LD_LIBRARY_PATH": str(folder), **variables}
    return Lease(gpu, ("/dev/full",), readable=(str(folder),), environment=tuple(environment.items()), host_mib=0)
