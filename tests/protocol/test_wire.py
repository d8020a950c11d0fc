"""Frames and chunks: any cut of the bytes gives the same messages, and rubbish is refused."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.protocol.wire import (
    CONTROL,
    DATA,
    MAX_CHUNK_BYTES,
    ChunkReader,
    FrameReader,
    ProtocolError,
    pack_chunk,
    pack_chunks,
    pack_frame,
)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.integers(1, 50))
def test_frames_survive_any_cut(bodies: list[bytes], step: int) -> None:
    """Frames fed in pieces of any size come out whole and in order."""
    data = b"".join(pack_frame({"n": number}, body) for number, body in enumerate(bodies))
    reader, frames = FrameReader(), []
    for start in range(0, len(data), step):
        frames += reader.feed(data[start : start + step])
    assert [(frame.header["n"], frame.body) for frame in frames] == list(enumerate(bodies))
    assert reader.pending == 0


@given(st.binary(min_size=16, max_size=400))
def test_rubbish_is_a_protocol_error_or_waits(data: bytes) -> None:
    """No bytes make the reader raise anything but ``ProtocolError``."""
    try:
        frames = list(FrameReader().feed(data))
    except ProtocolError:
        return
    assert all(isinstance(frame.header, dict) for frame in frames)


def test_an_announced_flood_is_refused_before_it_comes() -> None:
    """A frame that announces more than the bound is refused by its prefix alone."""
    prefix = pack_frame({}, b"x" * 100)[:16]
    with pytest.raises(ProtocolError, match="more than is allowed"):
        list(FrameReader(max_body_bytes=99).feed(prefix))


@pytest.mark.parametrize(
    "text",
    [
        b"[1]",
        b"nope",
        b'{"a": NaN}',
        b"[" * 100_000,
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a":\0}',
        b'{"a":' + b"9" * 5000 + b"}",
        "{}".encode("utf-16"),
        b'{"\xed\xa0\x80":1}',
        b'{"a":' * 100_000,
    ],
    ids=itertools.count(),
)
def test_headers_that_are_not_an_object_are_refused(text: bytes) -> None:
    """A header is a JSON object without NaN, whatever its bytes."""
    good = pack_frame({})
    data = good[:4] + len(text).to_bytes(4, "big") + good[8:16] + text
    with pytest.raises(ProtocolError):
        list(FrameReader().feed(data))


def test_our_own_bad_message_is_refused() -> None:
    """NaN in a header is our mistake, found before anything is sent."""
    with pytest.raises(ProtocolError):
        pack_frame({"x": float("nan")})


def test_chunks_carry_data_and_control() -> None:
    """Long data is cut into bounded chunks; control messages stand between them."""
    data = bytes(range(256)) * (MAX_CHUNK_BYTES // 256 + 3)
    stream = b"".join(pack_chunks(DATA, data)) + pack_chunk(CONTROL, b"{}")
    chunks = list(ChunkReader().feed(stream))
    assert b"".join(part for kind, part in chunks if kind == DATA) == data
    assert [part for kind, part in chunks if kind == CONTROL] == [b"{}"]
    with pytest.raises(ProtocolError):
        list(ChunkReader().feed(b"Z" + bytes(8)))
    with pytest.raises(ProtocolError):
        pack_chunk(CONTROL, bytes(MAX_CHUNK_BYTES + 1))


def test_the_bound_on_bodies_goes_by_the_question() -> None:
    """A reader that is told what to expect next refuses more, before it has buffered any of it."""
    reader, frame = FrameReader(0), pack_frame({"ok": True}, bytes(10))
    reader.expect(10)
    assert [len(read.body) for read in reader.feed(frame)] == [10]
    reader.expect(9)
    with pytest.raises(ProtocolError, match="more than is allowed"):
        list(reader.feed(frame[:16]))
