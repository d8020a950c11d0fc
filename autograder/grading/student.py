"""``student``: what a grader's test asks, wherever the student's code runs.

``RemoteStudent`` asks a sandboxed worker; ``LocalStudent`` asks live objects in a student's own
notebook.  Both answer the same verbs with the same values, so one test file serves both.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograder.config import Limits
from autograder.errors import (
    LocalProtocolError,
    RemoteProtocolError,
    ResourceLimit,
    StudentError,
    StudentTimeout,
    SubmissionError,
)
from autograder.model import Chunk, Submission
from autograder.protocol import ArgumentHandle, Opaque, ProtocolError, decode, encode
from autograder.sandbox.client import WorkerHost
from autograder.worker.executor import Executor, MissingName, describe_error

MAX_TIMEOUTS = 2
MAX_STATEMENTS = 5_000
MAX_LEFT_OUT = 5
MAX_FAULTS = 20


@dataclass(frozen=True)
class Handle:
    """Stands for an object of the student's that cannot be sent: a function, a model, a data set."""

    id: int
    type_name: str
    generation: int

    def __repr__(self) -> str:
        return f"<{self.type_name} in the student's process>"


@dataclass(frozen=True)
class Reply:
    """A call's result and what it did besides: see ``Student.call``."""

    value: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    shares_memory: bool
    warnings: tuple[str, ...]
    stdout: str


class Weight(NamedTuple):
    """One variable of a model."""

    name: str
    value: np.ndarray
    trainable: bool


