"""Values on the wire: a JSON tree, with arrays and long text as raw bytes beside it.

What cannot be sent stays with the worker, and an ``Opaque`` (an id and a type's name) goes in its
place.  The trusted side can hand it back as an argument of a later call.

A *node* is what JSON can hold; a *value* is what it stands for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .wire import MAX_BODY_BYTES, ProtocolError

MAX_DEPTH = 16
MAX_NODES = 200_000
MAX_DIMENSIONS = 16
MAX_INTEGER_BITS = 4096
MAX_NAME_CHARACTERS = 4096  # of a key or a type's name
MAX_INLINE_TEXT_BYTES = 1024  # longer text lies in the body: JSON's escapes could make it six times as long
MAX_TEXT_BYTES = 16 * 1024 * 1024  # of all that lies in the body: as a string it may take four times as much
Value = object
"""Whatever can be sent, or is kept by the worker: numbers, text, arrays, containers of these, handles."""

Node = object
"""What ``json`` reads and writes."""

DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float16", "float32", "float64", "complex64", "complex128")  # fmt: skip
_BY_NAME = {name: np.dtype(name) for name in DTYPES}
_NAMES = {kind: name for name, kind in _BY_NAME.items()}  # a type of another byte order is not among them


@dataclass(frozen=True)
class Opaque:
    """Names an object that stays in the worker."""

    id: int
    type_name: str


@dataclass(frozen=True)
class ArgumentHandle:
    """An object of the worker's that a request names by its id."""

    id: int


class Record:
    """Base of messages: a frozen dataclass, which goes as a dictionary of its fields."""


class _Encoder:
    def __init__(self, keep: Callable[[Value], Opaque] | None):
        self.keep = keep
        self.body = bytearray()
        self.nodes, self.text_left = 0, MAX_TEXT_BYTES

    def tree(self, value: Value, depth: int) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise ProtocolError(f"value is nested deeper than {MAX_DEPTH} or has more than {MAX_NODES} parts")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if isinstance(value, str) and kind is str:
            return self.text(value)
        if isinstance(value, int) and kind is int:
            return {"t": "int", "v": hex(value)} if value.bit_length() <= MAX_INTEGER_BITS else self.opaque(value)
        if isinstance(value, float) and kind is float:
            return {"t": "float", "v": value.hex()}
        if kind is complex:
            return self.array("scalar", np.asarray(value))
        if isinstance(value, list):
            return {"t": "list", "v": [self.tree(entry, depth + 1) for entry in list.__iter__(value)]}
        if isinstance(value, tuple):  # a named one as well: it arrives as a plain one
            return {"t": "tuple", "v": [self.tree(entry, depth + 1) for entry in tuple.__iter__(value)]}
        if isinstance(value, dict):
            return self.mapping(dict(dict.items(value)), depth)
        if (
            isinstance(value, np.ndarray)
            and kind is np.ndarray
            and value.dtype in _NAMES
            and value.ndim <= MAX_DIMENSIONS
        ):
            return self.array("array", value)
        if isinstance(value, np.generic) and kind.__module__ == "numpy" and value.dtype in _NAMES:
            return self.array("scalar", np.asarray(value))
        if isinstance(value, (Opaque, ArgumentHandle)) and kind in (Opaque, ArgumentHandle):
            return {"t": "handle", "id": value.id, "type": getattr(value, "type_name", "")}
        if isinstance(value, Record):
            return self.mapping(vars(value), depth)
        return self.opaque(value)

    def mapping(self, value: dict[str, Value], depth: int) -> Node:
        if not all(type(key) is str and len(key) <= MAX_NAME_CHARACTERS for key in value):
            return self.opaque(value)
        pairs = [[key.encode("utf-8", "replace").decode(), self.tree(entry, depth + 1)] for key, entry in value.items()]
        return {"t": "dict", "v": pairs}

    def text(self, value: str) -> Node:
        data = value.encode("utf-8", "replace")
        if len(data) <= MAX_INLINE_TEXT_BYTES:
            return {"t": "str", "v": data.decode()}
        if len(data) > self.text_left:
            return self.opaque(value)
        self.text_left -= len(data)
        self.body += data
        return {"t": "text", "size": len(data), "at": len(self.body) - len(data)}

    def array(self, tag: str, value: np.ndarray) -> Node:
        data = np.ascontiguousarray(value).tobytes()
        node = {"t": tag, "dtype": _NAMES[value.dtype], "shape": list(value.shape), "at": len(self.body)}
        self.body += data
        return node

    def opaque(self, value: Value) -> Node:
        if self.keep is None:
            raise ProtocolError(f"a {type(value).__name__} cannot be sent")
        kept = self.keep(value)
        return {"t": "handle", "id": kept.id, "type": kept.type_name}


