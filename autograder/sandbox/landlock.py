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
        spec.refuse_devices()
        import sandlock

        runtime, scratch = spec.runtime, str(spec.scratch)
        policy = sandlock.Sandbox(
            fs_readable=[*runtime.readable, str(runtime.home), str(runtime.site), "/proc"],
            fs_writable=[scratch, "/dev/null"],
            # It still counts processes that were killed.  A submission's own number is bounded by the watch.
            max_processes=spec.limits.processes * FORKS_PER_HOST,
            clean_env=True,
            env=runtime.environment(spec.scratch, spec.threads),
            cwd=scratch,
            no_coredump=True,
        )
        process = policy.popen(
            runtime.command(spec.scratch), sandlock.StdioMode.PIPED, sandlock.StdioMode.PIPED, sandlock.StdioMode.NULL
        )

        def end() -> None:
            with contextlib.suppress(Exception):
                process.kill()
            process.wait()

        return HostProcess(process.stdin, process.stdout, end, process.pid)
