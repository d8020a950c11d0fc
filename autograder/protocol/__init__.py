"""The wire format between the trusted side and a worker: frames, values and chunks.

Theory of operation.  A *frame* is a JSON header and raw array bytes; a request and its reply are one
frame each.  *Values* (arrays, numbers, text, containers, handles) become a JSON tree in the header
whose arrays point into the frame's bytes.  Nothing here executes or unpickles what it reads: bytes
become a validated value or a ``ProtocolError``, whose owner (the peer or ourselves) the caller knows.
*Chunks* carry frames of a fork through the worker host, beside the host's own control messages.

Only the standard library and NumPy are imported, since a worker loads this package as well.
"""

from .values import ArgumentHandle, Opaque, decode, encode
from .wire import Frame, FrameReader, ProtocolError, pack_frame

__all__ = ["ArgumentHandle", "Frame", "FrameReader", "Opaque", "ProtocolError", "decode", "encode", "pack_frame"]
