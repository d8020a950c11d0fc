"""Plain data from TOML and JSON files as frozen records, with errors that name the place and the key.

``msgspec`` checks types; this module adds that an unknown key is an error with a suggestion, since a misspelt
limit would otherwise be silently ignored.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from autograder.errors import UsageError

T = TypeVar("T")
NOT_IN_FILE = {"in_file": False}
"""``field(metadata=NOT_IN_FILE)``: the file does not hold this field; the code that reads the file sets it."""

_PLACE = re.compile(r"(.*?)(?: - at `(.*)`)?", re.DOTALL)


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file as plain data.

    Raises:
        UsageError: it is missing, or it is not valid TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None


def read_record(kind: type[T], path: Path) -> T:
    """A TOML file as a record.

    Raises:
        UsageError: as ``read_toml``, or as ``to_record``.
    """
    return to_record(kind, read_toml(path), str(path))


def to_record(kind: type[T], data: object, where: str) -> T:
    """Plain data as ``kind``, a dataclass whose fields may be dataclasses again.

    Args:
        kind: the record's type.
        data: of a TOML or JSON file.
        where: the file, for messages.

    Raises:
        UsageError: an unknown key (with a suggestion), a missing key, or a value of another type; the message names
            the place in the file.
    """
    for place, key, known in _unknown_keys(kind, data, ""):
        guess = difflib.get_close_matches(key, known, n=1)
        hint = f"; did you mean {guess[0]!r}?" if guess else "."
        raise UsageError(f"{_named(where, place)}: unknown key {key!r}{hint} Known: {', '.join(known)}")
    try:
        return msgspec.convert(data, kind)
    except UsageError as error:  # a record's own check
        raise UsageError(f"{where}: {error}") from None
    except msgspec.ValidationError as error:
        what, place = _PLACE.fullmatch(str(error)).groups()  # type: ignore[union-attr]  # it matches any text
        raise UsageError(f"{_named(where, (place or '').lstrip('$'))}: {_in_our_words(what)}") from None


def _named(where: str, place: str) -> str:
    return f"{where}: {place.lstrip('.')}" if place else where


def _in_our_words(text: str) -> str:
    """msgspec's "Expected `int`, got `str`" as the package's other messages put it."""
    text = text.replace("Expected", "wanted").replace("Object missing required field", "missing:")
    return text.replace("`object`", "a table").replace("`array`", "a list").replace("null", "nothing").replace("`", "")


def _unknown_keys(kind: object, data: object, place: str) -> Iterator[tuple[str, str, list[str]]]:
    """For each key that is not a field: its place, the key, and the fields' names."""
    arguments = typing.get_args(kind)
    if type(None) in arguments:  # optional: what it is when it is there
        kind = next(argument for argument in arguments if argument is not type(None))
        arguments = typing.get_args(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and isinstance(data, dict):
        hints = typing.get_type_hints(kind)
        known = [f.name for f in dataclasses.fields(kind) if f.metadata.get("in_file", True)]
        for key, value in data.items():
            if key not in known:
                yield place, str(key), known
            else:
                yield from _unknown_keys(hints[key], value, f"{place}.{key}")
    elif typing.get_origin(kind) is tuple and isinstance(data, list):
        for number, entry in enumerate(data):
            yield from _unknown_keys(arguments[0], entry, f"{place}[{number}]")
    elif typing.get_origin(kind) is dict and isinstance(data, dict):
        for key, value in data.items():
            yield from _unknown_keys(arguments[1], value, f"{place}.{key}")
