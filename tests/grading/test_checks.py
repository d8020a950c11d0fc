"""The authors' assertions: what they accept, and what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.errors import StudentError
from autograder.grading.checks import (
    check_close,
    check_dtype,
    check_raises,
    check_shape,
    check_size,
    check_unchanged,
    gradient_check,
)
from autograder.grading.student import Handle, LocalStudent


def test_close_accepts_numbers_and_arrays_within_tolerance() -> None:
    """A Python float is as good as a zero-dimensional array."""
    check_close(1.0 + 1e-9, 1.0)
    check_close(np.float32(1), np.float64(1))
    check_close(np.array([1.0, np.inf]), np.array([1.0, np.inf]))
    check_close(np.array([0.0]), np.array([1e-9]), atol=1e-8)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1.0, 2.5]), "index 1: got 2.5, wanted 2"),
        (np.array([1.0]), "shape (1,), wanted (2,)"),
        (np.array([1.0, np.nan]), "NaN"),
        (np.array([1.0, 2.0 + 0j]), "complex"),
        ([1.0, 2.0], "list"),
        (None, "None"),
        (Handle(0, "Tensor", 0), "Tensor"),
        (np.array(["1", "2"]), "ndarray"),
    ],
)
def test_close_says_what_is_wrong(value: Any, text: str) -> None:
    """Each kind of failure has its own text."""
    with pytest.raises(AssertionError) as caught:
        check_close(value, np.array([1.0, 2.0]))
    assert text in str(caught.value)


def test_shape_and_dtype() -> None:
    """Both name what came and what was wanted."""
    check_shape(np.zeros((2, 3)), (2, 3))
    check_dtype(1.0, np.float64)
    with pytest.raises(AssertionError, match="float64, wanted float32"):
        check_dtype(np.zeros(2), np.float32)


def test_unchanged_sees_changes_and_views() -> None:
    """In-place work and returned views are told apart."""
    student = LocalStudent({"inplace": _inplace, "view": lambda x: x[1:], "copy": lambda x: x + 1})
    x = np.arange(3.0)
    check_unchanged(student.call("copy", x), x)
    with pytest.raises(AssertionError, match="changed in place"):
        check_unchanged(student.call("inplace", x), x)
    with pytest.raises(AssertionError, match="shares memory"):
        check_unchanged(student.call("view", x), x)
    assert x.tolist() == [0.0, 1.0, 2.0]


def _inplace(x: np.ndarray) -> np.ndarray:
    x[0] = 9
    return x.copy()


def test_raises_wants_the_type_and_a_text() -> None:
    """No error, another error, and an error without words all fail; a stub is a student error."""

    def fails(error: Exception) -> Any:
        def function(_x: Any) -> None:
            raise error

        return function

    student = LocalStudent(
        {
            "good": fails(ValueError("x must be a number")),
            "silent": fails(ValueError()),
            "other": fails(KeyError("x")),
            "none": lambda x: x,
            "stub": fails(NotImplementedError()),
        }
    )
    check_raises(student, "good", "text")
    for name, text in (("silent", "without a text"), ("other", "wanted ValueError"), ("none", "returned 'text'")):
        with pytest.raises(AssertionError, match=text):
            check_raises(student, name, "text")
    with pytest.raises(StudentError):
        check_raises(student, "stub", "text")


def test_gradient_check_tells_a_dropped_term() -> None:
    """A right slope passes on a wide range; a slope with a dropped factor fails."""
    x = np.linspace(-5, 5, 41)
    student = LocalStudent({"f": np.sin, "right": np.cos, "wrong": lambda v: np.cos(v) + 1e-4})
    gradient_check(student, "f", "right", x)
    with pytest.raises(AssertionError, match="slope of f"):
        gradient_check(student, "f", "wrong", x)


def test_a_result_of_open_shape_is_bounded_by_its_size() -> None:
    """Numbers and arrays count their values; the message says how many came."""
    check_size(1.0, 1)
    check_size(np.zeros((2, 3)), 6)
    with pytest.raises(AssertionError, match=r"the curve has 1,000,000 values, wanted at most 6"):
        check_size(np.zeros(10**6, bool), 6, "the curve")
    with pytest.raises(AssertionError, match="wanted a NumPy array"):
        check_size([1.0], 6)
