"""Live probes of the sandboxes: what a worker really cannot do on this machine, and which mechanism stops it.

Each probe is a function of ``trespasses``, which a worker runs as it would run a submission's code, in a fork of its
own with small limits.  The probe passes when the worker reports that it was refused, or was ended for it; where
something would arrive (a packet, a change of a file), the trusted side looks for itself and does not trust the
worker's report.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import select
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.config import Limits
from autograder.errors import AutograderError, ResourceLimit, StudentError, StudentTimeout
from autograder.protocol.values import Value
from autograder.protocol.verbs import Raised
from autograder.sandbox import trespasses
from autograder.sandbox.backend import Backend
from autograder.sandbox.choice import find_backends
from autograder.sandbox.errand import send
from autograder.sandbox.fork import Fork
from autograder.sandbox.host import Host
from autograder.sandbox.runtime import prepare_runtime

LIMITS = Limits(memory_mib=256, processes=8, files=50, file_mib=4, scratch_mib=16)
TIMEOUT_S = 20.0
FILTER, KERNEL, WATCH, CLOCK = (
    "filter of system calls (seccomp)",
    "limit of the kernel",
    "watch on its processes",
    "clock",
)


@dataclass(frozen=True)
class Probe:
    """Something that student code must not be able to do.

    Attributes:
        what: as a table of ``autograder doctor`` names it.
        by: the mechanism, or the field of the backend's ``walls`` that names it.
        action: tries it; its parameters are names of places that a probe is told.
        cpu_s: processor time, where it differs from that of ``LIMITS``.
        timeout_s: wall time.
        harmless_alone: it does no harm where each submission has a host of its own, as it does where the kernel has
            no Landlock for its fork.
    """

    what: str
    by: str
    action: Callable[..., object]
    cpu_s: int = LIMITS.cpu_s
    timeout_s: float = TIMEOUT_S
    harmless_alone: bool = False


PROBES = (
    Probe("read a file of yours", "files", trespasses.read),
    Probe("list a folder of yours", "files", trespasses.list_folder),
    Probe("write to a file of yours", "files", trespasses.append),
    Probe("write outside its scratch folder", "files", trespasses.write_outside),
    Probe("change the rights of a file of yours", FILTER, trespasses.change_rights),
    Probe("import a package that was not named", "files", trespasses.import_unnamed),
    Probe("see your environment", "clean environment", trespasses.read_environment),
    Probe("open a TCP connection", "network", trespasses.connect_tcp),
    Probe("send a UDP packet", "network", trespasses.send_udp),
    Probe("signal the grader", "processes", trespasses.signal_grader),
    Probe("signal its own host", "processes", trespasses.signal_host, harmless_alone=True),
    Probe("lower the limits of its host", FILTER, trespasses.lower_limits_of_host),
    Probe("make a namespace of its own", FILTER, trespasses.make_namespace),
    Probe("use io_uring, which no filter sees into", FILTER, trespasses.use_io_uring),
    Probe("see which files others make", FILTER, trespasses.watch_folder),
    Probe("hide a file in a socket", FILTER, trespasses.send_file),
    Probe("use a right of root's", "no capabilities", trespasses.keep_capabilities),
    Probe("share memory that is charged to nobody", FILTER, trespasses.share_memory),
    Probe("fill page tables", KERNEL, trespasses.reserve_addresses),
    Probe("take more memory than allowed, in one process", KERNEL, trespasses.take_memory),
    Probe("take more memory than allowed, in several", WATCH, trespasses.take_memory_in_several),
    Probe("start more processes than allowed", WATCH, trespasses.start_processes),
    Probe("write a larger file than allowed", KERNEL, trespasses.write_large_file),
    Probe("write more files than allowed", WATCH, trespasses.write_many_files),
    Probe("compute for longer than allowed", KERNEL, trespasses.compute_for_ever, cpu_s=1),
    Probe("sleep for longer than allowed", CLOCK, trespasses.hold, timeout_s=0.5),
)


@dataclass(frozen=True)
class ProbeResult:
    """What became of a probe; ``ok`` when student code was kept from it."""

    what: str
    by: str
    ok: bool
    detail: str


def probe_backends(only: str | None = None) -> Iterator[tuple[str, str, list[ProbeResult]]]:
    """For each backend its name, why it cannot be used here ("" when it can), and what was found."""
    for backend in find_backends():
        if only not in (None, backend.name):
            continue
        reason = backend.missing()
        yield backend.name, reason, [] if reason else probe(backend)


def probe(backend: Backend) -> list[ProbeResult]:
    """All probes behind one sandbox."""
    with (
        tempfile.TemporaryDirectory(prefix="autograder-probe-") as folder,
        _listener(socket.SOCK_STREAM) as tcp,
        _listener(socket.SOCK_DGRAM) as udp,
        _variable() as variable,
    ):
        canary = Path(folder) / "canary"
        canary.write_text("secret")
        rights = canary.stat().st_mode
        places: dict[str, Value] = {
            "canary": str(canary),
            "folder": folder,
            "variable": variable,
            "grader": os.getpid(),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
        }
        try:
            with Host(backend, prepare_runtime(Path(folder) / "views", ("numpy",)), LIMITS) as host:
                findings = [_find(host, probe, places) for probe in PROBES]
                findings.append(_leave_a_process(host))
        except AutograderError as error:
            return [ProbeResult("start a worker", backend.name, False, str(error))]
        seen = {
            "open a TCP connection": _heard(tcp),
            "send a UDP packet": _heard(udp),
            "write to a file of yours": canary.read_text() != "secret",
            "change the rights of a file of yours": canary.stat().st_mode != rights,
        }
    return [replace(f, ok=False, detail="NOT refused") if seen.get(f.what) else f for f in findings]


def _find(host: Host, probe: Probe, places: dict[str, Value]) -> ProbeResult:
    by = str(getattr(host.backend.walls, probe.by, probe.by))
    fork = host.fork(replace(LIMITS, cpu_s=probe.cpu_s))
    told = {name: places[name] for name in inspect.signature(probe.action).parameters}
    try:
        ok, detail = _try(fork, probe.action, told, probe.timeout_s)
    finally:
        fork.end()
    if not ok and probe.harmless_alone and not host.confines:
        ok, detail = True, "possible; harmless, since each submission has a host of its own"
    return ProbeResult(probe.what, by, ok, detail)


def _try(fork: Fork, action: Callable[..., object], told: dict[str, Value], timeout_s: float) -> tuple[bool, str]:
    """Whether a worker was kept from an action, and how."""
    try:
        answer = send(fork, action, told, timeout_s)
    except (ResourceLimit, StudentTimeout) as error:
        return True, f"ended: {error}"
    except StudentError as error:
        return False, f"the worker was lost: {error}"
    return (True, f"refused ({answer.kind})") if isinstance(answer, Raised) else (False, "NOT refused")


def _leave_a_process(host: Host) -> ProbeResult:
    """A process in a session of its own must be gone when its fork has ended."""
    host.start()
    before = host.processes()
    fork = host.fork(LIMITS)
    with contextlib.suppress(AutograderError):
        _try(fork, trespasses.leave_processes, {}, TIMEOUT_S)
    started = host.processes() - before if fork.alive else frozenset[int]()
    fork.end()
    left = [pid for pid in started if Path(f"/proc/{pid}").exists()]
    detail = f"{len(left)} left" if left else f"{len(started)} processes ended with their fork"
    return ProbeResult("leave a process behind", "worker host", len(started) > 2 and not left, detail)


def _listener(kind: socket.SocketKind) -> socket.socket:
    listener = socket.socket(socket.AF_INET, kind)
    listener.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener


def _heard(listener: socket.socket) -> bool:
    return bool(select.select([listener], [], [], 0.1)[0])


@contextlib.contextmanager
def _variable() -> Iterator[str]:
    name = "AUTOGRADER_PROBE_SECRET"
    os.environ[name] = "secret"
    try:
        yield name
    finally:
        del os.environ[name]
