"""What a backend needs to know to start a worker host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.config import Limits
from autograder.sandbox.devices import Lease
from autograder.sandbox.runtime import Runtime

FORKS_PER_HOST = 100  # a host is replaced after so many, whatever it reports


@dataclass(frozen=True)
class HostSpec:
    """One worker host: what it may read, write and use.

    Attributes:
        runtime: the interpreter, its view, and all that may be read.
        scratch: the one folder that it may write in.
        limits: of the assignment.
        threads: its share of the cores.
        lease: the graphics processor that it may use, None for none.
    """

    runtime: Runtime
    scratch: Path
    limits: Limits
    threads: int
    lease: Lease | None = None

    @property
    def command(self) -> list[str]:
        """The host's command line."""
        return self.runtime.command(self.scratch, self.lease)

    @property
    def environment(self) -> dict[str, str]:
        """The host's environment, all of it."""
        return self.runtime.environment(self.scratch, self.threads, self.lease)

    @property
    def readable(self) -> tuple[str, ...]:
        """Files and folders that it may read."""
        granted = self.lease.readable if self.lease else ()
        return (*self.runtime.readable, str(self.runtime.home), str(self.runtime.site), *granted)

    @property
    def devices(self) -> tuple[str, ...]:
        """Device files of the lease, to be opened for reading and writing."""
        return self.lease.files if self.lease else ()
