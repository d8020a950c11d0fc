"""The three programs that can run containers here, as command lines; ``Container`` is the backend that uses them.

No image is fetched.  A container's root file system is a skeleton of mount points and links into which the runtime is
bound: a folder for podman and apptainer, an image of three links for docker.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import resource
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.config import Limits
from autograder.errors import EnvironmentFault
from autograder.sandbox.cgroup import HOST_MIB, HOST_TASKS
from autograder.sandbox.watch import MIB, THREADS_PER_PROCESS

NOBODY = 65534
OPEN_FILES = 1024
MOST_TASKS_OF_USER = 32768  # podman asks for more than it may, where root lacks CAP_SYS_RESOURCE
COMMAND_LIMIT_S = 60.0
POINTS = ("/dev", "/etc", "/proc", "/run", "/sys", "/tmp")
LINKS = ("/bin", "/lib", "/lib64", "/usr/bin", "/usr/lib64")  # of a system that keeps these below /usr
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY")
CLIENT_ENVIRONMENT = (
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "DOCKER_HOST", "DOCKER_CONTEXT",
    "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY",
)  # fmt: skip
"""What the programs themselves need.  The rest could change what they do (``APPTAINER_BIND``), or is private."""


@dataclass(frozen=True)
class ContainerSpec:
    """What a container consists of, whichever program runs it.

    ``root`` is a folder for its root file system; ``readable`` is bound at its own places, as ``scratch`` is;
    ``devices`` are device files.
    """

    name: str
    root: Path
    scratch: Path
    readable: tuple[str, ...]
    environment: dict[str, str]
    limits: Limits
    command: list[str]
    devices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """One way to run a container: words before the verb, whether cgroups bound it, and whether its user is root.

    Root in a container of rootless docker is the caller outside of it; elsewhere root could not write the scratch
    folder, so that way is not found to work.
    """

    before: tuple[str, ...] = ()
    bounded: bool = True
    as_root: bool = False


class Program(Protocol):
    """A command line that runs containers."""

    name: str
    install: str
    advice: str
    ways: tuple[Way, ...]

    def prepare(self, container: ContainerSpec) -> None:
        """Makes the container's root file system."""

    def run(self, container: ContainerSpec, way: Way) -> list[str]:
        """The command that runs the container."""

    def find(self, container: ContainerSpec) -> list[str]:
        """The command that prints the process id of the host, empty where the host is below the program itself."""

    def remove(self, container: ContainerSpec) -> list[str]:
        """The command that ends the container with all that is in it, empty where the program's own end does that."""


