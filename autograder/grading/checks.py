"""Assertions for authors of tests: each says what came, what was wanted, and where.

They accept whatever a student may have returned; a wrong type or shape is a failure with a clear
text, never a crash of the test.  NaN fails every comparison.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from autograder.errors import StudentError

if TYPE_CHECKING:
    from autograder.grading.student import Reply, Student

STEP = 1e-5  # CS231n, neural-networks-3: h about 1e-5 in float64
KINK_MARGIN = 10 * STEP
GRADIENT_RTOL = 1e-6  # see gradient_check
GRADIENT_ATOL = 1e-8


def as_array(value: object, what: str = "the result") -> np.ndarray:
    """A number or an array of numbers as an array; anything else fails."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return value
    if isinstance(value, (numbers.Number, np.generic)):
        return np.asarray(value)
    if isinstance(value, (list, tuple)):
        raise AssertionError(f"{what} is a {type(value).__name__}, wanted a NumPy array")
    raise AssertionError(f"{what} is {_name(value)}, wanted a number or a NumPy array")


def check_size(actual: object, most: int, what: str = "the result") -> None:
    """Fails unless ``actual`` is numeric and has at most so many values.

    For results whose shape is left open: it comes before anything that takes memory or time for each value, such as a
    conversion or a comparison with another result of the student's.
    """
    found = as_array(actual, what).size
    assert found <= most, f"{what} has {found:,} values, wanted at most {most:,}"


def check_shape(actual: object, shape: tuple[int, ...], what: str = "the result") -> None:
    """Fails unless ``actual`` is numeric and of that shape."""
    found = as_array(actual, what).shape
    assert found == tuple(shape), f"{what} has shape {found}, wanted {tuple(shape)}"


def check_dtype(actual: object, dtype: DTypeLike, what: str = "the result") -> None:
    """Fails unless ``actual`` has exactly that dtype (a Python float counts as float64)."""
    found = as_array(actual, what).dtype
    assert found == np.dtype(dtype), f"{what} has dtype {found}, wanted {np.dtype(dtype)}"


def check_close(
    actual: object, expected: object, *, rtol: float = 1e-7, atol: float = 0.0, what: str = "the result"
) -> None:
    """Fails unless shapes agree and ``|actual - expected| <= atol + rtol * |expected|`` everywhere.

    Infinities have to be equal; NaN equals nothing.
    """
    expected = np.asarray(expected)
    found = as_array(actual, what)
    assert found.shape == expected.shape, f"{what} has shape {found.shape}, wanted {expected.shape}"
    assert not np.isnan(found).any(), f"{what} contains NaN"
    assert found.dtype.kind != "c" or expected.dtype.kind == "c", f"{what} is complex, wanted real numbers"
    good = np.isclose(
        found.astype(expected.dtype if expected.dtype.kind == "c" else float), expected, rtol=rtol, atol=atol
    )
    if not good.all():
        where = tuple(int(i) for i in np.argwhere(~good)[0])
        spot = f" at index {where[0] if len(where) == 1 else where}" if where else ""
        raise AssertionError(f"{what}{spot}: got {found[where]:.6g}, wanted {expected[where]:.6g}")


def check_unchanged(reply: Reply, *originals: object) -> None:
    """Fails when a call changed one of its positional array arguments, or returned a view of one."""
    for number, (after, before) in enumerate(zip(reply.args, originals, strict=False), start=1):
        if isinstance(before, np.ndarray):
            same = isinstance(after, np.ndarray) and np.array_equal(after, before, equal_nan=before.dtype.kind in "fc")
            assert same, f"argument {number} was changed in place; work on a copy"
    assert not reply.shares_memory, "the result shares memory with an argument; return a new array"


def check_raises(
    student: Student, function: str, *args: object, kind: str | tuple[str, ...] = "ValueError", **kwargs: Any
) -> None:
    """Fails unless the call raises an exception of that type with a text of its own."""
    kinds = (kind,) if isinstance(kind, str) else kind
    shown = ", ".join([*map(_short, args), *(f"{key}={_short(value)}" for key, value in kwargs.items())])
    call = f"{function}({shown})"
    try:
        value = student.call(function, *args, **kwargs).value
    except StudentError as error:
        if error.kind in ("NotImplementedError", "NameError", "Exit", "Crash"):
            raise
        assert error.kind in kinds, f"{call} raised {error}, wanted {' or '.join(kinds)}"
        text = str(error).removeprefix(error.kind).strip(": ")
        assert text, f"{call} raised {error.kind} without a text; say what was wrong with the input"
        return
    raise AssertionError(f"{call} returned {_short(value)}, wanted {' or '.join(kinds)}")


def gradient_check(student: Student, function: str, gradient: str, x: np.ndarray, **kwargs: Any) -> None:
    """Compares a gradient function with central differences of the student's own function.

    Args:
        function, gradient: names in the submission; both map an array elementwise.
        x: float64 inputs with ``|x| <= 5``, none closer to a kink than ``KINK_MARGIN``.
        kwargs: passed to both.

    Tolerance: the central difference of a smooth function errs by ``h^2 f''' / 6 < 2e-11`` plus
    rounding ``eps |f| / h < 1e-10`` for ``|f| <= 5``; 1e-8 absolute plus 1e-6 relative leaves a margin
    of 100 and still tells any dropped term.  Source: CS231n notes, neural-networks-3 (h, centring).
    """
    x = np.asarray(x, dtype=np.float64)
    upper = as_array(student.call(function, x + STEP, **kwargs).value, f"{function}(x)")
    lower = as_array(student.call(function, x - STEP, **kwargs).value, f"{function}(x)")
    assert upper.shape == lower.shape == x.shape, f"{function}(x) has shape {upper.shape}, wanted {x.shape}"
    numerical = (upper.astype(np.float64) - lower) / (2 * STEP)
    check_close(
        student.call(gradient, x, **kwargs).value,
        numerical,
        rtol=GRADIENT_RTOL,
        atol=GRADIENT_ATOL,
        what=f"{gradient}(x) against the slope of {function}",
    )


def _name(value: object) -> str:
    return "None" if value is None else f"a {getattr(value, 'type_name', type(value).__name__)}"


def _short(value: object) -> str:
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"array of shape {value.shape}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."
