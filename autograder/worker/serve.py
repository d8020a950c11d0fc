"""Answers requests over a socket: one submission, one fork, one ``Executor``."""

from __future__ import annotations

import os
import socket

from ..protocol import Frame, FrameReader
from ..protocol.verbs import Raised, pack_answer, pack_raised, parse_request
from .executor import Executor, MissingName, describe_error


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


def _answer(executor: Executor, header: dict[str, object], body: bytes) -> bytes:
    try:
        answer = executor.answer(parse_request(Frame(header, body)))
        return pack_answer(answer, executor.keep)
    except MissingName as error:
        return pack_raised(Raised("NameError", str(error), ""))
    except MemoryError as error:
        told = describe_error(error)
        return pack_raised(Raised("MemoryError", told.message, told.traceback))
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return pack_raised(describe_error(error, executor.sources))
