"""A function of ours, sent to a worker and run there as student code would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.protocol.functions import source_of
from autograder.protocol.values import Opaque, Value
from autograder.protocol.verbs import Call, Define, Raised, Reply, parse_answer, request_frame
from autograder.sandbox.fork import Fork

DEFINE_LIMIT_S = 20.0


def send(
    fork: Fork, function: Callable[..., object], arguments: Mapping[str, Value], timeout_s: float
) -> Reply | Raised:
    """What a function returned there, or raised.

    Args:
        fork: the worker.
        function: see ``protocol.functions`` for what it may use.
        arguments: by name; plain values and arrays.
        timeout_s: for the call.

    Raises:
        StudentTimeout, ResourceLimit, StudentError, RemoteProtocolError, EnvironmentFault: see ``Fork.ask``.
    """
    text = source_of(function)
    define = Define(text.name, text.source, text.modules)
    handle = parse_answer(define, fork.ask(request_frame(define, _refuse), DEFINE_LIMIT_S), Opaque)
    if isinstance(handle, Raised):
        return handle
    call = Call(handle, (), dict(arguments))
    return parse_answer(call, fork.ask(request_frame(call, _refuse), timeout_s), Opaque)


def _refuse(value: Value) -> Opaque:
    raise TypeError(f"an errand cannot be told a {type(value).__name__}")
