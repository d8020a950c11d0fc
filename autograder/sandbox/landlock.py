"""Landlock and seccomp by the package ``sandlock``: needs neither root nor namespaces, but Linux 6.12."""

from __future__ import annotations

import contextlib
import os

from autograder.sandbox.backend import HostProcess, Mechanisms
from autograder.sandbox.spec import FORKS_PER_HOST, HostSpec

TREES = ("/proc/fs", "/proc/irq", "/proc/sys/net")  # denied whole: their files come and go


class Sandlock:
    """The default where the kernel has Landlock's sixth ABI."""

    name = "sandlock"
    walls = Mechanisms("Landlock", "Landlock and seccomp", "Landlock's scopes")

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

    def start(self, spec: HostSpec) -> HostProcess:
        """See ``Backend``."""
        import sandlock

        scratch = str(spec.scratch)
        # CUDA writes the names of its threads into /proc.  sandlock lets nobody there who is outside of the sandbox.
        granted = (*spec.devices, "/proc") if spec.lease else ()
        policy = sandlock.Sandbox(
            fs_readable=[*spec.readable, "/proc"],
            fs_writable=[scratch, "/dev/null", *granted],
            fs_denied=_settings_of_the_machine() if spec.lease else (),
            # It still counts processes that were killed.  A submission's own number is bounded by the watch.
            max_processes=spec.limits.processes * FORKS_PER_HOST,
            clean_env=True,
            env=spec.environment,
            cwd=scratch,
            no_coredump=True,
        )
        process = policy.popen(
            spec.command, sandlock.StdioMode.PIPED, sandlock.StdioMode.PIPED, sandlock.StdioMode.NULL
        )

        def end() -> None:
            with contextlib.suppress(Exception):
                process.kill()
            process.wait()

        return HostProcess(process.stdin, process.stdout, end, process.pid)


def _settings_of_the_machine() -> list[str]:
    """What this user, root above all, could change below ``/proc`` that is not of a process."""
    denied = [path for path in TREES if os.path.isdir(path)]
    for name in os.listdir("/proc"):
        path = f"/proc/{name}"
        if name.isdigit() or path in TREES or os.path.islink(path):
            continue
        if not os.path.isdir(path):
            denied += [path] if _can_be_written(path) else []
        for folder, folders, files in os.walk(path):
            folders[:] = [each for each in folders if f"{folder}/{each}" not in TREES]
            denied += [f"{folder}/{file}" for file in files if _can_be_written(f"{folder}/{file}")]
    return denied


def _can_be_written(path: str) -> bool:
    """By its mode as well: root may open whatever has no handler for writing."""
    try:
        return bool(os.stat(path).st_mode & 0o222) and os.access(path, os.W_OK)
    except OSError:
        return True  # gone, or not for us to look at
