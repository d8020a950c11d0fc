"""Values on the wire: a JSON tree, with arrays as raw bytes beside it.

What cannot be sent stays with the worker, and an ``Opaque`` (an id and a type's name) goes in its
place.  The trusted side can hand it back as an argument of a later call.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .wire import ProtocolError

MAX_DEPTH = 16
MAX_NODES = 200_000
MAX_DIMENSIONS = 16
DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float16", "float32", "float64", "complex64", "complex128")  # fmt: skip


@dataclass(frozen=True)
class Opaque:
    """Stands for an object that stays in the worker."""

    id: int
    type_name: str


@dataclass(frozen=True)
class ArgumentHandle:
    """An object of the worker's that a request names by its id."""

    id: int


class _Encoder:
    def __init__(self, keep: Callable[[Any], Opaque] | None):
        self.keep = keep
        self.body = bytearray()
        self.nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise ProtocolError(f"value is nested deeper than {MAX_DEPTH} or has more than {MAX_NODES} parts")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value if kind is not str else {"t": "str", "v": value.encode("utf-8", "replace").decode()}
        if kind is int:
            return {"t": "int", "v": hex(value)} if value.bit_length() <= 4096 else self.opaque(value)
        if kind is float:
            return {"t": "float", "v": value.hex()}
        if kind is complex:
            return self.array("scalar", np.asarray(value))
        if kind is list or kind is tuple:
            return {"t": kind.__name__, "v": [self.tree(entry, depth + 1) for entry in value]}
        if kind is dict:
            return self.mapping(value, depth)
        if kind is np.ndarray and value.dtype.name in DTYPES and value.dtype.isnative and value.ndim <= MAX_DIMENSIONS:
            return self.array("array", value)
        if isinstance(value, np.generic) and kind.__module__ == "numpy" and value.dtype.name in DTYPES:
            return self.array("scalar", np.asarray(value))
        if kind is Opaque or kind is ArgumentHandle:
            return {"t": "handle", "id": value.id, "type": getattr(value, "type_name", "")}
        return self.opaque(value)

    def mapping(self, value: dict[Any, Any], depth: int) -> Any:
        if not all(type(key) is str for key in value):
            return self.opaque(value)
        pairs = [[key.encode("utf-8", "replace").decode(), self.tree(entry, depth + 1)] for key, entry in value.items()]
        return {"t": "dict", "v": pairs}

    def array(self, tag: str, value: np.ndarray) -> dict[str, Any]:
        data = np.ascontiguousarray(value).tobytes()
        node = {"t": tag, "dtype": value.dtype.name, "shape": list(value.shape), "at": len(self.body)}
        self.body += data
        return node

    def opaque(self, value: Any) -> dict[str, Any]:
        if self.keep is None:
            raise ProtocolError(f"a {type(value).__name__} cannot be sent")
        kept = self.keep(value)
        return {"t": "handle", "id": kept.id, "type": kept.type_name}


def encode(value: Any, keep: Callable[[Any], Opaque] | None = None) -> tuple[Any, bytes]:
    """Converts a value into a JSON tree and the bytes of its arrays.

    Args:
        value: exact built-in types, NumPy arrays and scalars; subclasses are not trusted to behave.
        keep: takes an object that cannot be sent and returns its ``Opaque``; None to refuse it.

    Raises:
        ProtocolError: something cannot be sent, or a bound is exceeded.
    """
    encoder = _Encoder(keep)
    tree = encoder.tree(value, 0)
    return tree, bytes(encoder.body)


def decode(tree: Any, body: bytes, resolve: Callable[[int, str], Any]) -> Any:
    """The inverse of ``encode``; arrays are fresh and writable.

    Args:
        tree: from a frame's header.
        body: the frame's bytes.
        resolve: makes an object of a handle's id and type name.

    Raises:
        ProtocolError: the tree is malformed, too deep, too large, or points outside ``body``.
    """
    budget, left = [MAX_NODES], [len(body)]

    def build(node: Any, depth: int) -> Any:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            raise ProtocolError("value is nested too deeply or has too many parts")
        if node is None or isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise ProtocolError("malformed value")
        tag, value = node.get("t"), node.get("v")
        if tag == "str" and isinstance(value, str):
            return value
        if tag == "int" and isinstance(value, str) and len(value) <= 1100:
            return int(value, 16)
        if tag == "float" and isinstance(value, str) and len(value) <= 64:
            return float.fromhex(value)
        if tag in ("list", "tuple") and isinstance(value, list):
            entries = [build(entry, depth + 1) for entry in value]
            return entries if tag == "list" else tuple(entries)
        if tag == "dict" and isinstance(value, list):
            return {_text(key): build(entry, depth + 1) for key, entry in value}
        if tag in ("array", "scalar"):
            array = _array(node, body)
            left[0] -= array.nbytes
            if left[0] < 0:
                raise ProtocolError("arrays that share their bytes")
            return array if tag == "array" else array[()]
        if tag == "handle":
            return resolve(_count(node.get("id")), _text(node.get("type", "")))
        raise ProtocolError("malformed value")

    try:
        return build(tree, 0)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ProtocolError(f"malformed value: {error}") from None


def _array(node: dict[str, Any], body: bytes) -> np.ndarray:
    dtype, shape, start = node.get("dtype"), node.get("shape"), _count(node.get("at"))
    if dtype not in DTYPES or not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise ProtocolError("malformed array")
    size = math.prod(_count(length) for length in shape)
    kind = np.dtype(dtype)
    if size > sys.maxsize // 16 or start + size * kind.itemsize > len(body):
        raise ProtocolError("array points outside its message")
    if kind.kind == "b":
        return np.not_equal(np.frombuffer(body, np.uint8, size, start), 0).reshape(shape)
    return np.frombuffer(body, kind, size, start).reshape(shape).copy()


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise ProtocolError("malformed count")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 4096:
        raise ProtocolError("malformed text")
    return value
