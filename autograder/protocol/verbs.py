"""The verbs: all that the trusted side may ask of a worker, and the form of each answer.

Theory of operation.  A request is a frozen record; ``VERBS`` names them, and ``Request[T]`` says that the answer has
the form ``T``.  This is the only place where either is written down: ``worker.executor`` has a method for each verb,
``grading.student`` offers them to authors, and both ends check what they send and what they receive here.

On the wire a request is ``{"verb": name, "args": tree}``.  Its answer is ``{"ok": true, "value": tree}``, or
``{"ok": false, "error": {...}}`` with what the student's code raised.  Every function here ends in a message or in a
``ProtocolError``; who is to blame for it, the caller knows.

A *handle* stands for an object that stays in the worker.  Where a verb takes a model or a data set, anything may be
given: what a student's function returned in place of it is the student's mistake and not the test's.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar, cast

import numpy as np

from .forms import read, reader_of
from .values import ArgumentHandle, Opaque, Record, Value, decode, encode
from .wire import MAX_BODY_BYTES, Frame, ProtocolError, pack_frame

T = TypeVar("T", covariant=True)
Shape = tuple[int | None, ...] | None

# -- answers ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Raised(Record):
    """What student code raised: the name of its type, its text, and the lines of the student's own code."""

    kind: str
    message: str
    traceback: str


@dataclass(frozen=True)
class Fault(Record):
    """What went wrong while a submission was loaded, and where: a chunk's name and a line, or a statement."""

    where: str
    kind: str
    message: str
    traceback: str = ""


@dataclass(frozen=True)
class Loaded(Record):
    """A chunk of source that was parsed: how many statements it has, and why it could not be parsed."""

    statements: int
    fault: Fault | None


@dataclass(frozen=True)
class Reply(Record):
    """A call's result and what it did besides.

    ``args`` and ``kwargs`` are the arguments as they are afterwards: the arrays among them, None for the others.
    ``shares_memory`` says whether a returned array shares its memory with an argument.
    """

    value: Value
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    shares_memory: bool
    warnings: tuple[str, ...]
    stdout: str


class Weight(NamedTuple):
    """One variable of a model."""

    name: str
    value: np.ndarray
    trainable: bool


@dataclass(frozen=True)
class LayerDescription(Record):
    """One layer of a model; ``output_shape`` is None where it has none, or several."""

    type: str
    name: str
    output_shape: Shape


@dataclass(frozen=True)
class ModelDescription(Record):
    """A model: its shapes (None for the batch), its layers with nested models opened, and its numbers of parameters."""

    type: str
    input_shape: Shape
    output_shape: Shape
    compiled: bool
    layers: tuple[LayerDescription, ...]
    trainable: int
    non_trainable: int


# -- requests --------------------------------------------------------------------------------------


class Request(Record, Generic[T]):
    """A question to a worker; ``T`` is the form of its answer."""

    @property
    def verb(self) -> str:
        """Its name on the wire."""
        return _NAMES[type(self)]

    @property
    def most_answer_bytes(self) -> int:
        """How many bytes of arrays and long text its answer can sensibly have."""
        return MAX_BODY_BYTES if type(self) in WITH_ARRAYS else SMALL_ANSWER_BYTES


@dataclass(frozen=True)
class Load(Request[Loaded]):
    """Parse one chunk of source and keep its statements."""

    name: str
    source: str


@dataclass(frozen=True)
class Execute(Request[Fault | None]):
    """Execute one statement of a chunk."""

    name: str
    index: int


@dataclass(frozen=True)
class Define(Request[Opaque]):
    """Define a function of the grader's beside the student's code; ``modules`` are imported for it, by their alias."""

    name: str
    source: str
    modules: dict[str, str]


@dataclass(frozen=True)
class Call(Request[Reply]):
    """Call a function of the submission by its name, or one that a handle stands for."""

    function: str | Opaque | ArgumentHandle
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


@dataclass(frozen=True)
class GetValue(Request[Value]):
    """A global variable of the submission."""

    name: str


