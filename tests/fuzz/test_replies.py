"""Whatever a worker answers, ``RemoteStudent`` gives a value or blames the submission."""

from __future__ import annotations

import contextlib
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.config import Limits
from autograder.errors import StudentError, SubmissionError
from autograder.grading.student import Handle, RemoteStudent
from autograder.model import Chunk, Submission
from autograder.protocol import FrameReader, Opaque
from autograder.protocol.wire import Frame, pack_frame
from autograder.sandbox.host import Host
from autograder.sources import MAX_BYTES
from autograder.text import printable_lines
from tests.fuzz.mutations import ODD, nested
from tests.fuzz.protocol import frame, reply


class ScriptedFork:
    """A worker that gives prepared answers, whatever is asked; None after the last."""

    def __init__(self, answers: Iterator[bytes]):
        self.answers = answers
        self.alive = True

    def ask(self, question: Frame, timeout_s: float, *, most_bytes: int = 1 << 30) -> Frame:
        """The next answer."""
        assert self.alive
        pack_frame(question.header, question.body)
        (answer,) = FrameReader().feed(next(self.answers, reply(None)))
        return answer

    def end(self, reason: str = "finished") -> None:
        """It is gone."""
        self.alive = False


class ScriptedHost:
    """A host whose workers share the prepared answers."""

    def __init__(self, answers: Iterable[bytes]):
        self.answers = iter(answers)

    def fork(self, limits: Limits) -> ScriptedFork:
        """A new worker."""
        return ScriptedFork(self.answers)


def identity(x: Any) -> Any:
    """A function of a grader's."""
    return x


MODEL = Handle(0, "Model", 1)
X = np.zeros(2)
VERBS: dict[str, Callable[[RemoteStudent], Any]] = {
    "call": lambda student: student.call("f", X, alpha=1.0),
    "value": lambda student: student.value("answers"),
    "define": lambda student: student.define(identity),
    "functional": lambda student: student.functional("block", (8, 8, 1)),
    "describe": lambda student: student.describe(MODEL),
    "weights": lambda student: student.weights(MODEL),
    "assign": lambda student: student.assign(MODEL, [X]),
    "predict": lambda student: student.predict(MODEL, X),
    "gradients": lambda student: student.gradients(MODEL, X, X),
    "take": lambda student: student.take(MODEL, 1),
}
CALLED = {"value": 1, "args": [], "kwargs": {}, "shares_memory": False, "warnings": [], "stdout": ""}
LOADED = (reply({"statements": 1, "fault": None}), reply(None))


def student_of(*answers: bytes, source: str = "x = 1") -> RemoteStudent:
    """A submission of one cell whose worker gives these answers."""
    return RemoteStudent(cast(Host, ScriptedHost(answers)), Submission("s", (Chunk("cell", source),)), Limits())


def refusal(kind: Any, message: Any = "", traceback: Any = "") -> bytes:
    """A worker's answer that something was raised."""
    return pack_frame({"ok": False, "error": {"kind": kind, "message": message, "traceback": traceback}})


FIELDS = ("value", "args", "kwargs", "shares_memory", "warnings", "stdout", "statements", "fault", "where", "kind")
odd_values = st.sampled_from(
    [X, np.zeros((2, 3)), np.zeros(()), np.zeros((0, 3)), np.float64("inf"), np.float16("nan"), np.int8(3), np.True_,
     float("inf"), float("nan"), 2**4095, -1, True, None, "", "abc", "\x1b[31m", "9" * 5000, 1 + 2j, [], (), {},
     [1, 2, 3], {"ab": 1}, [[1, 2, 3]], [["n", X, X]], [["n", X, True]], [[[], X]], Opaque(3, "Model"), nested(12)]
)  # fmt: skip
answers_of_values = st.recursive(
    odd_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=8),
    max_leaves=6,
) | st.fixed_dictionaries(dict.fromkeys(FIELDS, odd_values))
plain_json = st.recursive(
    st.sampled_from([odd for odd in ODD if odd == odd and odd not in (float("inf"), 10**400)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("t", "v", "kind")), inner),
    max_leaves=8,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "ok": st.booleans() | plain_json,
        "value": plain_json,
        "error": st.fixed_dictionaries({}, optional=dict.fromkeys(("kind", "message", "traceback"), plain_json))
        | plain_json,
    },
)
answers = answers_of_values.map(reply) | st.builds(pack_frame, headers, st.binary(max_size=9))


