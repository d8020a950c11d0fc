"""What the trusted side and a worker host say to each other, beside the frames of a fork.

The trusted side says ``fork`` and ``kill``; the host says ``ready``, ``forked`` and ``ended``.  It quits when its
standard input ends.  Each message is a small JSON object in a chunk of its own: ``{"type": name, ...fields}``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from .forms import read
from .values import Record
from .wire import CONTROL, ProtocolError, pack_chunk, parse_object


@dataclass(frozen=True)
class ProcessLimits(Record):
    """What a fork may use, as far as it sets the limits itself: of each of its processes, and of each file."""

    cpu_s: int
    memory_mib: int
    file_mib: int


@dataclass(frozen=True)
class StartFork(Record):
    """To the host: fork a worker for one submission, after ending the one before."""

    limits: ProcessLimits


@dataclass(frozen=True)
class EndFork(Record):
    """To the host: end the worker with all that it started."""

    reason: str


@dataclass(frozen=True)
class HostReady(Record):
    """From the host: the packages are imported; whether its forks can confine themselves to files."""

    confines: bool


@dataclass(frozen=True)
class ForkStarted(Record):
    """From the host: a worker runs; its number, and whether it has put up the inner walls."""

    number: int
    confined: bool


@dataclass(frozen=True)
class ForkEnded(Record):
    """From the host: nothing of the worker is left.

    ``status`` is its exit code (minus a signal), None where it had none.  ``intact`` says whether the host itself is
    as it was before its first fork.
    """

    number: int
    reason: str
    status: int | None
    intact: bool


Control = StartFork | EndFork | HostReady | ForkStarted | ForkEnded
MESSAGES: dict[str, type[Control]] = {
    "fork": StartFork,
    "kill": EndFork,
    "ready": HostReady,
    "forked": ForkStarted,
    "ended": ForkEnded,
}
_NAMES = {kind: name for name, kind in MESSAGES.items()}


def pack_control(message: Control) -> bytes:
    """One control chunk.

    Raises:
        ProtocolError: a field has another form, or the message is too large.
    """
    fields = asdict(message)
    read(type(message), fields)
    return pack_chunk(CONTROL, json.dumps({"type": _NAMES[type(message)], **fields}).encode())


def parse_control(data: bytes) -> Control:
    """The message of a control chunk.

    Raises:
        ProtocolError: it is not one of ``MESSAGES``, or a field has another form.
    """
    fields = parse_object(data)
    name = fields.pop("type", None)
    if not isinstance(name, str) or name not in MESSAGES:
        raise ProtocolError(f"unknown control message {str(name)[:40]!r}")
    return read(MESSAGES[name], fields)