@dataclass(frozen=True)
class Take(Request[list[Value]]):
    """The first batches of a data set, as arrays."""

    dataset: Value
    count: int


@dataclass(frozen=True)
class Functional(Request[Opaque]):
    """A Keras model around a function of a tensor; ``shape`` is that of one example."""

    name: str
    shape: tuple[int, ...]
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


@dataclass(frozen=True)
class Describe(Request[ModelDescription]):
    """Shapes, layers and numbers of parameters of a model; ``input_shape`` for one that does not know its own."""

    model: Value
    input_shape: tuple[int, ...] | None


@dataclass(frozen=True)
class GetWeights(Request[list[Weight]]):
    """A model's variables in the order of their first use."""

    model: Value
    input_shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Assign(Request[None]):
    """Overwrite a model's variables, in the same order."""

    model: Value
    arrays: list[np.ndarray]
    input_shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Predict(Request[Value]):
    """A model's output for a batch.  What is not an array is the student's mistake, so the answer has no form."""

    model: Value
    x: np.ndarray
    training: bool


@dataclass(frozen=True)
class Gradients(Request[list[np.ndarray | None]]):
    """Gradient of the mean binary cross-entropy for each trainable variable; None where there is none."""

    model: Value
    x: np.ndarray
    y: np.ndarray


VERBS: dict[str, type[Request[Value]]] = {
    "load": Load,
    "execute": Execute,
    "define": Define,
    "call": Call,
    "value": GetValue,
    "take": Take,
    "functional": Functional,
    "describe": Describe,
    "weights": GetWeights,
    "assign": Assign,
    "predict": Predict,
    "gradients": Gradients,
}
WITH_ARRAYS = frozenset({Call, GetValue, Take, GetWeights, Predict, Gradients})
SMALL_ANSWER_BYTES = 1024 * 1024  # a count, a description, or what was raised
_NAMES = {kind: name for name, kind in VERBS.items()}
_ANSWERS = {kind: reader_of(typing.get_args(kind.__orig_bases__[0])[0]) for kind in VERBS.values()}  # type: ignore[attr-defined]

# -- messages --------------------------------------------------------------------------------------


def request_frame(request: Request[T], keep: Callable[[Value], Opaque]) -> Frame:
    """A request, checked and ready to be sent.

    Args:
        request: what is asked.
        keep: gives the ``Opaque`` of an object that cannot be sent, or raises.

    Raises:
        ProtocolError: a field has another form, or its value cannot be sent.
    """
    read(type(request), vars(request))
    tree, body = encode(request, keep)
    return Frame({"verb": request.verb, "args": tree}, body)


def parse_request(frame: Frame) -> Request[Value]:
    """The request of a frame.

    Raises:
        ProtocolError: there is no such verb, or its arguments have another form.
    """
    name = frame.header.get("verb")
    if not isinstance(name, str) or name not in VERBS:
        raise ProtocolError(f"unknown verb {name!r}")
    arguments = decode(frame.header.get("args"), frame.body, lambda number, _type: ArgumentHandle(number))
    return read(VERBS[name], arguments)


def pack_answer(answer: Value, keep: Callable[[Value], Opaque]) -> bytes:
    """The answer to a request; what cannot be sent is kept, and a handle goes in its place.

    Raises:
        ProtocolError: a bound is exceeded.
    """
    tree, body = encode(answer, keep)
    return pack_frame({"ok": True, "value": tree}, body)


def pack_raised(raised: Raised) -> bytes:
    """The answer when student code raised something."""
    return pack_frame({"ok": False, "error": vars(raised)})


def parse_answer(request: Request[T], frame: Frame, resolve: Callable[[int, str], Opaque]) -> T | Raised:
    """The answer to a request, or what was raised.

    Args:
        request: what was asked.
        frame: what came.
        resolve: makes a handle of an id and a type's name.

    Raises:
        ProtocolError: it has another form than the request's answer.
    """
    if frame.header.get("ok") is True:
        value = decode(frame.header.get("value"), frame.body, resolve)
        return cast(T, _ANSWERS[type(request)](value))
    return read(Raised, frame.header.get("error"))
