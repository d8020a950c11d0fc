"""Live probes of the sandboxes: what a worker really cannot do on this machine, and which mechanism it meets.

Each probe is a piece of Python that a worker evaluates as a submission's code would be, in a fork of its own with
small limits.  It passes when the worker says that it was refused, or was ended for it; where something would arrive
(a packet, a change of a file), the trusted side looks for itself and does not take the worker's word.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.config import Limits
from autograder.errors import AutograderError, ResourceLimit, StudentError, StudentTimeout
from autograder.protocol import encode
from autograder.sandbox.backends import Backend, find_backends
from autograder.sandbox.client import WorkerHost
from autograder.sandbox.runtime import prepare_runtime

LIMITS = Limits(memory_mib=256, processes=8, files=50, file_mib=4, scratch_mib=16)
TIMEOUT_S = 20.0
FILTER, KERNEL, WATCH, CLOCK = (
    "filter of system calls (seccomp)",
    "limit of the kernel",
    "watch on its processes",
    "clock",
)
CALL = "1 // (__import__('ctypes').CDLL(None).{call} + 1)"  # raises where the call gives -1
OS = "__import__('os')"
HOLD = "__import__('time').sleep(10)"


@dataclass(frozen=True)
class Probe:
    """Something that student code must not be able to do.

    ``by`` names the mechanism, or the part of the backend's ``walls`` that has one; ``source`` is an expression;
    ``limits`` are changes to ``LIMITS``, ``timeout_s`` the wall time.  What is ``harmless_alone`` does no harm where
    each submission has a host of its own, which it has where the kernel has no Landlock for its fork.
    """

    what: str
    by: str
    source: str
    limits: dict[str, Any] | None = None
    timeout_s: float = TIMEOUT_S
    harmless_alone: bool = False


PROBES = (
    Probe("read a file of yours", "files", "open({canary!r}).read()"),
    Probe("list a folder of yours", "files", "__import__('os').listdir({folder!r}).index('canary')"),
    Probe("write to a file of yours", "files", "open({canary!r}, 'a').write('x')"),
    Probe("write outside its scratch folder", "files", "open('/autograder-probe', 'w').write('x')"),
    Probe("change the rights of a file of yours", FILTER, "__import__('os').chmod({canary!r}, 0o777)"),
    Probe("import a package that was not named", "files", "__import__('sklearn')"),
    Probe("see your environment", "clean environment", "__import__('os').environ[{variable!r}]"),
    Probe("open a TCP connection", "network", "__import__('socket').create_connection(('127.0.0.1', {tcp}), 2)"),
    Probe("send a UDP packet", "network", "__import__('socket').socket(2, 2).sendto(b'x', ('127.0.0.1', {udp}))"),
    Probe("signal the grader", "processes", "__import__('os').kill({grader}, 0)"),
    Probe("signal its own host", "processes", "__import__('os').kill(__import__('os').getppid(), 0)",
          harmless_alone=True),
    Probe("lower the limits of its host", FILTER,
          "__import__('resource').prlimit(__import__('os').getppid(), 4, (0, 0))"),
    Probe("make a namespace of its own", FILTER, CALL.format(call="unshare(0x10000000)")),
    Probe("use io_uring, which no filter sees into", FILTER, CALL.format(call="syscall(425, 1, 0)")),
    Probe("share memory that is charged to nobody", FILTER, "__import__('mmap').mmap(-1, 4096)"),
    Probe("take more memory than allowed, in one process", KERNEL, "len(b'x' * (1 << 30))"),
    Probe("take more memory than allowed, in several", WATCH,
          "[__import__('os').fork() or (bytearray(b'x') * (100 << 20), " + HOLD + ") for _ in range(4)] and " + HOLD),
    Probe("start more processes than allowed", WATCH,
          "[__import__('os').fork() or " + HOLD + " for _ in range(12)] and " + HOLD),
    Probe("write a larger file than allowed", KERNEL, "open('large', 'wb').write(bytes(8 << 20))"),
    Probe("write more files than allowed", WATCH,
          "[open(str(n), 'w').close() for n in range(100)] and " + HOLD),
    Probe("compute for longer than allowed", KERNEL, "all(iter(int, 1)) or sum(iter(int, 1))", {"cpu_s": 1}),
    Probe("sleep for longer than allowed", CLOCK, HOLD, None, 0.5),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What became of a probe; ``ok`` when student code was kept from it."""

    what: str
    by: str
    ok: bool
    detail: str


def probe_backends(only: str | None = None) -> Iterator[tuple[str, str, list[Finding]]]:
    """For each backend its name, why it cannot be used here ("" when it can), and what was found."""
    for backend in find_backends():
        if only not in (None, backend.name):
            continue
        reason = backend.missing()
        yield backend.name, reason, [] if reason else probe(backend)


def probe(backend: Backend) -> list[Finding]:
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
        places = {"canary": str(canary), "folder": folder, "variable": variable, "grader": os.getpid(),
                  "tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}  # fmt: skip
        try:
            with WorkerHost(backend, prepare_runtime(Path(folder) / "views", ("numpy",)), LIMITS) as host:
                findings = [_find(host, probe, places) for probe in PROBES]
                findings.append(_leave_a_process(host))
        except AutograderError as error:
            return [Finding("start a worker", backend.name, False, str(error))]
        seen = {
            "open a TCP connection": _heard(tcp),
            "send a UDP packet": _heard(udp),
            "write to a file of yours": canary.read_text() != "secret",
            "change the rights of a file of yours": canary.stat().st_mode != rights,
        }
    return [replace(f, ok=False, detail="NOT refused") if seen.get(f.what) else f for f in findings]


def _find(host: WorkerHost, probe: Probe, places: dict[str, object]) -> Finding:
    by = str(getattr(host.backend.walls, probe.by, probe.by))
    host.open_fork(replace(LIMITS, **(probe.limits or {})))
    try:
        ok, detail = _ask(host, probe.source.format(**places), probe.timeout_s)
    finally:
        host.end_fork()
    if not ok and probe.harmless_alone and not host.confines:
        ok, detail = True, "possible; harmless, since each submission has a host of its own"
    return Finding(probe.what, by, ok, detail)


def _ask(host: WorkerHost, source: str, timeout_s: float) -> tuple[bool, str]:
    tree, body = encode({"source": source, "name": "probe"})
    try:
        frame = host.request({"verb": "define", "args": tree}, body, timeout_s)
    except (ResourceLimit, StudentTimeout) as error:
        return True, f"ended: {error}"
    except StudentError as error:
        return False, f"the worker was lost: {error}"
    if frame.header.get("ok"):
        return False, "NOT refused"
    return True, f"refused ({frame.header['error']['kind']})"


def _leave_a_process(host: WorkerHost) -> Finding:
    """A process in a session of its own must be gone when its fork has ended."""
    host.start()
    before = host.processes()
    host.open_fork(LIMITS)
    # A child in a session of its own and its child; both say that they are there.
    source = f"""(p := {OS}.pipe()) and ({OS}.fork() or ({OS}.setsid(), {OS}.fork(), {OS}.write(p[1], b"x"), {HOLD}))
        and {OS}.read(p[0], 1) + {OS}.read(p[0], 1)"""
    with contextlib.suppress(AutograderError):
        _ask(host, f"({source})", TIMEOUT_S)
    started = host.processes() - before if host.has_fork else frozenset[int]()
    host.end_fork()
    left = [pid for pid in started if Path(f"/proc/{pid}").exists()]
    detail = f"{len(left)} left" if left else f"{len(started)} processes ended with their fork"
    return Finding("leave a process behind", "worker host", len(started) > 2 and not left, detail)


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
