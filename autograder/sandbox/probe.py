"""Live probes of the sandboxes: what a worker really cannot do on this machine."""

from __future__ import annotations

import select
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.config import Limits
from autograder.errors import AutograderError
from autograder.protocol import encode
from autograder.sandbox.backends import Backend, find_backends
from autograder.sandbox.client import WorkerHost
from autograder.sandbox.runtime import prepare_runtime

PROBES = {
    "reading a file of yours": "open({canary!r}).read()",
    "writing beside its scratch folder": "open({canary!r}, 'a').write('x')",
    "a TCP connection to this machine": "__import__('socket').create_connection(('127.0.0.1', {tcp}), 2)",
    "a UDP packet to this machine": "__import__('socket').socket(2, 2).sendto(b'x', ('127.0.0.1', {udp}))",
    "killing its parent": "__import__('os').kill(__import__('os').getppid(), 9)",
    "importing a package that was not named": "__import__('sklearn')",
}
Result = tuple[str, bool, str]


def probe_backends() -> Iterator[tuple[str, list[Result]]]:
    """For each safe backend: ``(probe, refused as it should be, what happened)``."""
    for backend in find_backends():
        reason = backend.missing()
        yield backend.name, [("usable", False, reason)] if reason else _probe(backend)


def _probe(backend: Backend) -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        _listener(socket.SOCK_STREAM) as tcp,
        _listener(socket.SOCK_DGRAM) as udp,
    ):
        canary = Path(folder) / "canary"
        canary.write_text("secret")
        places = {"canary": str(canary), "tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}
        limits = Limits()
        try:
            with WorkerHost(backend, prepare_runtime(Path(folder) / "views", ("numpy",)), limits) as host:
                host.open_fork(limits)
                results = [(name, *_try(host, text.format(**places))) for name, text in PROBES.items()]
        except AutograderError as error:
            return [("starting a worker", False, str(error))]
        heard = {"TCP": _heard(tcp), "UDP": _heard(udp)}
        return [(name, not heard[kind], "NOT refused" if heard[kind] else "nothing arrived")
                if (kind := name.split()[1]) in heard else (name, ok, detail)
                for name, ok, detail in results]  # fmt: skip


def _listener(kind: socket.SocketKind) -> socket.socket:
    listener = socket.socket(socket.AF_INET, kind)
    listener.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener


def _heard(listener: socket.socket) -> bool:
    return bool(select.select([listener], [], [], 0.1)[0])


def _try(host: WorkerHost, expression: str) -> tuple[bool, str]:
    """Evaluates an expression in the worker; it should fail there."""
    tree, body = encode({"source": expression, "name": "probe"})
    frame = host.request({"verb": "define", "args": tree}, body, 30.0)
    if frame.header.get("ok"):
        return False, "NOT refused"
    return True, f"refused ({frame.header['error']['kind']})"
