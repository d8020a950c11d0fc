"""``LocalStudent``: the self-check's student answers as a worker does."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.errors import LocalProtocolError, StudentError
from autograder.grading.student import Handle, LocalStudent


def doubled(x):
    """A function of the grader's."""
    return np.multiply(x, 2)


def counter():
    """Something that stays where it was made."""
    return iter(range(3))


def applied(f, x):
    """A function of the student's."""
    return f(x)


def test_a_function_of_the_graders_runs_beside_live_objects() -> None:
    """Handed to the student's functions, called itself, and what it makes handed on."""
    student = LocalStudent({"applied": applied, "first": next})
    handle = student.define(doubled)
    assert isinstance(handle, Handle) and repr(handle) == "<function in the student's process>"
    assert student.applied(handle, np.array([1, 2])).tolist() == [2, 4]
    assert student.call(handle, 3).value == 6
    assert student.first(student.call(student.define(counter)).value) == 0


def test_a_change_in_place_shows_and_does_not_reach_the_test() -> None:
    """Arguments are copied, as they are for a worker."""
    x = np.zeros(3)
    reply = LocalStudent({"f": lambda x: x.fill(1)}).call("f", x)
    assert x.tolist() == [0, 0, 0] and isinstance(reply.args[0], np.ndarray) and reply.args[0].tolist() == [1, 1, 1]


def test_errors_keep_their_kind() -> None:
    """A missing name, and what the student's function raised."""
    student = LocalStudent({"f": lambda: 1 / 0})
    for call, kind in ((student.g, "NameError"), (student.f, "ZeroDivisionError")):
        with pytest.raises(StudentError) as caught:
            call()
        assert caught.value.kind == kind


def test_a_lambda_is_refused() -> None:
    """Its text cannot be taken alone; the author reads what to write."""
    with pytest.raises(LocalProtocolError, match="written with def"):
        LocalStudent({}).define(lambda x: x)
