"""Runs a student's source and answers the verbs that a grader may use on it.

Theory of operation.  ``Executor`` holds one namespace.  ``load`` executes chunks of source statement
by statement, so one faulty statement costs only what depends on it.  Each verb takes and returns
ordinary Python values; turning them into messages is the caller's business (``serve`` in a worker,
``LocalStudent`` in a self-check).  Objects that cannot be sent are kept here and named by an id.
Nothing in this module is trusted: student code runs in the same process and may change it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..protocol.values import ArgumentHandle, Opaque

MAX_WARNINGS = 20
MAX_STDOUT_CHARACTERS = 4_000
MAX_TRACEBACK_CHARACTERS = 4_000
MAX_HANDLES = 10_000


class _Capture(io.StringIO):
    """Keeps the first characters of what is printed and drops the rest."""

    def write(self, text: str) -> int:
        room = MAX_STDOUT_CHARACTERS - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


class MissingName(Exception):
    """The submission defines no such name."""


class Executor:
    """One submission: its namespace, the objects that it keeps, and the verbs."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "submission", "__builtins__": __builtins__}
        self._kept: list[Any] = []
        self.sources: dict[str, str] = {}
        self._statements: dict[str, list[ast.stmt]] = {}

    # -- loading ---------------------------------------------------------------------------------

    def load(self, name: str, source: str) -> dict[str, Any]:
        """Parses one chunk and keeps its statements for ``execute``.

        Returns:
            ``statements``: how many there are; ``fault``: a record (see ``execute``) or None.
        """
        self.sources[name] = source
        try:
            statements = ast.parse(source, filename=name).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"statements": 0, "fault": _fault(name, error, self.sources)}
        self._statements[name] = statements
        # As in a notebook: tf.function reads the source of what it turns into a graph (AutoGraph: loops, conditions).
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        return {"statements": len(statements), "fault": None}

    def execute(self, name: str, index: int) -> dict[str, str] | None:
        """Executes one statement of a chunk; a record of what failed, or None.

        The record has ``where``, ``kind``, ``message`` and ``traceback``.
        """
        statement = self._statements[name][index]
        try:
            with _quiet():
                exec(compile(ast.Module([statement], []), name, "exec", dont_inherit=True), self.namespace)
        except (Exception, SystemExit) as error:
            return _fault(f"{name}, line {statement.lineno}", error, self.sources)
        return None

    def run(self, name: str, source: str) -> list[dict[str, str]]:
        """Loads a chunk and executes all of it; the records of what failed."""
        loaded = self.load(name, source)
        faults = [loaded["fault"], *(self.execute(name, index) for index in range(loaded["statements"]))]
        return [fault for fault in faults if fault is not None]

    def define(self, source: str, name: str) -> Opaque:
        """Evaluates an expression of the grader's beside the student's code and keeps its value."""
        scope: dict[str, Any] = {"np": np}
        if "keras" in source or "tf" in source:
            import keras
            import tensorflow as tf

            scope |= {"keras": keras, "tf": tf}
        value = eval(compile(source, name, "eval"), scope)
        return self.keep(value)

    # -- objects ---------------------------------------------------------------------------------

    def keep(self, value: Any) -> Opaque:
        """Keeps an object here and returns what stands for it."""
        if len(self._kept) >= MAX_HANDLES:
            raise RuntimeError(f"more than {MAX_HANDLES} objects kept")
        self._kept.append(value)
        return Opaque(len(self._kept) - 1, type(value).__name__[:100])

    def resolve(self, value: Any) -> Any:
        """Replaces handles by the objects that they stand for, inside containers as well."""
        if isinstance(value, (ArgumentHandle, Opaque)):
            return self._kept[value.id]
        if type(value) in (list, tuple):
            return type(value)(self.resolve(entry) for entry in value)
        if type(value) is dict:
            return {key: self.resolve(entry) for key, entry in value.items()}
        return value

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the submission, by its name.

        Raises:
            MissingName: there is none.
        """
        if name not in self.namespace:
            raise MissingName(f"{name} is not defined: its cell is missing, empty, or failed when it ran")
        function = self.namespace[name]
        if not callable(function):
            raise MissingName(f"{name} is a {type(function).__name__}, not a function")
        return function  # type: ignore[no-any-return]

    # -- verbs -----------------------------------------------------------------------------------

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Calls a function; also reports the arguments afterwards, aliasing, warnings and output."""
        function = self.function(name)
        args, kwargs = self.resolve(args), self.resolve(kwargs)
        with _observed() as (caught, output):
            value = function(*args, **kwargs)
        arrays = [entry for entry in (*args, *kwargs.values()) if isinstance(entry, np.ndarray)]
        return {
            "value": value,
            "args": list(_arrays_only(args)),
            "kwargs": dict(zip(kwargs, _arrays_only(kwargs.values()), strict=True)),
            "shares_memory": any(_overlap(entry, array) for entry in _arrays_in(value) for array in arrays),
            "warnings": [f"{w.category.__name__}: {str(w.message)[:300]}" for w in caught[:MAX_WARNINGS]],
            "stdout": output.getvalue(),
        }

    def value(self, name: str) -> Any:
        """A global variable of the submission."""
        if name not in self.namespace:
            raise MissingName(f"{name} is not defined: its cell is missing, empty, or failed when it ran")
        return self.namespace[name]

    def take(self, handle: Any, count: int) -> list[Any]:
        """The first ``count`` batches of an iterable, as NumPy arrays."""
        with _observed():
            iterator = iter(self.resolve(handle))
            batches = []
            for _ in range(count):
                try:
                    batches.append(_to_numpy(next(iterator)))
                except StopIteration:
                    break
        return batches

    def functional(self, name: str, shape: tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Opaque:
        """A Keras model around a function of a tensor: ``Model(x, function(x, ...))``."""
        import keras

        function = self.function(name)
        with _observed():
            tensor = keras.Input(tuple(shape))
            model = keras.Model(tensor, function(tensor, *self.resolve(args), **self.resolve(kwargs)))
        return self.keep(model)

    def describe(self, handle: Any, input_shape: tuple[int, ...] | None = None) -> dict[str, Any]:
        """Shapes, layers and parameter counts of a model."""
        from . import models

        with _observed():
            return models.describe(self._model(handle, input_shape))

    def weights(self, handle: Any, input_shape: tuple[int, ...] | None = None) -> list[Any]:
        """``[name, array, trainable]`` of each variable, in the order of first use."""
        from . import models

        with _observed():
            return models.weights(self._model(handle, input_shape))

    def assign(self, handle: Any, arrays: list[np.ndarray], input_shape: tuple[int, ...] | None = None) -> None:
        """Overwrites a model's variables, in the order of first use."""
        from . import models

        with _observed():
            models.assign(self._model(handle, input_shape), arrays)

    def predict(self, handle: Any, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The model's output for a batch, as an array; with ``training`` as it is while it is trained."""
        from . import models

        with _observed():
            return models.predict(self.resolve(handle), x, training)

    def gradients(self, handle: Any, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
        """Gradients of the mean binary cross-entropy, for each trainable variable in order of first use."""
        from . import models

        with _observed():
            return models.gradients(self.resolve(handle), x, y)

    def _model(self, handle: Any, input_shape: tuple[int, ...] | None) -> Any:
        from . import models

        model = self.resolve(handle)
        if input_shape is not None:
            models.set_input_shape(model, tuple(input_shape))
        return model


def describe_error(error: BaseException, sources: dict[str, str] | None = None) -> dict[str, str]:
    """What a student needs to know of an exception: its kind, text, and the lines of their own code."""
    try:
        message = str(error)
    except Exception:
        message = "(its text could not be read)"
    return {
        "kind": type(error).__name__[:100],
        "message": message[:2_000],
        "traceback": _own_frames(error, sources or {}),
    }


def _own_frames(error: BaseException, sources: dict[str, str]) -> str:
    lines = []
    if isinstance(error, SyntaxError) and error.lineno:
        lines.append(f"{error.filename}, line {error.lineno}: {(error.text or '').strip()[:200]}")
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename in sources:
            text = sources[frame.filename].splitlines()
            shown = text[frame.lineno - 1].strip() if frame.lineno and frame.lineno <= len(text) else ""
            lines.append(f"{frame.filename}, line {frame.lineno}, in {frame.name}: {shown[:200]}")
    return "\n".join(lines)[-MAX_TRACEBACK_CHARACTERS:]


def _fault(where: str, error: BaseException, sources: dict[str, str]) -> dict[str, str]:
    return {"where": where, **describe_error(error, sources)}


@contextlib.contextmanager
def _quiet() -> Iterator[_Capture]:
    output = _Capture()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(_Capture()):
        yield output


@contextlib.contextmanager
def _observed() -> Iterator[tuple[list[warnings.WarningMessage], _Capture]]:
    with _quiet() as output, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught, output


def _arrays_only(values: Any) -> Iterator[Any]:
    """Arguments as they are after a call; whatever is no array is not repeated."""
    for value in values:
        yield value if isinstance(value, np.ndarray) else None


def _arrays_in(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif type(value) in (list, tuple) and depth < 3:
        for entry in value[:100]:
            yield from _arrays_in(entry, depth + 1)


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.may_share_memory(a, b))


def _to_numpy(value: Any) -> Any:
    """Tensors of a batch as arrays."""
    if isinstance(value, (tuple, list)):
        return tuple(_to_numpy(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _to_numpy(entry) for key, entry in value.items()}
    return np.asarray(value)