class Student:
    """The verbs.  ``student.elu(x)`` is short for ``student.call("elu", x).value``."""

    heard = False  # whether the student's code has answered anything since ``heard`` was last cleared

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.call(name, *args, **kwargs).value

    def call(self, function: str, /, *args: Any, timeout_s_: float | None = None, **kwargs: Any) -> Reply:
        """Calls a function of the submission.

        Args:
            function: its name.
            args, kwargs: arrays, numbers, text, containers of these, or handles.
            timeout_s_: wall time in seconds, instead of the assignment's ``call_wall_s``.

        Returns:
            The result; the array arguments as they are afterwards; whether a returned array shares
            memory with an argument; warnings and printed text.

        Raises:
            StudentError, StudentTimeout, ResourceLimit, RemoteProtocolError: the submission's fault.
        """
        found = self._ask("call", timeout_s_, function, name=function, args=tuple(args), kwargs=kwargs)
        value, after, named, shares_memory, warnings, stdout = _fields(
            found, value=object, args=list, kwargs=dict, shares_memory=bool, warnings=list, stdout=str
        )
        return Reply(value, tuple(after), named, shares_memory, tuple(map(str, warnings)), stdout)

    def value(self, name: str) -> Any:
        """A global variable of the submission."""
        return self._ask("value", None, name, name=name)

    def define(self, source: str, name: str = "helper") -> Handle:
        """A function of the grader's, written as an expression, that lives beside the student's code."""
        return self._handle(self._ask("define", None, "", source=source, name=name))

    def functional(self, function: str, input_shape: tuple[int, ...], /, *args: Any, **kwargs: Any) -> Handle:
        """A Keras model around a function of a tensor: ``Model(x, function(x, *args, **kwargs))``."""
        return self._handle(
            self._ask(
                "functional", None, function, name=function, shape=tuple(input_shape), args=tuple(args), kwargs=kwargs
            )
        )

    def describe(self, model: Handle, input_shape: tuple[int, ...] | None = None) -> dict[str, Any]:
        """Type, shapes, layers and parameter counts of a model; ``input_shape`` for a subclassed one."""
        found = self._ask("describe", None, "", handle=model, input_shape=input_shape)
        if not isinstance(found, dict):
            raise RemoteProtocolError("your code sent an answer of the wrong form")
        return found

    def weights(self, model: Handle, input_shape: tuple[int, ...] | None = None) -> list[Weight]:
        """A model's variables in the order of first use in one traced forward pass."""
        found = self._ask("weights", None, "", handle=model, input_shape=input_shape)
        if not isinstance(found, list):
            raise RemoteProtocolError("your code sent an answer of the wrong form")
        try:
            weights = [Weight(str(name), value, bool(trainable)) for name, value, trainable in found]
        except (TypeError, ValueError) as error:
            raise RemoteProtocolError("your code sent an answer of the wrong form") from error
        if not all(isinstance(weight.value, np.ndarray) for weight in weights):
            raise RemoteProtocolError("your code sent weights that are no arrays")
        return weights

    def assign(self, model: Handle, arrays: list[np.ndarray], input_shape: tuple[int, ...] | None = None) -> None:
        """Overwrites a model's variables, in the same order."""
        self._ask("assign", None, "", handle=model, arrays=list(arrays), input_shape=input_shape)

    def predict(
        self, model: Handle, x: np.ndarray, timeout_s_: float | None = None, *, training: bool = False
    ) -> np.ndarray:
        """A model's output for a batch; with ``training`` that of a model while it is trained (dropout acts)."""
        found = self._ask("predict", timeout_s_, "", handle=model, x=x, training=training)
        if not isinstance(found, np.ndarray):
            raise StudentError(f"the model's output is {type(found).__name__}, wanted an array")
        return found

    def gradients(self, model: Handle, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
        """Gradient of the mean binary cross-entropy for each trainable variable, in order of first use."""
        found = self._ask("gradients", None, "", handle=model, x=x, y=y)
        if not isinstance(found, list):
            raise RemoteProtocolError("your code sent an answer of the wrong form")
        return found

    def take(self, dataset: Handle, count: int) -> list[Any]:
        """The first ``count`` batches of a data set, as arrays."""
        found = self._ask("take", None, "", handle=dataset, count=count)
        if not isinstance(found, list):
            raise RemoteProtocolError("your code sent an answer of the wrong form")
        return found

    def _handle(self, value: Any) -> Handle:
        if not isinstance(value, Handle):
            raise RemoteProtocolError("your code sent an answer of the wrong form")
        return value

    def _ask(self, verb: str, timeout_s: float | None, blamed: str, /, **arguments: Any) -> Any:
        raise NotImplementedError


class LocalStudent(Student):
    """Asks live objects in this process: the self-check's student."""

    def __init__(self, namespace: dict[str, Any]):
        self._executor = Executor()
        self._executor.namespace = namespace

    def _ask(self, verb: str, timeout_s: float | None, blamed: str, /, **arguments: Any) -> Any:
        sent, data = encode(_swap(arguments, _to_wire))  # copies, so that a change in place shows
        copied = decode(sent, data, lambda number, _kind: ArgumentHandle(number))
        try:
            result = getattr(self._executor, verb)(**copied)
            self.heard = True
        except MissingName as error:
            raise StudentError(str(error), kind="NameError") from None
        except Exception as error:
            told = describe_error(error, self._executor.sources)
            raise StudentError(f"{told['kind']}: {told['message']}", kind=told["kind"]) from error
        tree, body = encode(result, self._executor.keep)
        return decode(tree, body, lambda number, kind: Handle(number, kind, 0))


class RemoteStudent(Student):
    """Asks a sandboxed worker; starts a new one when the last was lost."""

    def __init__(self, host: WorkerHost, submission: Submission, limits: Limits):
        self._host, self._submission, self._limits = host, submission, limits
        self._generation = 0
        self._left_out: set[tuple[str, int]] = set()
        self._fatal: list[dict[str, str]] = []
        self._timeouts: dict[str, int] = {}
        self._used_s = 0.0
        self.faults: list[dict[str, str]] = []

    def close(self) -> None:
        """Ends the worker and all that it started."""
        self._host.end_fork()

    def _ask(self, verb: str, timeout_s: float | None, blamed: str, /, **arguments: Any) -> Any:
        if self._timeouts.get(blamed, 0) >= MAX_TIMEOUTS:
            raise StudentTimeout(f"{blamed} was not called again, since it did not finish {MAX_TIMEOUTS} times")
        limit_s = timeout_s if timeout_s is not None else min(self._limits.call_wall_s, self._left_s())
        self._ensure_loaded()
        _swap(arguments, self._check_generation)
        started = time.monotonic()
        try:
            result = self._request(verb, arguments, limit_s)
        except StudentTimeout:
            self._timeouts[blamed] = self._timeouts.get(blamed, 0) + 1
            what = blamed or "the submission"
            raise StudentTimeout(f"{what} did not finish within {limit_s:g} s") from None
        finally:
            if timeout_s is None:
                self._used_s += time.monotonic() - started
        self.heard = True
        return result

    def _left_s(self) -> float:
        left = self._limits.total_wall_s - self._used_s
        if left <= 0:
            raise StudentTimeout(f"the whole submission took more than {self._limits.total_wall_s:g} s")
        return left

    def _request(self, verb: str, arguments: dict[str, Any], timeout_s: float) -> Any:
        try:
            tree, body = encode(_swap(arguments, _to_wire))
            frame = self._host.request({"verb": verb, "args": tree}, body, timeout_s)
        except ProtocolError as error:
            if self.heard:  # as large as an answer may be, and a little larger when it is handed back
                raise StudentError(f"your code returned something that cannot be handed on: {error}") from error
            raise LocalProtocolError(f"a test passed something that cannot be sent: {error}") from error
        try:
            if frame.header.get("ok") is True:
                return decode(frame.header.get("value"), frame.body, self._make_handle)
            told = _fields(frame.header.get("error"), kind=str, message=str, traceback=str)
        except (ProtocolError, RemoteProtocolError) as problem:
            self._host.end_fork("malformed")
            raise RemoteProtocolError(f"your code sent something that is no answer: {problem}") from None
        kind, message, trace = (printable(text[:4000]) for text in told)
        if kind == "MemoryError":
            raise ResourceLimit(f"your code asked for more than {self._limits.memory_mib} MiB of memory")
        raise StudentError(self._explain(kind, message), kind=kind, traceback=trace)

    def _explain(self, kind: str, message: str) -> str:
        """Adds, to a missing name, the fault that kept it from being defined."""
        text = f"{kind}: {message}" if message else kind
        if kind == "NameError" and self.faults:
            first = self.faults[0]
            text += f" ({first['where']}: {first['kind']}: {first['message'][:300]})"
        return text

    def _make_handle(self, number: int, type_name: str) -> Handle:
        return Handle(number, type_name, self._generation)

    def _check_generation(self, value: Any) -> Any:
        if isinstance(value, Handle) and value.generation != self._generation:
            raise StudentError("an object of yours was lost when your process had to be ended")
        return value

    def _ensure_loaded(self) -> None:
        """Runs the submission in a fresh worker, statement by statement.

        A statement that hangs or ends the process costs itself alone: the next worker leaves it out.
        """
        while not self._host.has_fork:
            self._generation += 1
            self._host.open_fork(self._limits)
            self.faults = [*self._fatal]
            for chunk in self._submission.chunks:
                if self._host.has_fork:
                    self._load(chunk)

    def _load(self, chunk: Chunk) -> None:
        place = (chunk.name, -1)
        try:
            if place in self._left_out or len(self._left_out) > MAX_LEFT_OUT:
                return
            found = self._timed("load", {"name": chunk.name, "source": chunk.source})
            fault, statements = _fields(found, fault=object, statements=int)
            self._note(fault)
            for index in range(min(statements, MAX_STATEMENTS)):
                place = (chunk.name, index)
                if place not in self._left_out:
                    self._note(self._timed("execute", {"name": chunk.name, "index": index}))
        except SubmissionError as error:
            self._host.end_fork("load")
            self._left_out.add(place)
            kind = "endless" if isinstance(error, StudentTimeout) else type(error).__name__
            where = chunk.name if place[1] < 0 else f"{chunk.name}, statement {place[1] + 1}"
            self._fatal.append({"where": where, "kind": kind, "message": str(error), "traceback": ""})

    def _timed(self, verb: str, arguments: dict[str, Any]) -> Any:
        limit_s, started = min(self._limits.load_wall_s, self._left_s()), time.monotonic()
        try:
            return self._request(verb, arguments, limit_s)
        finally:
            self._used_s += time.monotonic() - started

    def _note(self, fault: Any) -> None:
        if isinstance(fault, dict) and len(self.faults) < MAX_FAULTS:
            self.faults.append(
                {key: printable(str(fault.get(key, ""))[:2000]) for key in ("where", "kind", "message", "traceback")}
            )


def _fields(answer: Any, **kinds: type) -> list[Any]:
    """The values of a dictionary that a worker answered, each of its type.

    Raises:
        RemoteProtocolError: it is none, or has not these keys, or something else under them.
    """
    if not isinstance(answer, dict) or not all(
        name in answer and isinstance(answer[name], kind) for name, kind in kinds.items()
    ):
        raise RemoteProtocolError("your code sent an answer of the wrong form")
    return [answer[name] for name in kinds]


def printable(text: str) -> str:
    """Text from a submission without what would act on a terminal, or could not be saved as UTF-8.

    Control characters other than line breaks and tabs, and lone surrogates, become U+FFFD.
    """
    return "".join(
        character if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs") else "\ufffd"
        for character in text
    )


def _to_wire(value: Any) -> Any:
    return ArgumentHandle(value.id) if isinstance(value, (Handle, Opaque)) else value


def _swap(value: Any, change: Callable[[Any], Any]) -> Any:
    """Applies ``change`` to every leaf of lists, tuples and dictionaries."""
    if type(value) in (list, tuple):
        return type(value)(_swap(entry, change) for entry in value)
    if type(value) is dict:
        return {key: _swap(entry, change) for key, entry in value.items()}
    return change(value)
