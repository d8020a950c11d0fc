"""Sandboxes that a worker host is started in; none of them is hand-made.

``sandlock`` (Landlock and seccomp, no root) where the kernel has Landlock's sixth ABI, ``bubblewrap``
(namespaces) elsewhere, and ``none``, which isolates nothing and has to be asked for.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from autograder.config import Limits
from autograder.errors import EnvironmentFault, UsageError
from autograder.sandbox.runtime import Runtime

UNSAFE = "none"
FORKS_PER_HOST = 100  # a host is replaced after so many, whatever it says of itself


@dataclass
class HostProcess:
    """A running worker host: two pipes, a way to end it with all that it started, and the process that it is below.

    ``end`` may be called again, and from another thread: it leaves the pipes alone.  ``pid`` is the sandbox's process
    id as the trusted side sees it; everything that the host starts is below it.
    """

    stdin: BinaryIO
    stdout: BinaryIO
    end: Callable[[], None]
    pid: int

    def close(self) -> None:
        """Closes the pipes and ends the host."""
        for stream in (self.stdin, self.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self.end()


@dataclass(frozen=True)
class Walls:
    """The mechanisms by which a sandbox keeps student code from files, the network and other processes."""

    files: str
    network: str
    processes: str


class Backend(Protocol):
    """A way to start a worker host behind walls."""

    name: str
    walls: Walls

    def missing(self) -> str:
        """Why this backend cannot be used here, or "" when it can."""

    def start(self, runtime: Runtime, scratch: Path, limits: Limits, threads: int) -> HostProcess:
        """Starts the host; it may write nowhere but in ``scratch``."""


class Sandlock:
    """Landlock and seccomp by the ``sandlock`` package; needs neither root nor namespaces."""

    name = "sandlock"
    walls = Walls("Landlock", "Landlock and seccomp", "Landlock's scopes")

    def missing(self) -> str:
        """See ``Backend``."""
        try:
            import sandlock
        except (ImportError, OSError) as error:
            return f"the sandlock package cannot be loaded ({error}): pip install sandlock (Linux only)"
        if sandlock.landlock_abi_version() < sandlock.min_landlock_abi():
            return (
                f"this kernel has Landlock ABI {sandlock.landlock_abi_version()}, sandlock needs "
                f"{sandlock.min_landlock_abi()} (Linux 6.12): use bubblewrap"
            )
        return ""

    def start(self, runtime: Runtime, scratch: Path, limits: Limits, threads: int) -> HostProcess:
        """See ``Backend``."""
        import sandlock

        policy: Any = sandlock.Sandbox(
            fs_readable=[*runtime.readable, str(runtime.home), str(runtime.site), "/proc"],
            fs_writable=[str(scratch), "/dev/null"],
            # It still counts processes that were killed.  A submission's own number is bounded by the watch.
            max_processes=limits.processes * FORKS_PER_HOST,
            clean_env=True,
            env=runtime.environment(scratch, threads),
            cwd=str(scratch),
            no_coredump=True,
        )
        process = policy.popen(
            runtime.command(scratch), sandlock.StdioMode.PIPED, sandlock.StdioMode.PIPED, sandlock.StdioMode.NULL
        )

        def end() -> None:
            with contextlib.suppress(Exception):
                process.kill()
            process.wait()

        return HostProcess(process.stdin, process.stdout, end, process.pid)


class Bubblewrap:
    """Linux namespaces by the ``bwrap`` program: own processes, network, mounts and IPC."""

    name = "bubblewrap"
    walls = Walls("mount namespace", "network namespace", "process namespace")

    def missing(self) -> str:
        """See ``Backend``."""
        program = shutil.which("bwrap")
        if program is None:
            return "the bwrap program is not installed: apt-get install bubblewrap"
        trial = subprocess.run(
            [program, "--unshare-all", "--ro-bind", "/", "/", "--", "true"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return "" if trial.returncode == 0 else f"bwrap cannot make namespaces here: {trial.stderr.strip()[:200]}"

    def start(self, runtime: Runtime, scratch: Path, limits: Limits, threads: int) -> HostProcess:
        """See ``Backend``."""
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
        for key, value in runtime.environment(scratch, threads).items():
            command += ["--setenv", key, value]
        for path in sorted((*runtime.readable, str(runtime.home), str(runtime.site)), key=len):
            if not path.startswith("/dev/"):
                command += ["--ro-bind", path, path]
        for path in ("/lib64", "/lib", "/usr/bin", "/bin"):
            if os.path.islink(path):
                command += ["--symlink", os.readlink(path), path]
        command += ["--proc", "/proc", "--dev", "/dev", "--bind", str(scratch), str(scratch), "--chdir", str(scratch)]
        command += ["--remount-ro", "/dev", "--remount-ro", "/"]  # both are memory, which nobody would count
        return popen_host([*command, "--", *runtime.command(scratch)], env={"PATH": os.environ.get("PATH", "")})


class Unsafe:
    """No walls at all.  Only for submissions that one would run by hand as well."""

    name = UNSAFE
    walls = Walls("nothing", "nothing", "nothing")

    def missing(self) -> str:
        """See ``Backend``."""
        return ""

    def start(self, runtime: Runtime, scratch: Path, limits: Limits, threads: int) -> HostProcess:
        """See ``Backend``."""
        return popen_host(runtime.command(scratch, confined=False), env=runtime.environment(scratch, threads))


def popen_host(command: list[str], env: dict[str, str]) -> HostProcess:
    """Starts a program that hands its standard input and output to the host."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, bufsize=0,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin and process.stdout
    stdin, stdout = process.stdin, process.stdout

    def end() -> None:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    return HostProcess(stdin, stdout, end, process.pid)  # type: ignore[arg-type]


def find_backends() -> list[Backend]:
    """The safe backends, best first."""
    from autograder.sandbox.container import CONTAINERS  # it starts its hosts with what stands above

    return [Sandlock(), Bubblewrap(), *CONTAINERS]


def choose_backend(name: str | None = None) -> Backend:
    """The named backend, or the best that works here.

    Raises:
        UsageError: there is no backend of that name.
        EnvironmentFault: none works; says why, backend by backend.
    """
    if name == UNSAFE:
        return Unsafe()
    known = {backend.name: backend for backend in find_backends()}
    if name is not None and name not in known:
        raise UsageError(f"no sandbox {name!r}; known: {', '.join(known)}")
    reasons = []
    for backend in [known[name]] if name else known.values():
        reason = backend.missing()
        if not reason:
            return backend
        reasons.append(f"{backend.name}: {reason}")
    raise EnvironmentFault(
        "no sandbox can be used on this machine, so student code will not be run:\n  "
        + "\n  ".join(reasons)
        + "\nOn Windows and macOS grade in a Linux virtual machine or container."
    )
