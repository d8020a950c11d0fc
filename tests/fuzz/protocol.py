"""What has to hold for any bytes that a worker sends: frames, values, chunks and control messages.

Coverage-guided, in an environment of its own (atheris has wheels for Linux and Python 3.11 to 3.13):

    python3 -m venv fuzz-venv
    fuzz-venv/bin/pip install -r requirements.lock
    fuzz-venv/bin/pip install atheris
    fuzz-venv/bin/python -m tests.fuzz protocol -max_total_time=660

The tests of ``tests/protocol`` run the same check on the seeds and on random damage to them.
"""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import numpy as np

from autograder.protocol import FrameReader, Opaque, ProtocolError, decode, encode, pack_frame
from autograder.protocol.control import MESSAGES, ForkEnded, pack_control, parse_control
from autograder.protocol.values import DTYPES
from autograder.protocol.wire import DATA, MAGIC, ChunkReader, Frame, pack_chunks
from tests.fuzz.mutations import damaged_bytes, damaged_tree

VALUES: tuple[Any, ...] = (
    None,
    {"value": np.arange(6.0).reshape(2, 3), "args": [np.zeros(3)], "kwargs": {}, "shares_memory": False, "stdout": "é"},
    [["kernel", np.ones((3, 3, 1, 2), "float32"), True], ["bias", np.zeros(2, "float16"), False]],
    {"statements": 3, "fault": {"where": "cell, line 1", "kind": "NameError", "message": "x", "traceback": ""}},
    [np.zeros(2, name) for name in DTYPES] + [np.zeros((), name)[()] for name in DTYPES],
    (True, 2**4095, -1, 1.5, math.inf, math.nan, 1 + 2j, [], (), {}, np.empty((0, 3)), Opaque(3, "Model")),
    ["\U0001f600", "é" * 2000],
)
ERROR = {"ok": False, "error": {"kind": "ValueError", "message": "no", "traceback": "cell, line 2"}}


def reply(value: Any) -> bytes:
    """A worker's answer."""
    tree, body = encode(value)
    return pack_frame({"ok": True, "value": tree}, body)


def frame(header: bytes, body: bytes = b"", announced: int | None = None) -> bytes:
    """A frame around any bytes, which may announce another size of its body."""
    size = len(body) if announced is None else announced
    return MAGIC + len(header).to_bytes(4, "big") + size.to_bytes(8, "big") + header + body


FRAMES = (*map(reply, VALUES), pack_frame(ERROR))
CHUNKS = (b"".join(pack_chunks(DATA, FRAMES[1])) + pack_control(ForkEnded(1, "killed", -9, True)), FRAMES[0] * 3)
SEEDS = (*FRAMES, *(b"".join(pack_chunks(DATA, frame)) for frame in FRAMES), *CHUNKS)


def check(data: bytes) -> None:
    """Bytes, as frames and as chunks that carry frames, are messages or a ``ProtocolError``, wherever they are cut."""
    frames = _frames(data, len(data) or 1)
    assert frames == _frames(data, 7)
    for frame in frames:
        _check_value(frame)
    reader = FrameReader()
    try:
        for kind, chunk in ChunkReader().feed(data):
            for frame in reader.feed(chunk) if kind == DATA else ():
                _check_value(frame)
            if kind != DATA:
                assert type(parse_control(chunk)) in MESSAGES.values()
    except ProtocolError:
        return


def _frames(data: bytes, step: int) -> list[Frame]:
    """The frames before the first fault."""
    reader, frames = FrameReader(), []
    try:
        for start in range(0, len(data), step):
            frames += reader.feed(data[start : start + step])
    except ProtocolError:
        pass
    return frames


def _check_value(frame: Frame) -> None:
    """What is accepted can be sent again, and arrives as it was."""
    try:
        value = decode(frame.header.get("value"), frame.body, Opaque)
    except ProtocolError:
        return
    sent = encode(value)
    assert encode(decode(*sent, Opaque)) == sent
    json.dumps(sent[0], ensure_ascii=False).encode()


def mutate(data: bytes, random: Random) -> bytes:
    """Damage to the header's tree where there is one, else to the bytes."""
    frames = _frames(data, len(data) or 1)
    if not frames or random.random() < 0.2:
        return damaged_bytes(data, random)
    frame = random.choice(frames)
    try:
        return pack_frame(damaged_tree(frame.header, random), frame.body)
    except ProtocolError:  # NaN, which a header cannot hold
        return damaged_bytes(data, random)
