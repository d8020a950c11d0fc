"""Whatever a worker sends becomes a value or a ``ProtocolError``, in memory and steps in proportion to its bytes."""

from __future__ import annotations

import itertools
import tracemalloc
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.protocol import FrameReader, Opaque, ProtocolError, decode, encode, pack_frame
from autograder.protocol.values import DTYPES, MAX_TEXT_BYTES
from autograder.protocol.wire import DATA, ChunkReader, pack_chunks
from tests.fuzz import protocol
from tests.fuzz.mutations import damaged_bytes

repeatable = settings(derandomize=True, deadline=None, max_examples=200)

arrays = hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
leaves = (
    st.none() | st.booleans() | st.integers(1 - 2**4096, 2**4096 - 1) | st.floats() | st.complex_numbers()
    | st.text() | st.text(min_size=1024, max_size=1100) | arrays | arrays.map(lambda array: array.ravel()[:1].sum())
    | st.builds(Opaque, st.integers(0, 2**62 - 1), st.text())
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(st.lists(values, min_size=1, max_size=3), st.lists(st.integers(0, 20_000), max_size=8))
@repeatable
def test_values_of_every_kind_survive_any_cut(sent: list[Any], cuts: list[int]) -> None:
    """Encoded, packed, put into chunks and cut anywhere, they come out as they went in, and in order."""
    stream = b"".join(chunk for value in sent for chunk in pack_chunks(DATA, protocol.reply(value)))
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks, frames = ChunkReader(), FrameReader()
    found = [
        decode(frame.header["value"], frame.body, Opaque)
        for start, end in itertools.pairwise(places)
        for _, chunk in chunks.feed(stream[start:end])
        for frame in frames.feed(chunk)
    ]
    assert list(map(encode, found)) == list(map(encode, sent))


@given(st.sampled_from(protocol.SEEDS), st.randoms(use_true_random=False), st.sampled_from([1, 2]))
@repeatable
def test_damaged_messages_are_values_or_protocol_errors(seed: bytes, random: Random, times: int) -> None:
    """Real messages with parts of their tree or their bytes changed break nothing."""
    for _ in range(times):
        seed = protocol.mutate(seed, random)
    protocol.check(seed)


@pytest.mark.parametrize("number", range(len(protocol.SEEDS)))
def test_messages_cut_short_are_waited_for(number: int) -> None:
    """Every beginning of a real message is no message yet, or a part of it."""
    seed = protocol.SEEDS[number]
    for end in (*range(0, len(seed), 1 + len(seed) // 100), len(seed)):
        protocol.check(seed[:end])


@pytest.mark.parametrize(("size", "step"), [(64 << 20, 64 << 10), (16 << 20, 64), (1 << 20, 1)])
def test_a_large_message_may_come_in_small_pieces(size: int, step: int) -> None:
    """It arrives whole; a buffer that was copied for each piece would take hours."""
    data, reader = pack_frame({}, bytes(size)), FrameReader()
    frames = [frame for start in range(0, len(data), step) for frame in reader.feed(data[start : start + step])]
    assert [len(frame.body) for frame in frames] == [size]


def test_many_small_messages_may_come_at_once() -> None:
    """A buffer that was copied for each message would take hours."""
    frames = sum(1 for _ in FrameReader().feed(pack_frame({}) * 200_000))
    chunks = sum(1 for _ in ChunkReader().feed(b"D\0\0\0\1x" * 300_000))
    assert (frames, chunks) == (200_000, 300_000)


def tree_of(entry: bytes, count: int) -> bytes:
    """A frame whose value is a list of equal entries."""
    return protocol.frame(b'{"ok":true,"value":{"t":"list","v":[' + b",".join([entry] * count) + b"]}}", bytes(8))


HEAVY = {
    "lists": tree_of(b"[]", 100_000),
    "objects": tree_of(b'{"":{}}', 50_000),
    "empty arrays": tree_of(b'{"t":"array","dtype":"int8","shape":[0],"at":0}', 10_000),
    "wide empty arrays": tree_of(b'{"t":"array","dtype":"bool","shape":[0,1099511627776],"at":0}', 10_000),
    "shared arrays": tree_of(b'{"t":"array","dtype":"float64","shape":[1],"at":0}', 10_000),
    "shared text": tree_of(b'{"t":"text","size":8,"at":0}', 10_000),
    "text": protocol.reply("\U0001f600" + "a" * 1_000_000),
    "truth values": protocol.reply(np.ones(4_000_000, bool)),
    "arrays": protocol.reply([np.ones(400, "complex128")] * 1_000),
    "announced": protocol.frame(b"{}", b"", announced=2**30),
}


@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded_by_the_message(name: str) -> None:
    """Reading a frame and decoding its value takes at most 40 bytes for one of the header and 7 for one of the body."""
    data = HEAVY[name]
    header_size = int.from_bytes(data[4:8], "big")
    tracemalloc.start()
    try:
        for frame in FrameReader().feed(data):
            decode(frame.header.get("value"), frame.body, Opaque)
    except ProtocolError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= 40 * header_size + 7 * (len(data) - header_size) + 100_000


@pytest.mark.parametrize("character", ["a", "\n", "\0", "한", "\U0001f600"])
def test_text_of_megabytes_arrives(character: str) -> None:
    """Text that JSON would make longer than a header may be is sent beside it: the intake takes 2 MiB of source."""
    text = character * (2**22 // len(character.encode()))
    (frame,) = FrameReader().feed(protocol.reply(text))
    assert decode(frame.header["value"], frame.body, Opaque) == text


def test_text_has_a_bound_of_its_own() -> None:
    """A body of text that would be four times as large as a string is refused, and stays behind on the other side."""
    half = MAX_TEXT_BYTES // 2 + 1
    tree, body = encode(["a" * half, "b" * half], lambda _: Opaque(1, "str"))
    assert decode(tree, body, Opaque) == ["a" * half, Opaque(1, "str")]
    with pytest.raises(ProtocolError, match="of text"):
        decode({"t": "list", "v": [{"t": "text", "size": half, "at": at} for at in (0, half)]}, body * 2, Opaque)


def test_every_half_precision_number_arrives() -> None:
    """All 65,536 patterns, every NaN with its payload among them."""
    sent = np.arange(2**16, dtype=np.uint16).view(np.float16)
    assert decode(*encode(sent), Opaque).tobytes() == sent.tobytes()


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
@repeatable
def test_bytes_alone_break_nothing(data: bytes, random: Random) -> None:
    """Rubbish, and rubbish behind a real message."""
    protocol.check(data)
    protocol.check(random.choice(protocol.SEEDS) + damaged_bytes(data, random))
