"""Answers requests over a socket: one submission, one fork, one ``Executor``.

A request is ``{"verb", "args": tree}``; a reply is ``{"ok": true, "value": tree}`` or
``{"ok": false, "error": {...}}``.  Both are frames of ``protocol``.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from ..protocol import FrameReader, ProtocolError, decode, encode, pack_frame
from ..protocol.values import ArgumentHandle
from .executor import Executor, MissingName, describe_error

VERBS = frozenset(
    {
        "load",
        "execute",
        "define",
        "call",
        "value",
        "take",
        "functional",
        "describe",
        "weights",
        "assign",
        "predict",
        "gradients",
    }
)


def serve(connection: socket.socket) -> None:
    """Answers until the other side closes the connection."""
    executor, reader = Executor(), FrameReader()
    while data := os.read(connection.fileno(), 1 << 20):
        for frame in reader.feed(data):
            write_all(connection.fileno(), _answer(executor, frame.header, frame.body))


def write_all(descriptor: int, data: bytes) -> None:
    """Writes every byte to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _answer(executor: Executor, header: dict[str, Any], body: bytes) -> bytes:
    try:
        if header.get("verb") not in VERBS:
            raise ProtocolError(f"unknown verb {header.get('verb')!r}")
        arguments = decode(header["args"], body, lambda number, _type: ArgumentHandle(number))
        result = getattr(executor, header["verb"])(**arguments)
        tree, reply_body = encode(result, executor.keep)
        return pack_frame({"ok": True, "value": tree}, reply_body)
    except MissingName as error:
        return pack_frame({"ok": False, "error": {"kind": "NameError", "message": str(error), "traceback": ""}})
    except MemoryError as error:
        return pack_frame({"ok": False, "error": {**describe_error(error), "kind": "MemoryError"}})
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return pack_frame({"ok": False, "error": describe_error(error, executor.sources)})
