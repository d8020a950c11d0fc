"""Frames (a JSON header and raw bytes) and chunks (what travels between host and trusted side)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"CXR1"
MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_BODY_BYTES = 1024 * 1024 * 1024
MAX_CHUNK_BYTES = 1024 * 1024

_PREFIX = struct.Struct(">4sIQ")
_CHUNK = struct.Struct(">cI")

CONTROL = b"C"
DATA = b"D"


class ProtocolError(Exception):
    """Bytes that are not a valid message, or something that would not become one."""


@dataclass(frozen=True)
class Frame:
    """One message: a JSON object and the bytes that its arrays point into."""

    header: dict[str, object]
    body: bytes = b""


def pack_frame(header: dict[str, object], body: bytes = b"") -> bytes:
    """Bytes of one frame.

    Raises:
        ProtocolError: the header is not JSON, or a part exceeds its bound.
    """
    try:
        text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"header cannot be sent: {error}") from None
    if len(text) > MAX_HEADER_BYTES or len(body) > MAX_BODY_BYTES:
        raise ProtocolError(f"message too large: header {len(text)} bytes, body {len(body)} bytes")
    return _PREFIX.pack(MAGIC, len(text), len(body)) + text + body


class FrameReader:
    """Turns bytes, however they are cut, into frames; does no input or output itself.

    Args:
        max_body_bytes: a frame that announces more is refused before any of it is buffered.
    """

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES):
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()

    def expect(self, max_body_bytes: int) -> None:
        """Bounds the bodies of the frames to come anew."""
        self._max_body_bytes = max_body_bytes

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yields every frame that ``data`` completes.

        Raises:
            ProtocolError: wrong magic, a bound exceeded, or a header that is not a JSON object.
        """
        self._buffer += data
        while len(self._buffer) >= _PREFIX.size:
            magic, header_size, body_size = _PREFIX.unpack_from(self._buffer)
            if magic != MAGIC:
                raise ProtocolError("bytes that are not a message")
            if header_size > MAX_HEADER_BYTES or body_size > self._max_body_bytes:
                raise ProtocolError(f"message announces {header_size} + {body_size} bytes, more than is allowed")
            total = _PREFIX.size + header_size + body_size
            if len(self._buffer) < total:
                return
            head_end = _PREFIX.size + header_size
            header = parse_object(bytes(self._buffer[_PREFIX.size : head_end]))
            body = bytes(memoryview(self._buffer)[head_end:total])
            del self._buffer[:total]
            yield Frame(header, body)

    @property
    def pending(self) -> int:
        """Bytes of an unfinished frame."""
        return len(self._buffer)


def parse_object(text: bytes) -> dict[str, object]:
    """A JSON object in UTF-8, without NaN and infinities.

    Raises:
        ProtocolError: it is something else.
    """
    try:
        header = json.loads(text.decode(), parse_constant=_refuse_constant)  # bytes might be taken for UTF-16
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a header that is not JSON: {error}") from None
    if not isinstance(header, dict):
        raise ProtocolError("a header that is not a JSON object")
    return header


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed")


def pack_chunks(kind: bytes, data: bytes) -> Iterator[bytes]:
    """Cuts ``data`` into chunks of at most ``MAX_CHUNK_BYTES``."""
    view = memoryview(data)
    for start in range(0, max(len(data), 1), MAX_CHUNK_BYTES):
        part = view[start : start + MAX_CHUNK_BYTES]
        yield _CHUNK.pack(kind, len(part)) + part


def pack_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk.

    Raises:
        ProtocolError: the data are larger than ``MAX_CHUNK_BYTES``.
    """
    if len(data) > MAX_CHUNK_BYTES:
        raise ProtocolError(f"a chunk of {len(data)} bytes is too large")
    return _CHUNK.pack(kind, len(data)) + data


class ChunkReader:
    """Turns bytes into ``(kind, data)`` chunks; does no input or output itself."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yields every chunk that ``data`` completes.

        Raises:
            ProtocolError: an unknown kind, or more than ``MAX_CHUNK_BYTES``.
        """
        self._buffer += data
        while len(self._buffer) >= _CHUNK.size:
            kind, size = _CHUNK.unpack_from(self._buffer)
            if kind not in (CONTROL, DATA) or size > MAX_CHUNK_BYTES:
                raise ProtocolError("bytes that are not a chunk")
            total = _CHUNK.size + size
            if len(self._buffer) < total:
                return
            chunk = bytes(memoryview(self._buffer)[_CHUNK.size : total])
            del self._buffer[:total]
            yield kind, chunk
