"""A function as text: what goes with it, and what is refused before anything is sent."""

from __future__ import annotations

import functools
import math as mathematics
from collections.abc import Callable

import numpy as np
import pytest

from autograder.protocol import ProtocolError
from autograder.protocol.functions import source_of

RATE = 0.5


def scaled(x, scale=2.0, *, signs=(1, -1)):
    """Uses a module under another name, a literal default, a built-in and a function inside."""
    import json

    def one(sign):
        return sign * mathematics.sqrt(abs(x)) * scale * len(json.dumps(np.pi))

    return [one(sign) for sign in signs]


def recursive(n: np.int64) -> np.int64:
    """Calls itself; its annotations are never evaluated."""
    return n if n <= 1 else n * recursive(n - 1)


def test_modules_go_by_their_names() -> None:
    """Those that the function uses, under the alias of its file; its own imports stay in its text."""
    found = source_of(scaled)
    assert found.name == "scaled" and found.source.startswith("def scaled(")
    assert found.modules == {"mathematics": "math", "np": "numpy"}
    assert "recursive" not in source_of(recursive).modules


def test_an_inner_function_is_dedented() -> None:
    """A function of a test's own is as good, as long as it needs nothing around it."""

    def inner(x):
        return x + 1

    assert source_of(inner).source == "def inner(x):\n    return x + 1\n"


def uses_a_constant(x):
    """RATE lives in this file."""
    return RATE * x


def uses_another_function(x):
    """So does scaled."""
    return scaled(x)


def hidden_in_a_lambda(xs):
    """Also where it is used inside."""
    return sorted(xs, key=lambda x: RATE * x)


def misspelt(x):
    """A name that is nowhere."""
    return lenght(x)  # noqa: F821


def default_of_the_file(x, rate=RATE):
    """Its text would look for RATE."""
    return rate * x


def default_in_the_keywords(x, *, rate=RATE):
    """The same."""
    return rate * x


@functools.cache
def wrapped(x):
    """A decorator makes another object of it."""
    return x


def decorated_by(function: Callable[..., object]) -> Callable[..., object]:
    """A decorator that gives back a function."""
    return function


@decorated_by
def decorated(x):
    """It is a function, but its decorator would be lost."""
    return x


def around(rate: float) -> Callable[..., object]:
    """Gives a closure."""

    def closure(x):
        return rate * x

    return closure


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (uses_a_constant, "uses RATE of its file, which is not a module; pass it as an argument"),
        (uses_another_function, "uses scaled of its file"),
        (hidden_in_a_lambda, "uses RATE of its file"),
        (misspelt, "uses lenght of its file"),
        (default_of_the_file, "its default RATE is not a literal; pass it as an argument"),
        (default_in_the_keywords, "its default RATE is not a literal"),
        (decorated, "it is decorated; remove the decorator"),
        (wrapped, "wanted a function written with def"),
        (lambda x: x, "wanted a function written with def"),
        (around(2.0), "uses rate of the function around it; pass it as an argument"),
        (len, "wanted a function written with def"),
        (np.maximum, "wanted a function written with def"),
    ],
)
def test_what_would_miss_something_is_refused(function: Callable[..., object], reason: str) -> None:
    """The error names what the function needs, and what to do."""
    with pytest.raises(ProtocolError) as caught:
        source_of(function)
    assert reason in str(caught.value)


def test_a_function_without_a_file_is_refused() -> None:
    """Its source cannot be found."""
    scope: dict[str, Callable[..., object]] = {}
    exec("def typed(x): return x", scope)
    with pytest.raises(ProtocolError, match="write it into a file"):
        source_of(scope["typed"])
