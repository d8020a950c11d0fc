"""What a sandbox is to the rest of the house: a way to start a worker host, and the host that was started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from autograder.sandbox.spec import HostSpec


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
class Mechanisms:
    """By what a sandbox keeps student code from files, the network and other processes."""

    files: str
    network: str
    processes: str


class Backend(Protocol):
    """A way to start a worker host behind walls."""

    name: str
    walls: Mechanisms

    def missing(self) -> str:
        """Why this backend cannot be used here, or "" when it can."""

    def start(self, spec: HostSpec) -> HostProcess:
        """Starts a host; it may write nowhere but in the scratch folder."""


def popen_host(command: list[str], env: dict[str, str]) -> HostProcess:
    """Starts a program that hands its standard input and output to the host."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, bufsize=0,
        start_new_session=True,
    )  # fmt: skip

    def end() -> None:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    return HostProcess(cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout), end, process.pid)
