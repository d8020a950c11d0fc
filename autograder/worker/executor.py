"""Runs a student's source and answers the verbs that a grader may use on it.

Theory of operation.  ``Executor`` holds one namespace.  ``load`` executes chunks of source statement
by statement, so one faulty statement costs only what depends on it.  Each verb takes and returns
ordinary Python values; turning them into messages is the caller's business (``serve`` in a worker,
``LocalStudent`` in a self-check).  Objects that cannot be sent are kept here and named by an id.
What may be asked, and in which form, is declared in ``protocol.verbs``; here is a method for each.
Nothing in this module is trusted: student code runs in the same process and may change it.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import importlib
import io
import linecache
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import cast

import numpy as np

from ..protocol.values import ArgumentHandle, Opaque, Value
from ..protocol.verbs import Fault, Loaded, ModelDescription, Raised, Reply, Request, Weight

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
    """The submission does not define this name."""


class Executor:
    """One submission: its namespace, the objects that it keeps, and the verbs."""

    def __init__(self) -> None:
        self.namespace: dict[str, Value] = {"__name__": "submission", "__builtins__": __builtins__}
        self._kept: list[Value] = []
        self.sources: dict[str, str] = {}
        self._statements: dict[str, list[ast.stmt]] = {}

    def answer(self, request: Request[Value]) -> Value:
        """Answers a request by the method that has its verb's name."""
        return cast(Callable[..., Value], getattr(self, request.verb))(**vars(request))

    # -- loading ---------------------------------------------------------------------------------

    def load(self, name: str, source: str) -> Loaded:
        """Parses one chunk and keeps its statements for ``execute``."""
        self.sources[name] = source
        try:
            statements = ast.parse(source, filename=name).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Loaded(0, _fault(name, error, self.sources))
        self._statements[name] = statements
        _remember_source(name, source)
        return Loaded(len(statements), None)

    def execute(self, name: str, index: int) -> Fault | None:
        """Executes one statement of a chunk; what failed, or None."""
        statement = self._statements[name][index]
        try:
            with _quiet():
                exec(compile(ast.Module([statement], []), name, "exec", dont_inherit=True), self.namespace)
        except (Exception, SystemExit) as error:
            return _fault(f"{name}, line {statement.lineno}", error, self.sources)
        return None

    def run(self, name: str, source: str) -> list[Fault]:
        """Loads a chunk and executes all of it; what failed."""
        loaded = self.load(name, source)
        faults = [loaded.fault, *(self.execute(name, index) for index in range(loaded.statements))]
        return [fault for fault in faults if fault is not None]

    def define(self, name: str, source: str, modules: dict[str, str]) -> Opaque:
        """Runs a definition of the grader's in a namespace of its own, and keeps the function.

        Args:
            name: of the function.
            source: its definition (see ``protocol.functions``).
            modules: what it finds imported, by alias.
        """
        scope: dict[str, Value] = {alias: importlib.import_module(module) for alias, module in modules.items()}
        file = f"<{name} of the grader>"
        _remember_source(file, source)
        exec(compile(source, file, "exec", __future__.annotations.compiler_flag, dont_inherit=True), scope)
        return self.keep(scope[name])

    # -- objects ---------------------------------------------------------------------------------

    def keep(self, value: Value) -> Opaque:
        """Keeps an object here and returns what stands for it."""
        if len(self._kept) >= MAX_HANDLES:
            raise RuntimeError(f"more than {MAX_HANDLES} objects kept")
        self._kept.append(value)
        return Opaque(len(self._kept) - 1, type(value).__name__[:100])

    def resolve(self, value: Value) -> Value:
        """Replaces handles by the objects that they stand for, inside containers as well."""
        if isinstance(value, (ArgumentHandle, Opaque)):
            return self._kept[value.id]
        if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
            return type(value)(self.resolve(entry) for entry in value)
        if isinstance(value, dict) and type(value) is dict:
            return {key: self.resolve(entry) for key, entry in value.items()}
        return value

    def function(self, wanted: str | Opaque | ArgumentHandle) -> Callable[..., Value]:
        """A function of the submission by its name, or what a handle stands for.

        Raises:
            MissingName: there is none.
        """
        function = self.value(wanted) if isinstance(wanted, str) else self.resolve(wanted)
        if not callable(function):
            name = wanted if isinstance(wanted, str) else "the object"
            raise MissingName(f"{name} is a {type(function).__name__}, not a function")
        return function

    # -- verbs -----------------------------------------------------------------------------------

    def call(self, function: str | Opaque | ArgumentHandle, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Reply:
        """Calls a function; also reports the arguments afterwards, aliasing, warnings and output."""
        called = self.function(function)
        args, kwargs = tuple(map(self.resolve, args)), {key: self.resolve(value) for key, value in kwargs.items()}
        with _observed() as (caught, output):
            value = called(*args, **kwargs)
        arrays = [entry for entry in (*args, *kwargs.values()) if isinstance(entry, np.ndarray)]
        return Reply(
            value=value,
            args=tuple(_arrays_only(args)),
            kwargs=dict(zip(kwargs, _arrays_only(kwargs.values()), strict=True)),
            shares_memory=any(_overlap(entry, array) for entry in _arrays_in(value) for array in arrays),
            warnings=tuple(f"{w.category.__name__}: {str(w.message)[:300]}" for w in caught[:MAX_WARNINGS]),
            stdout=output.getvalue(),
        )

    def value(self, name: str) -> Value:
        """A global variable of the submission.

        Raises:
            MissingName: there is none.
        """
        if name not in self.namespace:
            raise MissingName(f"{name} is not defined: its cell is missing, empty, or failed when it ran")
        return self.namespace[name]

    def take(self, dataset: Value, count: int) -> list[Value]:
        """The first ``count`` batches of an iterable, as NumPy arrays."""
        with _observed():
            iterator = iter(cast(Iterable[Value], self.resolve(dataset)))
            batches = []
            for _ in range(count):
                try:
                    batches.append(_to_numpy(next(iterator)))
                except StopIteration:
                    break
        return batches

    def functional(
        self, name: str, shape: tuple[int, ...], args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Opaque:
        """A Keras model around a function of a tensor: ``Model(x, function(x, ...))``."""
        import keras

        function = self.function(name)
        with _observed():
            tensor = keras.Input(shape)
            rest = [self.resolve(value) for value in args]
            named = {key: self.resolve(value) for key, value in kwargs.items()}
            model = keras.Model(tensor, function(tensor, *rest, **named))
        return self.keep(model)

    def describe(self, model: Value, input_shape: tuple[int, ...] | None) -> ModelDescription:
        """Shapes, layers and parameter counts of a model."""
        from . import keras_models

        with _observed():
            return keras_models.describe(self._model(model, input_shape))

    def weights(self, model: Value, input_shape: tuple[int, ...] | None) -> list[Weight]:
        """A model's variables, in the order of first use."""
        from . import keras_models

        with _observed():
            return keras_models.weights(self._model(model, input_shape))

    def assign(self, model: Value, arrays: list[np.ndarray], input_shape: tuple[int, ...] | None) -> None:
        """Overwrites a model's variables, in the order of first use."""
        from . import keras_models

        with _observed():
            keras_models.assign(self._model(model, input_shape), arrays)

    def predict(self, model: Value, x: np.ndarray, training: bool) -> np.ndarray:
        """The model's output for a batch, as an array; with ``training`` as it is while it is trained."""
        from . import keras_models

        with _observed():
            return keras_models.predict(self.resolve(model), x, training)

    def gradients(self, model: Value, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
        """Gradients of the mean binary cross-entropy, for each trainable variable in order of first use."""
        from . import keras_models

        with _observed():
            return keras_models.gradients(self.resolve(model), x, y)

    def _model(self, handle: Value, input_shape: tuple[int, ...] | None) -> Value:
        from . import keras_models

        model = self.resolve(handle)
        if input_shape is not None:
            keras_models.set_input_shape(model, input_shape)
        return model


def describe_error(error: BaseException, sources: dict[str, str] | None = None) -> Raised:
    """What a student needs to know of an exception: its kind, text, and the lines of their own code."""
    try:
        message = str(error)
    except Exception:
        message = "(its text could not be read)"
    return Raised(type(error).__name__[:100], message[:2_000], _own_frames(error, sources or {}))


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


def _fault(where: str, error: BaseException, sources: dict[str, str]) -> Fault:
    told = describe_error(error, sources)
    return Fault(where, told.kind, told.message, told.traceback)


def _remember_source(name: str, source: str) -> None:
    """As in a notebook: tf.function reads the source of what it turns into a graph (AutoGraph: loops, conditions)."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


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


def _arrays_only(values: Iterable[Value]) -> Iterator[np.ndarray | None]:
    """Arguments as they are after a call; only arrays are sent back."""
    for value in values:
        yield value if isinstance(value, np.ndarray) else None


def _arrays_in(value: Value, depth: int = 0) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)) and type(value) in (list, tuple) and depth < 3:
        for entry in value[:100]:
            yield from _arrays_in(entry, depth + 1)


def _overlap(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.may_share_memory(a, b))


def _to_numpy(value: Value) -> Value:
    """Tensors of a batch as arrays."""
    if isinstance(value, (tuple, list)):
        return tuple(_to_numpy(entry) for entry in value)
    if isinstance(value, dict):
        return {key: _to_numpy(entry) for key, entry in value.items()}
    return np.asarray(value)
