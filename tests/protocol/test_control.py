"""Messages between the trusted side and a host: each survives, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest

from autograder.protocol import ProtocolError
from autograder.protocol.control import (
    MESSAGES,
    Control,
    EndFork,
    ForkEnded,
    ForkStarted,
    HostReady,
    ProcessLimits,
    StartFork,
    pack_control,
    parse_control,
)
from autograder.protocol.wire import CONTROL, ChunkReader

EXAMPLES: tuple[Control, ...] = (
    StartFork(ProcessLimits(cpu_s=10, memory_mib=512, file_mib=8)),
    EndFork("timeout"),
    HostReady(True),
    ForkStarted(3, False),
    ForkEnded(3, "exit", -9, True),
    ForkEnded(3, "exit", None, False),
)


@pytest.mark.parametrize("message", EXAMPLES, ids=str)
def test_a_message_arrives_as_it_was_sent(message: Control) -> None:
    """In a chunk of its own."""
    ((kind, data),) = ChunkReader().feed(pack_control(message))
    assert kind == CONTROL and parse_control(data) == message


def test_every_message_is_tried_here() -> None:
    """Each of the table has an example above."""
    assert {type(message) for message in EXAMPLES} == set(MESSAGES.values())


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": "quit"},
        {"type": ["ended"]},
        {"type": "ended", "number": 1, "reason": "exit", "status": -9},
        {"type": "ended", "number": 1, "reason": "exit", "status": -9, "intact": "yes"},
        {"type": "ended", "number": 1, "reason": "exit", "status": 1.5, "intact": True},
        {"type": "ended", "number": True, "reason": "exit", "status": None, "intact": True},
        {"type": "forked", "number": 1, "confined": True, "more": 1},
        {"type": "fork", "limits": {"cpu_s": 1}},
    ],
    ids=str,
)
def test_what_has_another_form_is_refused(fields: dict[str, object]) -> None:
    """Unknown, incomplete, of another type, or with something added."""
    with pytest.raises(ProtocolError):
        parse_control(json.dumps(fields).encode())


def test_our_own_bad_message_is_not_sent() -> None:
    """A field of another type is found before it leaves."""
    with pytest.raises(ProtocolError, match="wanted int, got float"):
        pack_control(StartFork(ProcessLimits(1.5, 512, 8)))  # type: ignore[arg-type]
