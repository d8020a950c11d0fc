"""The form of a message's fields: each annotation becomes a reader once, which then checks every message.

Theory of operation.  A message is a frozen dataclass, and its annotations are the only place that says what may be
in it.  ``read`` takes what came over the wire (``values``, or JSON) and gives an instance, or a ``ProtocolError``
that says what was wanted and what came.  Known are ``object`` (anything), plain types, arrays, handles, ``list[X]``,
``tuple[X, ...]``, ``dict[str, X]``, unions, records and named tuples.  A sequence is asked for its type before it is
taken apart: an array with a million rows is never mistaken for a list.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from .values import Record, Value
from .wire import ProtocolError

Reader = Callable[[Value], Value]
R = TypeVar("R", bound=Record)


def read(form: type[R], value: Value) -> R:
    """A record from the dictionary of its fields.

    Raises:
        ProtocolError: it is not a dictionary of exactly these fields, each of its form.
    """
    return cast(R, reader_of(cast(Hashable, form))(value))


@functools.cache
def reader_of(form: Hashable) -> Reader:
    """What checks values of this annotation, and converts containers of records."""
    origin, inner = typing.get_origin(form), typing.get_args(form)
    if form is object:
        return lambda value: value
    if origin in (typing.Union, types.UnionType):
        return _any_of([reader_of(one) for one in inner if one is not types.NoneType], types.NoneType in inner)
    if origin in (list, tuple):
        return _sequence(cast("type[list[Value]] | type[tuple[Value, ...]]", origin), reader_of(inner[0]))
    if origin is dict:
        return _mapping(reader_of(inner[1]))
    assert isinstance(form, type), form
    if issubclass(form, Record):
        return _record(form)
    return _named_tuple(form) if issubclass(form, tuple) else _instance(form)


def _instance(kind: type) -> Reader:
    def reader(value: Value) -> Value:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _wanted(kind.__name__, value)
        return value

    return reader


def _any_of(readers: list[Reader], or_none: bool) -> Reader:
    def reader(value: Value) -> Value:
        if value is None and or_none:
            return None
        for read_one in readers[:-1]:
            try:
                return read_one(value)
            except ProtocolError:
                continue
        return readers[-1](value)

    return reader


def _sequence(kind: type[list[Value]] | type[tuple[Value, ...]], read_entry: Reader) -> Reader:
    """A list may come for a tuple: JSON knows no other."""

    def reader(value: Value) -> Value:
        if not isinstance(value, (list, tuple)):
            raise _wanted(kind.__name__, value)
        return kind(map(read_entry, value))

    return reader


def _mapping(read_entry: Reader) -> Reader:
    def reader(value: Value) -> Value:
        if not isinstance(value, dict):
            raise _wanted("dict", value)
        return {key: read_entry(entry) for key, entry in value.items()}

    return reader


def _record(kind: type[Record]) -> Reader:
    readers = {name: reader_of(form) for name, form in typing.get_type_hints(kind).items()}

    def reader(value: Value) -> Value:
        if not isinstance(value, dict) or value.keys() != readers.keys():
            raise _wanted(f"{kind.__name__} with {', '.join(readers) or 'no fields'}", value)
        return kind(**_fields(kind, readers, value))

    return reader


def _named_tuple(kind: type[tuple[Value, ...]]) -> Reader:
    readers = {name: reader_of(form) for name, form in typing.get_type_hints(kind).items()}

    def reader(value: Value) -> Value:
        if not isinstance(value, (list, tuple)) or len(value) != len(readers):
            raise _wanted(f"{kind.__name__} of {', '.join(readers)}", value)
        return kind(**_fields(kind, readers, dict(zip(readers, value, strict=True))))

    return reader


def _fields(kind: type, readers: dict[str, Reader], values: dict[str, Value]) -> dict[str, Value]:
    found = {}
    for name, read_one in readers.items():
        try:
            found[name] = read_one(values[name])
        except ProtocolError as error:
            raise ProtocolError(f"{kind.__name__}.{name}: {error}") from None
    return found


def _wanted(form: str, value: Value) -> ProtocolError:
    return ProtocolError(f"wanted {form}, got {type(value).__name__}")
