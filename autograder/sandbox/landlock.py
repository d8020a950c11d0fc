"""Landlock and seccomp by the package ``sandlock``: needs neither root nor namespaces, but Linux 6.12."""

from __future__ import annotations

import contextlib

from autograder.sandbox.backend import HostProcess, Mechanisms
from autograder.sandbox.spec import FORKS_PER_HOST, HostSpec


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
        # CUDA writes the names of its threads there; sandlock takes "self" for whoever asks, and no other process.
        # Denied paths (fs_denied) must not be used: it then opens every file itself, past the inner walls of a fork.
        granted = (*spec.devices, "/proc/self/task") if spec.lease else ()
        policy = sandlock.Sandbox(
            fs_readable=[*spec.readable, "/proc"],
            fs_writable=[scratch, "/dev/null", *granted],
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
