"""Values survive the wire exactly; what cannot be sent becomes a handle; malformed trees are refused."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.protocol import Opaque, ProtocolError, decode, encode
from autograder.protocol.values import DTYPES


def round_trip(value: Any) -> Any:
    """A value as it arrives on the other side."""
    tree, body = encode(value, lambda kept: Opaque(7, type(kept).__name__))
    return decode(tree, body, Opaque)


@given(hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_arrays_arrive_bit_by_bit(array: np.ndarray) -> None:
    """Every dtype and shape, empty and scalar ones and NaN included."""
    found = round_trip(array)
    assert isinstance(found, np.ndarray)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(plain)
def test_plain_values_arrive_equal(value: Any) -> None:
    """Numbers, text and containers come back equal and of the same type."""
    found = round_trip(value)
    assert found == value.encode("utf-8", "replace").decode() if isinstance(value, str) else found == value
    assert type(found) is type(value)


class Curve(NamedTuple):
    """What a tidy student might return."""

    fpr: list[float]
    tpr: list[float]


class Odd(list):
    """A list with an iteration of its own."""

    def __iter__(self) -> Any:
        raise RuntimeError("not asked")


@pytest.mark.parametrize(
    ("value", "plain_value"),
    [(Curve([0.0], [1.0]), ([0.0], [1.0])), (OrderedDict(a=1), {"a": 1}), (defaultdict(list, b=[]), {"b": []}),
     (Odd([1]), [1])],
)  # fmt: skip
def test_kinds_of_containers_arrive_as_plain_ones(value: Any, plain_value: Any) -> None:
    """A named tuple is a tuple on the other side, and no method of its own is called on the way."""
    found = round_trip(value)
    assert found == plain_value and type(found) is type(plain_value)


def test_floats_that_json_has_not() -> None:
    """Infinities and NaN arrive as such."""
    assert round_trip(math.inf) == math.inf
    assert math.isnan(round_trip(math.nan))


class Liar(float):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class LyingArray(np.ndarray):
    """An array whose comparisons always hold."""


@pytest.mark.parametrize(
    "value",
    [
        Liar(1),
        np.zeros(2).view(LyingArray),
        object(),
        {1: 2},
        {"k" * 5000: 1},
        2**4096,
        np.array(["a"]),
        np.array([None]),
    ],
)
def test_what_cannot_be_sent_stays_behind(value: Any) -> None:
    """Subclasses and objects never cross; a handle stands for them."""
    assert isinstance(round_trip(value), Opaque)


@pytest.mark.parametrize(
    "tree",
    [
        1,
        [],
        {"t": "array", "dtype": "object", "shape": [1], "at": 0},
        {"t": "array", "dtype": "float64", "shape": [2], "at": 0},
        {"t": "array", "dtype": "float64", "shape": [-1], "at": 0},
        {"t": "array", "dtype": "float64", "shape": [2**40, 2**40], "at": 0},
        {"t": "array", "dtype": "uint8", "shape": [1], "at": 2**61},
        {"t": "array", "dtype": "float64", "shape": [0, 2**58], "at": 0},
        {"t": "array", "dtype": "uint8", "shape": [1] * 17, "at": 0},
        {"t": "text", "size": 9, "at": 0},
        {"t": "text", "size": 1},
        {"t": "str", "v": "\ud800"},
        {"t": "str", "v": None},
        {"t": "int", "v": "zz"},
        {"t": "int", "v": "f" * 1025},
        {"t": "int", "v": "f" * 10_000_000},
        {"t": "float", "v": 3},
        {"t": "dict", "v": [["a"]]},
        {"t": "dict", "v": [[1, None]]},
        {"t": "dict", "v": [["\ud800", None]]},
        {"t": "dict", "v": [["k" * 5000, None]]},
        {"t": "handle", "id": -1},
        {"t": "handle", "id": True},
        {"t": "eval", "v": "1"},
    ],
)
def test_malformed_trees_are_refused(tree: Any) -> None:
    """Whatever is wrong with a tree, it is a ``ProtocolError``."""
    with pytest.raises(ProtocolError):
        decode(tree, bytes(8), Opaque)


def test_deep_and_wide_trees_are_refused() -> None:
    """Nesting and size are bounded on both sides."""
    deep: Any = None
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ProtocolError):
        encode(deep)
    tree: Any = None
    for _ in range(40):
        tree = {"t": "list", "v": [tree]}
    with pytest.raises(ProtocolError):
        decode(tree, b"", Opaque)
    with pytest.raises(ProtocolError):
        decode({"t": "list", "v": [None] * 300_000}, b"", Opaque)


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["array", "dict", "int", "float"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["t", "v", "id", "at", "shape", "dtype", "type"]), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(json_like, st.binary(max_size=32))
def test_no_tree_crashes_the_decoder(tree: Any, body: bytes) -> None:
    """Random trees are values or ``ProtocolError``, nothing else."""
    try:
        decode(tree, body, Opaque)
    except ProtocolError:
        return
    assert tree is None or isinstance(tree, (bool, dict))


def test_arrays_that_share_their_bytes_are_refused():
    """A small message may not become a large value by naming the same bytes again and again."""
    tree, body = encode([np.arange(1000.0)])
    assert len(decode(tree, body, lambda number, kind: None)[0]) == 1000
    tree["v"] *= 2
    with pytest.raises(ProtocolError, match="share"):
        decode(tree, body, lambda number, kind: None)


def test_truth_values_are_zero_or_one():
    """Other bytes in an array of truth values are taken for true, so that its memory holds what NumPy expects."""
    found = decode({"t": "array", "dtype": "bool", "shape": [3], "at": 0}, b"\x02\xff\x00", Opaque)
    assert found.view(np.uint8).tolist() == [1, 1, 0]