@given(st.lists(answers, max_size=4), st.booleans(), st.sampled_from(sorted(VERBS)))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_any_answer_is_a_value_or_the_submissions_fault(given: list[bytes], loaded: bool, verb: str) -> None:
    """Loading and every verb, with answers of the wrong form: nothing but a ``SubmissionError`` comes out."""
    student = student_of(*(LOADED if loaded else ()), *given)
    with contextlib.suppress(SubmissionError):
        VERBS[verb](student)
    assert all(printable_lines(text) == text for fault in student.faults for text in astuple(fault))


ODD_ANSWERS = {
    "an array": reply(X),
    "a number": reply(np.float64(1)),
    "endless statements": reply({"statements": float("inf"), "fault": None}),
    "an array of statements": reply({"statements": X[:1], "fault": None}),
    "complex statements": reply({"statements": 1 + 2j, "fault": None}),
    "text that acts on a terminal": refusal("\ud800\x1b[31m", "\x1b]0;title\x07"),
    "deep lists for text": refusal(json.loads("[" * 900 + "]" * 900)),
    "anything for text": refusal({}, [], 1),
    "text for true": frame(b'{"ok":"true","value":null}'),
    "text for an error": frame(b'{"ok":false,"error":"kind"}'),
    "nothing": frame(b"{}"),
}


@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_an_odd_answer_to_loading_costs_the_cell_alone(name: str) -> None:
    """The submission goes on without the cell, and the fault is named in printable text."""
    student = student_of(ODD_ANSWERS[name])
    assert student.value("x") is None
    assert len(student.faults) == 1
    assert all(printable_lines(text) == text for text in astuple(student.faults[0]))


@pytest.mark.parametrize("field", ["args", "kwargs", "warnings", "stdout", "weights"])
def test_an_array_in_place_of_a_list_is_not_taken_apart(field: str) -> None:
    """A number of one byte that became an object each would fill the memory of the trusted side."""
    array = np.zeros((1_000_000, 3), "int8")
    student = student_of(*LOADED, reply(array if field == "weights" else CALLED | {field: array}))
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionError):
            VERBS["weights" if field == "weights" else "call"](student)
        assert tracemalloc.get_traced_memory()[1] < 5 * array.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("header", [b'{"ok":true,"value":null}', b'{"ok":true,"value":7}', b"{}"])
def test_an_error_does_not_keep_the_answer(header: bytes) -> None:
    """pytest keeps what a test raises with all variables on its way: a large answer must not be among them."""
    size, kept = 2_000_000, []
    tracemalloc.start()
    try:
        for _ in range(5):
            made = (answer() for answer in (lambda: LOADED[0], lambda: LOADED[1], lambda: frame(header, bytes(size))))
            student = RemoteStudent(cast(Host, ScriptedHost(made)), Submission("s", (Chunk("cell", "x"),)), Limits())
            with pytest.raises(SubmissionError) as caught:
                student.call("f")
            kept.append(caught)
        assert len(kept) == 5 and tracemalloc.get_traced_memory()[0] < size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("value", [nested(15), [None] * 199_999, 2**4095], ids=["deep", "long", "large"])
def test_what_came_from_the_student_can_be_handed_back_or_is_their_fault(value: Any) -> None:
    """A test that passes a returned value to the next function is never to blame for its size."""
    student = student_of(*LOADED, reply(value), reply(CALLED))
    found = student.value("data")
    try:
        student.call("train", [found])
    except StudentError as error:
        assert "returned" in str(error)


@pytest.mark.parametrize("character", ["\n", "\0", "é", "한", "\U0001f600"])
def test_every_source_that_the_intake_takes_can_be_sent(character: str) -> None:
    """A cell of the largest size reaches the worker, whatever it is made of."""
    student = student_of(*LOADED, source=character * (MAX_BYTES // len(character.encode())))
    assert student.value("x") is None and student.faults == []
