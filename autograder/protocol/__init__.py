"""The wire format between the trusted side and a worker: frames, values, verbs and control messages.

Theory of operation.  A *frame* (``wire``) is a JSON header and raw array bytes; a request and its reply are one frame
each.  *Values* (``values``: arrays, numbers, text, containers, handles) become a JSON tree in the header whose arrays
point into the frame's bytes.  ``verbs`` is the table of what may be asked and of the form of each answer, checked on
both sides (``forms``).  *Chunks* carry the frames of a fork through the worker host, beside the host's own messages
(``control``).  ``functions`` turns a function of a grader's into text that a worker can run.

Nothing here executes or unpickles what it reads: bytes become a validated message or a ``ProtocolError``, whose owner
(the peer or ourselves) the caller knows.

Only the standard library and NumPy are imported, since a worker loads this package as well.
"""

from .values import ArgumentHandle, Opaque, Value, decode, encode
from .wire import Frame, FrameReader, ProtocolError, pack_frame

__all__ = [
    "ArgumentHandle", "Frame", "FrameReader", "Opaque", "ProtocolError", "Value", "decode", "encode", "pack_frame",
]  # fmt: skip
