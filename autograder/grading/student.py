"""``student``: what a grader's test asks, wherever the student's code runs.

``RemoteStudent`` asks a sandboxed worker; ``LocalStudent`` asks live objects in a student's own
notebook.  Both answer the same verbs (``protocol.verbs``) with the same values, so one test file serves both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

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
from autograder.protocol import Opaque, ProtocolError, Value, encode, verbs
from autograder.protocol.functions import source_of
from autograder.protocol.verbs import Fault, ModelDescription, Raised, Reply, Request, Weight
from autograder.protocol.wire import Frame
from autograder.sandbox.fork import Fork
from autograder.sandbox.host import Host
from autograder.text import printable_lines
from autograder.worker.executor import Executor, MissingName, describe_error

__all__ = [
    "Fault", "Handle", "LocalStudent", "ModelDescription", "RemoteStudent", "Reply", "Student", "Weight",
]  # fmt: skip

MAX_TIMEOUTS = 2
MAX_STATEMENTS = 5_000
MAX_LEFT_OUT = 5
MAX_FAULTS = 20
MAX_TEXT_CHARACTERS = 4_000
MAX_FAULT_CHARACTERS = 2_000
T = TypeVar("T")


@dataclass(frozen=True)
class Handle(Opaque):
    """An object of the student's that cannot be sent: a function, a model, a data set.

    ``generation`` counts the workers of the submission: an object is lost with its worker.
    """

    generation: int

    def __repr__(self) -> str:
        return f"<{self.type_name} in the student's process>"


class Student:
    """The verbs.  ``student.elu(x)`` is short for ``student.call("elu", x).value``."""

    heard = False  # whether the student's code has answered anything since ``heard`` was last cleared

    def __getattr__(self, name: str) -> Callable[..., Value]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.call(name, *args, **kwargs).value

    def call(self, function: str | Handle, /, *args: Value, timeout_s_: float | None = None, **kwargs: Value) -> Reply:
        """Calls a function of the submission, or one that ``define`` gave.

        Args:
            function: its name, or its handle.
            args, kwargs: arrays, numbers, text, containers of these, or handles.
            timeout_s_: wall time in seconds, instead of the assignment's ``call_wall_s``.

        Returns:
            The result; the array arguments as they are afterwards; whether a returned array shares
            memory with an argument; warnings and printed text.

        Raises:
            StudentError, StudentTimeout, ResourceLimit, RemoteProtocolError: the submission's fault.
        """
        blamed = function if isinstance(function, str) else ""
        return self._ask(verbs.Call(function, args, kwargs), blamed, timeout_s_)

    def value(self, name: str) -> Value:
        """A global variable of the submission."""
        return self._ask(verbs.GetValue(name), name)

    def define(self, function: Callable[..., object]) -> Handle:
        """Puts a function of the grader's beside the student's code.

        A student's function can be given the handle where it takes a function, and ``call`` calls it there, so that
        what it makes stays there: ``student.call(student.define(linear_model)).value`` is the handle of a model.

        Args:
            function: written with ``def``.  Its source is sent alone: it may use its arguments, its own imports and
                the modules that its file imports.

        Raises:
            LocalProtocolError: it needs more than that.
        """
        try:
            text = source_of(function)
        except ProtocolError as error:
            raise LocalProtocolError(str(error)) from None
        return _handle(self._ask(verbs.Define(text.name, text.source, text.modules)))

    def functional(self, function: str, input_shape: Iterable[int], /, *args: Value, **kwargs: Value) -> Handle:
        """A Keras model around a function of a tensor: ``Model(x, function(x, *args, **kwargs))``."""
        request = verbs.Functional(function, tuple(map(int, input_shape)), args, kwargs)
        return _handle(self._ask(request, function))

    def describe(self, model: Value, input_shape: Iterable[int] | None = None) -> ModelDescription:
        """Type, shapes, layers and parameter counts of a model; ``input_shape`` for a subclassed one."""
        return self._ask(verbs.Describe(model, _shape(input_shape)))

    def weights(self, model: Value, input_shape: Iterable[int] | None = None) -> list[Weight]:
        """A model's variables in the order of first use in one traced forward pass."""
        return self._ask(verbs.GetWeights(model, _shape(input_shape)))

    def assign(self, model: Value, arrays: Iterable[np.ndarray], input_shape: Iterable[int] | None = None) -> None:
        """Overwrites a model's variables, in the same order."""
        self._ask(verbs.Assign(model, list(arrays), _shape(input_shape)))

    def predict(
        self, model: Value, x: np.ndarray, timeout_s_: float | None = None, *, training: bool = False
    ) -> np.ndarray:
        """A model's output for a batch; with ``training`` that of a model while it is trained (dropout acts)."""
        found = self._ask(verbs.Predict(model, x, training), timeout_s=timeout_s_)
        if not isinstance(found, np.ndarray):
            raise StudentError(f"the model's output is {type(found).__name__}, wanted an array")
        return found

    def gradients(self, model: Value, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
        """Gradient of the mean binary cross-entropy for each trainable variable, in order of first use."""
        return self._ask(verbs.Gradients(model, x, y))

    def take(self, dataset: Value, count: int) -> list[Value]:
        """The first ``count`` batches of a data set, as arrays."""
        return self._ask(verbs.Take(dataset, int(count)))

    def _ask(self, request: Request[T], blamed: str = "", timeout_s: float | None = None) -> T:
        """Sends a request; ``blamed`` is the function that a timeout counts against."""
        raise NotImplementedError


class LocalStudent(Student):
    """Asks live objects in this process: the self-check's student."""

    def __init__(self, namespace: dict[str, Value]):
        self._executor = Executor()
        self._executor.namespace = namespace

    def _ask(self, request: Request[T], blamed: str = "", timeout_s: float | None = None) -> T:
        copied = verbs.parse_request(verbs.request_frame(request, _hand_back))  # so that a change in place shows
        try:
            result = self._executor.answer(copied)
            self.heard = True
        except MissingName as error:
            raise StudentError(str(error), kind="NameError") from None
        except Exception as error:
            told = describe_error(error, self._executor.sources)
            raise StudentError(f"{told.kind}: {told.message}", kind=told.kind) from error
        tree, body = encode(result, self._executor.keep)
        answer = verbs.parse_answer(
            request, Frame({"ok": True, "value": tree}, body), lambda n, kind: Handle(n, kind, 0)
        )
        assert not isinstance(answer, Raised)
        return answer


class RemoteStudent(Student):
    """Asks a sandboxed worker; starts a new one when the last was lost.

    ``faults`` are what went wrong while the submission was loaded.
    """

    def __init__(self, host: Host, submission: Submission, limits: Limits):
        self._host, self._submission, self._limits = host, submission, limits
        self._fork: Fork | None = None
        self._generation = 0
        self._left_out: set[tuple[str, int]] = set()
        self._fatal: list[Fault] = []
        self._timeouts: dict[str, int] = {}
        self._used_s = 0.0
        self.faults: list[Fault] = []

    def close(self) -> None:
        """Ends the worker and all that it started."""
        if self._fork:
            self._fork.end()

    def _ask(self, request: Request[T], blamed: str = "", timeout_s: float | None = None) -> T:
        if self._timeouts.get(blamed, 0) >= MAX_TIMEOUTS:
            raise StudentTimeout(f"{blamed} was not called again, since it did not finish {MAX_TIMEOUTS} times")
        limit_s = timeout_s if timeout_s is not None else min(self._limits.call_wall_s, self._left_s())
        fork = self._loaded()
        started = time.monotonic()
        try:
            result = self._request(fork, request, limit_s)
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

    def _request(self, fork: Fork, request: Request[T], timeout_s: float) -> T:
        try:
            question = verbs.request_frame(request, self._hand_back)
            answer = self._judged(request, fork.ask(question, timeout_s, most_bytes=request.most_answer_bytes))
        except ProtocolError as error:
            if self.heard:  # as large as an answer may be, and a little larger when it is handed back
                raise StudentError(f"your code returned something that cannot be handed on: {error}") from error
            raise LocalProtocolError(f"a test passed something that cannot be sent: {error}") from error
        if isinstance(answer, RemoteProtocolError):
            fork.end("malformed")
        if isinstance(answer, SubmissionError):
            raise answer
        return answer

    def _judged(self, request: Request[T], frame: Frame) -> T | SubmissionError:
        """The one place where an answer is found to be of its form, or the submission's fault.

        The fault is returned and not raised here: pytest keeps an error with the variables of all functions that it
        went through, and a hostile frame may have 256 MiB.
        """
        try:
            answer = verbs.parse_answer(request, frame, self._make_handle)
        except ProtocolError as problem:
            return RemoteProtocolError(f"your code sent something that is not an answer: {problem}")
        return self._blame(answer) if isinstance(answer, Raised) else answer

    def _blame(self, told: Raised) -> SubmissionError:
        kind, message, trace = (
            printable_lines(t[:MAX_TEXT_CHARACTERS]) for t in (told.kind, told.message, told.traceback)
        )
        if kind == "MemoryError":
            return ResourceLimit(f"your code asked for more than {self._limits.memory_mib} MiB of memory")
        return StudentError(self._explain(kind, message), kind=kind, traceback=trace)

    def _explain(self, kind: str, message: str) -> str:
        """Adds, to a missing name, the fault that kept it from being defined."""
        text = f"{kind}: {message}" if message else kind
        if kind == "NameError" and self.faults:
            first = self.faults[0]
            text += f" ({first.where}: {first.kind}: {first.message[:300]})"
        return text

    def _make_handle(self, number: int, type_name: str) -> Handle:
        return Handle(number, type_name, self._generation)

    def _hand_back(self, value: Value) -> Opaque:
        if isinstance(value, Handle) and value.generation != self._generation:
            raise StudentError("an object of yours was lost when your process had to be ended")
        return _hand_back(value)

    def _loaded(self) -> Fork:
        """A worker in which the submission was run, statement by statement.

        A statement that hangs or ends the process costs itself alone: the next worker leaves it out.
        """
        while self._fork is None or not self._fork.alive:
            self._generation += 1
            self._fork = self._host.fork(self._limits)
            self.faults = [*self._fatal]
            for chunk in self._submission.chunks:
                if self._fork.alive:
                    self._load(self._fork, chunk)
        return self._fork

    def _load(self, fork: Fork, chunk: Chunk) -> None:
        place = (chunk.name, -1)
        try:
            if place in self._left_out or len(self._left_out) > MAX_LEFT_OUT:
                return
            found = self._timed(fork, verbs.Load(chunk.name, chunk.source))
            self._note(found.fault)
            for index in range(min(found.statements, MAX_STATEMENTS)):
                place = (chunk.name, index)
                if place not in self._left_out:
                    self._note(self._timed(fork, verbs.Execute(chunk.name, index)))
        except SubmissionError as error:
            fork.end("load")
            self._left_out.add(place)
            kind = "endless" if isinstance(error, StudentTimeout) else type(error).__name__
            where = chunk.name if place[1] < 0 else f"{chunk.name}, statement {place[1] + 1}"
            self._fatal.append(Fault(where, kind, str(error)))

    def _timed(self, fork: Fork, request: Request[T]) -> T:
        limit_s, started = min(self._limits.load_wall_s, self._left_s()), time.monotonic()
        try:
            return self._request(fork, request, limit_s)
        finally:
            self._used_s += time.monotonic() - started

    def _note(self, fault: Fault | None) -> None:
        if fault and len(self.faults) < MAX_FAULTS:
            texts = (fault.where, fault.kind, fault.message, fault.traceback)
            self.faults.append(Fault(*(printable_lines(text[:MAX_FAULT_CHARACTERS]) for text in texts)))


def _handle(found: Opaque) -> Handle:
    assert isinstance(found, Handle)  # the students make no others of an answer
    return found


def _hand_back(value: Value) -> Opaque:
    """What goes to the worker for an object of its own."""
    if not isinstance(value, Handle):
        raise ProtocolError(f"a {type(value).__name__} cannot be sent")
    return Opaque(value.id, value.type_name)


def _shape(sides: Iterable[int] | None) -> tuple[int, ...] | None:
    return None if sides is None else tuple(map(int, sides))
