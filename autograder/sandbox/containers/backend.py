"""The backend that starts hosts in containers.

Theory of operation.  ``podman``, ``docker`` and ``apptainer`` are driven by their command lines
(``programs``).  What ``Runtime`` names is bound into an empty root file system, read-only and at the same
places, as ``bubblewrap`` does it; only the scratch folder can be written.  There is no network, no capability, no
environment but the runtime's, and student code is not root: it runs as the caller, or as ``nobody`` (who is given the
scratch folder) where the caller is root.  podman and docker add their own filter of system calls; cgroups bound the
memory and the number of tasks where the caller may use them.

Bytes pass unchanged: podman hands the pipes themselves to the host (``passthrough``), docker's client copies them and
nothing is logged.  A host quits by itself when its standard input ends, so it does not outlive the trusted side; to end
one at once, the container is removed by its name, since the end of the client is not the end of the container.

That a program is installed does not mean that it can run a container: ``missing`` starts one, as a host would be
started, and looks at what it wrote.  Where that fails, the program's other ways are tried, from the strictest to the
plainest.

Where the kernel has no Landlock, there is no inner wall either, and each submission gets a host of its own.

What was run for real, with cgroups of the first version: podman 4.3, as root and rootless; docker 20.10, as root, by a
member of its group, and rootless.  ``apptainer`` was NEVER run: its words follow its manual (1.1 or newer), and only
the trial above can show that they are right.  None was run on a kernel without Landlock; that was imitated by leaving
it out.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import select
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.config import Limits
from autograder.errors import EnvironmentFault
from autograder.sandbox.backend import HostProcess, Mechanisms, popen_host
from autograder.sandbox.containers.programs import (
    NOBODY,
    Apptainer,
    ContainerSpec,
    Docker,
    Podman,
    Program,
    Way,
    ask,
    client_environment,
    last_words,
)
from autograder.sandbox.runtime import prepare_runtime
from autograder.sandbox.spec import HostSpec

START_LIMIT_S = 180.0
BOOT = Path("/proc/sys/kernel/random/boot_id")  # differs from one machine to the next
TRIAL = f"import sys; open(sys.argv[1] + '/trial', 'w').write(open('{BOOT}').read())"


class Container:
    """Hosts in containers of one program."""

    walls = Mechanisms("bind mounts", "network namespace", "process namespace")

    def __init__(self, program: Program):
        self.name, self.program = program.name, program

    def missing(self) -> str:
        """See ``Backend``."""
        try:
            _ = self._way
        except EnvironmentFault as fault:
            return str(fault)
        return ""

    def start(self, spec: HostSpec) -> HostProcess:
        """See ``Backend``.  Returns when the host has sent its first byte, since it has a process id then.

        Raises:
            EnvironmentFault: the program cannot run containers here.
        """
        way = self._way
        with contextlib.ExitStack() as stack:
            container = stack.enter_context(_furnished(self.program, spec, spec.command))
            client = popen_host(self.program.run(container, way), env=client_environment())
            select.select([client.stdout], [], [], START_LIMIT_S)
            host = _host(self.program, container) or client.pid
            removal = stack.pop_all()

        def end() -> None:
            removal.close()
            client.end()

        return HostProcess(client.stdin, client.stdout, end, host)

    @functools.cached_property
    def _way(self) -> Way:
        """The first way in which the program really runs a container."""
        program = self.program
        if shutil.which(program.name) is None:
            raise EnvironmentFault(program.install)
        for way in program.ways:
            fault = _try(program, way)
            if not fault:
                return way
        raise EnvironmentFault(f"{program.name} cannot run a container here: {fault}; {program.advice}")


CONTAINERS = (Container(Podman()), Container(Docker()), Container(Apptainer()))
"""Best first: rootless needs no daemon, and what was never run comes last."""


def _try(program: Program, way: Way) -> str:
    """Runs a container that writes a file and ends; what went wrong, or ""."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = prepare_runtime(Path(folder) / "views", ())
        scratch = Path(folder) / "scratch"
        scratch.mkdir(mode=0o700)
        command = [runtime.python, "-s", "-S", "-P", "-B", "-c", TRIAL, str(scratch)]
        with _furnished(program, HostSpec(runtime, scratch, Limits(), threads=1), command) as container:
            done = ask(program.run(container, way))
        written = scratch / "trial"
        if done.returncode != 0:
            return last_words(done)
        if not written.exists() or written.read_text() != BOOT.read_text():
            return "what it writes does not arrive here: its containers seem to run on another machine"
        return ""


@contextlib.contextmanager
def _furnished(program: Program, spec: HostSpec, command: list[str]) -> Iterator[ContainerSpec]:
    """A container that can be run, its scratch folder owned by its user; afterwards nothing is left of it."""
    scratch = spec.scratch
    readable = _outermost(spec.readable)
    for path in (*readable, str(scratch), *spec.devices):
        if set(path) & set(',:"'):
            raise EnvironmentFault(f"{path}: a container cannot be given a path with a comma, a colon or a quote")
    if os.geteuid() == 0:
        os.chown(scratch, NOBODY, NOBODY)
    root, name = Path(tempfile.mkdtemp(prefix="skeleton-")), f"autograder-{secrets.token_hex(8)}"
    root.chmod(0o755)
    container = ContainerSpec(name, root, scratch, readable, spec.environment, spec.limits, command, spec.devices)
    try:
        program.prepare(container)
        yield container
    finally:
        _remove(program, container)
        shutil.rmtree(root, ignore_errors=True)


def _host(program: Program, container: ContainerSpec) -> int:
    """The host's process id, 0 where it is below the program's own; a host that cannot be found is ended."""
    command = program.find(container)
    if not command:
        return 0
    found = ask(command).stdout.strip()
    if found.isdigit() and int(found) > 0:
        return int(found)
    _remove(program, container)  # what cannot be watched may not run: the trusted side reads the end of its output
    return 0


def _remove(program: Program, container: ContainerSpec) -> None:
    if command := program.remove(container):
        ask(command)


def _outermost(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Paths without those that lie below another; each container has ``/dev``, ``/proc`` and ``/sys`` of its own."""
    kept: dict[str, None] = {}
    for path in sorted(paths, key=len):
        own = path.startswith(("/dev/", "/proc/", "/sys/")) or path == "/sys"
        if not own and not any(str(parent) in kept for parent in Path(path).parents):
            kept[path] = None
    return tuple(kept)