class Podman:
    """Rootless or as root; its root file system is a folder, so that it needs neither images nor a storage driver."""

    name = "podman"
    install = "the podman program is not installed: apt-get install podman (version 4 or newer)"
    advice = (
        "podman has to be version 4 or newer, with crun or runc (apt-get install runc); rootless it needs the package "
        "uidmap and a range for you in /etc/subuid and /etc/subgid"
    )
    ways: tuple[Way, ...] = (Way(), Way(before=("--runtime", "runc")), Way(bounded=False))

    def prepare(self, container: ContainerSpec) -> None:
        """See ``Program``."""
        _make_skeleton(container)

    def run(self, container: ContainerSpec, way: Way) -> list[str]:
        """See ``Program``."""
        most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        tasks = MOST_TASKS_OF_USER if most == resource.RLIM_INFINITY else min(most, MOST_TASKS_OF_USER)
        return [
            *("podman", *way.before, "run", *_box(container)),
            *("--log-driver", "passthrough", "--read-only-tmpfs=false", "--http-proxy=false", "--no-hosts"),
            *("--ulimit", f"nproc={tasks}:{tasks}", "--user", _user()),
            *(() if os.geteuid() == 0 else ("--userns", "keep-id")),
            *(_bounds(container.limits) if way.bounded else ("--cgroups", "disabled")),
            *("--rootfs", str(container.root), *container.command),
        ]

    def find(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return ["podman", "container", "inspect", "--format", "{{.State.Pid}}", container.name]

    def remove(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return ["podman", "rm", "--force", "--time", "0", container.name]


class Docker:
    """The daemon runs as root: who may use it is as good as root on this machine, but student code is not."""

    name = "docker"
    install = "the docker program is not installed: apt-get install docker.io"
    advice = "the daemon has to run on this machine, and you have to be in the group docker"
    ways: tuple[Way, ...] = (Way(), Way(as_root=True))

    def prepare(self, container: ContainerSpec) -> None:
        """Imports an image of a few links, unless it is there."""
        if ask(["docker", "image", "inspect", self._image()]).returncode != 0:
            done = ask(["docker", "import", "-", self._image()], _skeleton_archive())
            if done.returncode != 0:
                raise EnvironmentFault(f"docker cannot make an image: {last_words(done)}; {self.advice}")

    def run(self, container: ContainerSpec, way: Way) -> list[str]:
        """See ``Program``."""
        proxies = [word for name in PROXIES for key in (name, name.lower()) for word in ("--env", f"{key}=")]
        return [
            *("docker", *way.before, "run", *_box(container), *proxies),  # else the client fills these in
            *("--log-driver", "none", "--pull", "never", "--init=false"),
            *("--user", "0:0" if way.as_root else _user(), *_bounds(container.limits)),
            *(self._image(), *container.command),
        ]

    def find(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return ["docker", "container", "inspect", "--format", "{{.State.Pid}}", container.name]

    def remove(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return ["docker", "rm", "--force", container.name]

    def _image(self) -> str:
        return f"autograder-skeleton:{hashlib.sha256(repr(_links()).encode()).hexdigest()[:12]}"


class Apptainer:
    """For clusters.  It has no filter of system calls of its own, and ``/dev/shm`` is there.  Never run by us."""

    name = "apptainer"
    install = "the apptainer program is not installed: ask who runs the cluster (1.1 or newer), or use podman"
    advice = "apptainer needs user namespaces, or to be installed setuid root"
    ways: tuple[Way, ...] = (Way(), Way(bounded=False))

    def prepare(self, container: ContainerSpec) -> None:
        """See ``Program``."""
        _make_skeleton(container)

    def run(self, container: ContainerSpec, way: Way) -> list[str]:
        """See ``Program``."""
        variables = {key: value for key, value in container.environment.items() if key != "HOME"}  # it may not be set
        scratch = str(container.scratch)
        return [
            *("apptainer", *way.before, "exec", "--containall", "--no-mount", "home,tmp,cwd,hostfs,bind-paths"),
            *("--net", "--network", "none", "--uts", "--no-privs", "--no-eval", "--no-init", "--pwd", scratch),
            *(("--security", f"uid:{NOBODY}", "--security", f"gid:{NOBODY}") if os.geteuid() == 0 else ()),
            *(word for key, value in variables.items() for word in ("--env", f"{key}={value}")),
            *(word for path in container.readable for word in ("--bind", f"{path}:{path}:ro")),
            *(word for path in container.devices for word in ("--bind", f"{path}:{path}")),
            *("--bind", f"{scratch}:{scratch}:rw", *(_bounds(container.limits) if way.bounded else ())),
            *(str(container.root), *container.command),
        ]

    def find(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return []

    def remove(self, container: ContainerSpec) -> list[str]:
        """See ``Program``."""
        return []


def _make_skeleton(container: ContainerSpec) -> None:
    """A mount point for each path: in rootless podman its own would belong to somebody else and stay."""
    for path in (*POINTS, *container.readable, str(container.scratch)):
        point = container.root / path[1:]
        if os.path.isdir(path):
            point.mkdir(parents=True, exist_ok=True)
        else:
            point.parent.mkdir(parents=True, exist_ok=True)
            point.touch()
    for path, target in _links().items():
        link = container.root / path[1:]
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)


def _skeleton_archive() -> bytes:
    """The links alone: docker makes the mount points in a layer that goes with the container."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, target in _links().items():
            entry = tarfile.TarInfo(path[1:])
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return buffer.getvalue()


def _links() -> dict[str, str]:
    return {path: os.readlink(path) for path in LINKS if os.path.islink(path)}


def _box(container: ContainerSpec) -> list[str]:
    """The words that podman and docker have in common."""
    scratch = str(container.scratch)
    return [
        *("--rm", "--interactive", "--name", container.name, "--hostname", "worker", "--workdir", scratch),
        *("--network", "none", "--ipc", "none", "--read-only", "--cap-drop", "all"),
        *("--security-opt", "no-new-privileges"),
        *("--security-opt", "label=disable"),  # else SELinux hides what is bound, and relabelling it would spoil it
        *("--ulimit", "core=0:0", "--ulimit", f"nofile={OPEN_FILES}:{OPEN_FILES}"),
        *(word for key, value in container.environment.items() for word in ("--env", f"{key}={value}")),
        *(word for p in container.readable for word in ("--mount", f"type=bind,source={p},target={p},readonly")),
        *("--mount", f"type=bind,source={scratch},target={scratch}"),
        *(word for path in container.devices for word in ("--device", f"{path}:{path}:rw")),
    ]


def _bounds(limits: Limits) -> list[str]:
    """The last resort of cgroups, a little above what the trusted side itself watches for."""
    tasks = THREADS_PER_PROCESS * limits.processes + HOST_TASKS
    return ["--pids-limit", str(tasks), "--memory", str((limits.memory_mib + HOST_MIB) * MIB)]


def _user() -> str:
    return f"{NOBODY}:{NOBODY}" if os.geteuid() == 0 else f"{os.geteuid()}:{os.getegid()}"


def client_environment() -> dict[str, str]:
    """The environment in which the programs run; nothing of it is passed on."""
    return {key: os.environ[key] for key in CLIENT_ENVIRONMENT if key in os.environ}


def ask(command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Runs a command of a program's to its end, which takes at most ``COMMAND_LIMIT_S`` seconds."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=COMMAND_LIMIT_S, check=False, env=client_environment()
        )
        output, errors = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(command, done.returncode, output, errors)
    return subprocess.CompletedProcess(command, 1, "", f"no answer in {COMMAND_LIMIT_S:g} s")


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Why a command failed, as it says itself."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return " ".join(lines[-3:])[-300:] or f"exit code {done.returncode}"
