"""What a backend needs to know to start a worker host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.config import Limits
from autograder.errors import EnvironmentFault
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
        devices: files below ``/dev`` that it may open besides, a GPU's for example.  No backend grants any yet:
            each refuses.
    """

    runtime: Runtime
    scratch: Path
    limits: Limits
    threads: int
    devices: tuple[str, ...] = ()

    def refuse_devices(self) -> None:
        """For a backend that cannot grant any.

        Raises:
            EnvironmentFault: devices are asked for.
        """
        if self.devices:
            raise EnvironmentFault(f"no sandbox grants devices yet; asked for: {', '.join(self.devices)}")
