"""What a worker may read: Python itself, and the distributions that its assignment names.

What a task forbids is absent rather than filtered.  A *view* is made once per set of packages: a
Python home and a site folder of symbolic links to what is allowed.  The sandbox then grants the view
and exactly the places that its links point to, so nothing else that is installed beside them can be
imported or read.  The engine's own part of the view is ``protocol`` and ``worker``.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.errors import EnvironmentFault
from autograder.sandbox.devices import Lease
from autograder.sandbox.filter import compile_filter

HOST_ONLY = ("sandlock",)
CUDA_LIBRARIES = ("tensorflow[and-cuda]",)  # wheels that only this extra names
FILTER_NAME = "system-calls.bpf"
BUNDLE_INIT = '''
"""The engine's untrusted part; ``check`` does nothing while a submission is graded."""


def check(*_args, **_kwargs):
    return None
'''.lstrip()
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/sys/devices/system/cpu")
PROC_FILES = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version")


@dataclass(frozen=True)
class Runtime:
    """Everything needed to start a worker host.

    ``readable`` are real paths; ``modules`` are imported by the host before it forks; ``program`` is the file with
    the filter of system calls that each fork loads; ``gpu`` says whether it is for workers with a lease.
    """

    python: str
    home: Path
    site: Path
    readable: tuple[str, ...]
    modules: tuple[str, ...]
    program: Path
    gpu: bool = False

    def command(self, scratch: Path, lease: Lease | None = None, *, confined: bool = True) -> list[str]:
        """The host's command line; its forks may use the lease's devices and read the paths at the end."""
        inner = [*self.readable, str(self.home), str(self.site), *PROC_FILES]
        devices = lease.files if lease else ()
        inner += lease.readable if lease else ()
        program = str(self.program) if confined else ""
        return [self.python, "-s", "-S", "-P", "-B", "-m", "autograder.worker.host",
                str(scratch), ",".join(self.modules), program, ",".join(devices), *inner]  # fmt: skip

    def environment(self, scratch: Path, threads: int, lease: Lease | None = None) -> dict[str, str]:
        """A clean environment: nothing of the trusted side's is inherited."""
        return {
            **dict(lease.environment if lease else ()),
            "PYTHONHOME": str(self.home),
            "PYTHONPATH": str(self.site),
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "PATH": "/usr/bin:/bin",
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LANG": "C.UTF-8",
            "KERAS_BACKEND": "tensorflow",
            "KERAS_HOME": str(scratch),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": str(threads),
        }


def prepare_runtime(cache: Path, packages: tuple[str, ...], *, gpu: bool = False) -> Runtime:
    """Makes (or finds) the view for a set of distributions.

    Args:
        cache: folder for views.
        packages: names of distributions, for example ``("numpy",)``.
        gpu: for workers with a lease on a graphics processor: TensorFlow with the libraries of CUDA.

    Raises:
        EnvironmentFault: a distribution is not installed.
    """
    wanted = _with_dependencies((*packages, *HOST_ONLY, *(CUDA_LIBRARIES if gpu and "tensorflow" in packages else ())))
    entries = {entry.name: entry for name in wanted for entry in _top_level(name)}
    standard = {entry.name: entry for entry in _standard_library()}
    engine = Path(__file__).resolve().parent.parent
    program = compile_filter(gpu=gpu)
    paths = (sorted(map(str, entries.values())), sorted(map(str, standard.values())), str(engine))
    view = cache / hashlib.sha256(repr((sys.version, *paths, program)).encode()).hexdigest()[:16]
    if not view.exists():
        _make_view(view, standard, entries, engine, program)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    readable = [*standard.values(), *entries.values(), engine / "protocol", engine / "worker", *_interpreter_files()]
    real = sorted({os.path.realpath(path) for path in readable})
    system = [path for path in (*SYSTEM_FILES, *DEVICES) if os.path.exists(path)]
    modules = ("tensorflow", "keras") if "tensorflow" in packages else packages
    if not (view / "home" / "lib" / version).is_dir():
        raise EnvironmentFault(f"{view} is not complete: delete it and try again")
    return Runtime(
        python=os.path.realpath(sys.executable),
        home=view / "home",
        site=view / "site",
        readable=(*real, *_system_libraries(), *system),
        modules=tuple(name.replace("-", "_") for name in modules),
        program=view / "site" / FILTER_NAME,
        gpu=gpu,
    )


def _make_view(view: Path, standard: dict[str, Path], entries: dict[str, Path], engine: Path, program: bytes) -> None:
    view.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=view.parent, prefix=".view-"))
    try:
        library = partial / "home" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        bundle = partial / "site" / "autograder"
        for folder in (library, bundle):
            folder.mkdir(parents=True)
        for name, target in standard.items():
            (library / name).symlink_to(target)
        for name, target in entries.items():
            (partial / "site" / name).symlink_to(target)
        (bundle / "__init__.py").write_text(BUNDLE_INIT)
        (partial / "site" / FILTER_NAME).write_bytes(program)
        for name in ("protocol", "worker"):
            (bundle / name).symlink_to(engine / name)
        partial.chmod(0o755)
        try:
            partial.rename(view)
        except OSError:
            if not view.exists():  # otherwise another process has just made the same view
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _with_dependencies(names: tuple[str, ...]) -> list[str]:
    """Installed distributions that these need to run, themselves included; ``name[extra]`` takes its extra as well."""
    found: dict[tuple[str, str], None] = {}
    queue = [Requirement(name) for name in names]
    while queue:
        wanted = queue.pop()
        name = canonicalize_name(wanted.name)
        new = [(name, extra) for extra in ("", *wanted.extras) if (name, extra) not in found]
        if not new:
            continue
        distribution = _distribution(name)
        if distribution is None:
            if name in names and name not in HOST_ONLY:
                raise EnvironmentFault(f"the assignment needs the package {name!r}: pip install {name}")
            continue
        found.update(dict.fromkeys(new))
        for requirement in map(Requirement, distribution.requires or []):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for _, extra in new):
                queue.append(requirement)
    return list(dict.fromkeys(name for name, _ in found))


def _distribution(name: str) -> importlib.metadata.Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        pass
    for candidate in importlib.metadata.packages_distributions().get(name.replace("-", "_"), []):
        return importlib.metadata.distribution(candidate)  # tensorflow-cpu provides tensorflow
    return None


def _top_level(name: str) -> list[Path]:
    """Files and folders of a distribution directly under its site folder."""
    distribution = _distribution(name)
    assert distribution is not None
    site = Path(str(distribution.locate_file("")))
    tops = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    return [site / top for top in sorted(tops) if (site / top).exists()]


def _standard_library() -> list[Path]:
    folder = Path(sysconfig.get_path("stdlib"))
    skipped = {"site-packages", "dist-packages", "__pycache__", "test", "idlelib", "ensurepip"}
    return [entry for entry in sorted(folder.iterdir()) if entry.name not in skipped]


def _interpreter_files() -> list[Path]:
    """The interpreter and the shared library that it may be linked to."""
    folders = {Path(sysconfig.get_config_var("LIBDIR") or "/nonexistent"), Path(sys.base_prefix) / "lib"}
    libraries = [path for folder in folders if folder.is_dir() for path in folder.glob("libpython*.so*")]
    return [Path(os.path.realpath(sys.executable)), *libraries]


def _system_libraries() -> list[str]:
    """Shared libraries of the operating system without its Python packages; links beside their targets."""
    found: set[str] = set()
    for folder in {os.path.realpath(p) for p in ("/lib", "/lib64", "/usr/lib", "/usr/lib64") if os.path.isdir(p)}:
        for entry in os.scandir(folder):
            if entry.name.endswith("-linux-gnu") or ".so" in entry.name:
                found |= {entry.path, os.path.realpath(entry.path)}
    return sorted(found)
