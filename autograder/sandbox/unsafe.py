"""No walls at all.  Only for submissions that one would run by hand as well."""

from __future__ import annotations

from autograder.sandbox.backend import HostProcess, Mechanisms, popen_host
from autograder.sandbox.names import UNSAFE
from autograder.sandbox.spec import HostSpec


class Unsafe:
    """A host like any other program of the caller's; it has to be asked for by its name."""

    name = UNSAFE
    walls = Mechanisms("nothing", "nothing", "nothing")

    def missing(self) -> str:
        """See ``Backend``."""
        return ""

    def start(self, spec: HostSpec) -> HostProcess:
        """See ``Backend``."""
        command = spec.runtime.command(spec.scratch, spec.lease, confined=False)
        return popen_host(command, env=spec.environment)