class _Decoder:
    def __init__(self, body: bytes, resolve: Callable[[int, str], Value]):
        self.body, self.resolve = body, resolve
        self.nodes_left, self.bytes_left, self.text_left = MAX_NODES, len(body), MAX_TEXT_BYTES

    def value(self, node: Node, depth: int) -> Value:
        self.nodes_left -= 1
        if depth > MAX_DEPTH or self.nodes_left < 0:
            raise ProtocolError("value is nested too deeply or has too many parts")
        if node is None or isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise ProtocolError("malformed value")
        tag, inner = node.get("t"), node.get("v")
        if tag == "str":
            return _text(inner)
        if tag == "int":
            return _integer(inner)
        if tag == "float" and isinstance(inner, str) and len(inner) <= 64:
            return float.fromhex(inner)
        if tag in ("list", "tuple") and isinstance(inner, list):
            entries = [self.value(entry, depth + 1) for entry in inner]
            return entries if tag == "list" else tuple(entries)
        if tag == "dict" and isinstance(inner, list):
            return {_name(key): self.value(entry, depth + 1) for key, entry in map(_pair, inner)}
        if tag == "text":
            return self.text(node)
        if tag in ("array", "scalar"):
            array = self.array(node)
            return array if tag == "array" else array[()]
        if tag == "handle":
            return self.resolve(_count(node.get("id")), _name(node.get("type", "")))
        raise ProtocolError("malformed value")

    def text(self, node: dict[str, Node]) -> str:
        size = _count(node.get("size"))
        self.text_left -= size
        if self.text_left < 0:
            raise ProtocolError(f"more than {MAX_TEXT_BYTES} bytes of text")
        return str(self.taken(node, size), "utf-8")

    def array(self, node: dict[str, Node]) -> np.ndarray:
        dtype, shape = node.get("dtype"), node.get("shape")
        kind = _BY_NAME.get(dtype) if isinstance(dtype, str) else None
        if kind is None or not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise ProtocolError("malformed array")
        lengths = [_count(length) for length in shape]
        if math.prod(length or 1 for length in lengths) * kind.itemsize > MAX_BODY_BYTES:
            raise ProtocolError("array too large")  # an empty one, too: its sum over one axis would be
        data = self.taken(node, math.prod(lengths) * kind.itemsize)
        if kind.kind == "b":
            return np.not_equal(np.frombuffer(data, np.uint8, len(data)), 0).reshape(shape)
        return np.frombuffer(data, kind, math.prod(lengths)).reshape(shape).copy()

    def taken(self, node: dict[str, Node], size: int) -> memoryview:
        """Bytes of the body, before they are copied: small messages may not become large values."""
        start = _count(node.get("at"))
        if start + size > len(self.body):
            raise ProtocolError("value points outside its message")
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise ProtocolError("values that share their bytes")
        return memoryview(self.body)[start : start + size]


def encode(value: Value, keep: Callable[[Value], Opaque] | None = None) -> tuple[Node, bytes]:
    """Converts a value into a JSON tree and the bytes of its arrays and long text.

    Args:
        value: exact built-in types, NumPy arrays and scalars, records; subclasses are not trusted to behave.
        keep: takes an object that cannot be sent and returns its ``Opaque``; None to refuse it.

    Raises:
        ProtocolError: something cannot be sent, or a bound is exceeded.
    """
    encoder = _Encoder(keep)
    tree = encoder.tree(value, 0)
    return tree, bytes(encoder.body)


def decode(tree: Node, body: bytes, resolve: Callable[[int, str], Value]) -> Value:
    """The inverse of ``encode``; arrays are fresh and writable.

    Args:
        tree: from a frame's header.
        body: the frame's bytes.
        resolve: makes an object of a handle's id and type name.

    Raises:
        ProtocolError: the tree is malformed, too deep, too large, or points outside ``body``.
    """
    try:
        return _Decoder(body, resolve).value(tree, 0)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ProtocolError(f"malformed value: {error}") from None


def _pair(entry: Node) -> tuple[Node, Node]:
    if not isinstance(entry, list) or len(entry) != 2:
        raise ProtocolError("malformed dictionary")
    return entry[0], entry[1]


def _count(value: Node) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise ProtocolError("malformed count")
    return value


def _integer(value: Node) -> int:
    if not isinstance(value, str) or len(value) > MAX_INTEGER_BITS // 4 + 3:  # hexadecimal, after "-0x"
        raise ProtocolError("malformed number")
    if (number := int(value, 16)).bit_length() > MAX_INTEGER_BITS:
        raise ProtocolError("number too large")
    return number


def _name(value: Node) -> str:
    if len(text := _text(value)) > MAX_NAME_CHARACTERS:
        raise ProtocolError("malformed text")
    return text


def _text(value: Node) -> str:
    """Text that can be printed and saved: JSON's escapes can spell a lone surrogate."""
    if not isinstance(value, str):
        raise ProtocolError("malformed text")
    value.encode()
    return value
