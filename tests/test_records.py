"""Records from TOML: errors name the place of a fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from autograder.config import Assignment, Limits, read_assignment
from autograder.errors import UsageError
from autograder.records import NOT_IN_FILE, read_toml, to_record


class Colour(StrEnum):
    """One of two."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Part:
    """A record in a record."""

    weight: float
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Whole:
    """A record of every kind of field."""

    name: str
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = field(default_factory=dict)
    note: str | None = None
    source: Path = field(default=Path(), metadata=NOT_IN_FILE)


def test_plain_data_become_a_record() -> None:
    """Lists become tuples, whole numbers floats, words members of an enum."""
    data = {"name": "n", "parts": [{"weight": 1, "colour": "blue"}], "by_name": {"a": {"weight": 2.5}}}
    record = to_record(Whole, data, "f.toml")
    assert record == Whole("n", (Part(1.0, Colour.BLUE),), {"a": Part(2.5)})
    assert isinstance(record.parts[0].weight, float)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "f.toml: missing: name"),
        ({"name": 3}, "f.toml: name: wanted str, got int"),
        ({"name": "n", "nmae": "n"}, r"f.toml: unknown key 'nmae'; did you mean 'name'\? Known: name, parts"),
        ({"name": "n", "source": "x"}, "unknown key 'source'"),
        ({"name": "n", "parts": {}}, "f.toml: parts: wanted a list, got a table"),
        ({"name": "n", "parts": [{"weight": 1}, {"wieght": 1}]}, r"f.toml: parts\[1\]: unknown key 'wieght'"),
        ({"name": "n", "parts": [{"weight": True}]}, r"f.toml: parts\[0\].weight: wanted float, got bool"),
        ({"name": "n", "by_name": {"a": {"weight": 1, "colour": "green"}}}, r"by_name.*green"),
        ({"name": "n", "by_name": {"a": {"weight": 1, "color": "red"}}}, r"by_name.a: unknown key 'color'"),
        ([], "f.toml: wanted a table, got a list"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(data: object, message: str) -> None:
    """File, key, what was wanted and what came."""
    with pytest.raises(UsageError, match=message):
        to_record(Whole, data, "f.toml")


def test_limits_are_above_zero(tmp_path: Path) -> None:
    """A limit of 0 would not be a limit."""
    path = tmp_path / "assignment.toml"
    path.write_text('id = "a"\nitems = []\n[title]\nen = "A"\n[limits]\ncpu_s = 0\n')
    with pytest.raises(UsageError, match=r"limits\.cpu_s: wanted a number above 0, got 0"):
        read_assignment(path)
    path.write_text('id = "a"\nitems = []\n[title]\nen = "A"\n[limits]\ncpu_s = 7\n')
    assert read_assignment(path) == Assignment("a", {"en": "A"}, (), limits=Limits(cpu_s=7), folder=tmp_path)


def test_a_file_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    """Not there, not text, not TOML."""
    with pytest.raises(UsageError, match="does not exist"):
        read_toml(tmp_path / "gone.toml")
    for content in (b"\xff", b"a = "):
        (tmp_path / "a.toml").write_bytes(content)
        with pytest.raises(UsageError, match="not valid TOML"):
            read_toml(tmp_path / "a.toml")
