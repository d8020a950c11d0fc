"""The table of verbs: what is asked and answered has the declared form, or is refused on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.protocol import Frame, FrameReader, Opaque, ProtocolError, encode, verbs
from autograder.protocol.verbs import (
    VERBS,
    Fault,
    LayerDescription,
    Loaded,
    ModelDescription,
    Raised,
    Reply,
    Weight,
    pack_answer,
    pack_raised,
    parse_answer,
    parse_request,
    request_frame,
)

X = np.arange(6.0).reshape(2, 3)
MODEL = Opaque(3, "Model")
REQUESTS: tuple[verbs.Request[Any], ...] = (
    verbs.Load("cell", "x = 1"),
    verbs.Execute("cell", 0),
    verbs.Define("f", "def f(x): return x", {"np": "numpy"}),
    verbs.Call("f", (X, [1, MODEL]), {"alpha": 0.5}),
    verbs.GetValue("x"),
    verbs.Take(MODEL, 3),
    verbs.Functional("block", (8, 8, 1), (2,), {"kernel_size": 3}),
    verbs.Describe(MODEL, None),
    verbs.GetWeights(MODEL, (8, 8, 1)),
    verbs.Assign(MODEL, [X, X], None),
    verbs.Predict(MODEL, X, False),
    verbs.Gradients(MODEL, X, X),
)
LAYERS = (LayerDescription("Dense", "dense", (None, 3)), LayerDescription("InputLayer", "input", None))
ANSWERS: dict[str, Any] = {
    "load": Loaded(0, Fault("cell", "SyntaxError", "no")),
    "execute": None,
    "define": MODEL,
    "call": Reply(X, (X, None), {"alpha": None}, True, ("UserWarning: x",), "printed"),
    "value": {"anything": [1, 2.5, "text", None]},
    "take": [(X, X)],
    "functional": MODEL,
    "describe": ModelDescription("Model", (None, 2), (None, 3), True, LAYERS, 9, 0),
    "weights": [Weight("kernel", X, True), Weight("bias", X[0], False)],
    "assign": None,
    "predict": X,
    "gradients": [X, None],
}


def refuse(value: object) -> Opaque:
    """Nothing is kept here."""
    raise ProtocolError(f"a {type(value).__name__} cannot be sent")


def same(a: Any, b: Any) -> bool:
    """Equal as they go over the wire."""
    return bool(encode(a) == encode(b))


def test_every_verb_is_tried_here() -> None:
    """Each of the table has a request and an answer above."""
    assert [request.verb for request in REQUESTS] == list(VERBS) == list(ANSWERS)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.verb)
def test_a_request_arrives_as_it_was_sent(request_: verbs.Request[Any]) -> None:
    """Handles arrive as what names an object over there."""
    found = parse_request(request_frame(request_, refuse))
    assert type(found) is type(request_)
    assert repr(found) == repr(request_).replace("Opaque(id=3, type_name='Model')", "ArgumentHandle(id=3)")


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.verb)
def test_an_answer_arrives_as_it_was_given(request_: verbs.Request[Any]) -> None:
    """As the record that the table declares."""
    (frame,) = FrameReader().feed(pack_answer(ANSWERS[request_.verb], refuse))
    found = parse_answer(request_, frame, Opaque)
    assert type(found) is type(ANSWERS[request_.verb]) and same(found, ANSWERS[request_.verb])
    (frame,) = FrameReader().feed(pack_raised(Raised("ValueError", "no", "cell, line 1")))
    assert parse_answer(request_, frame, Opaque) == Raised("ValueError", "no", "cell, line 1")


@pytest.mark.parametrize(
    "request_",
    [
        verbs.Load("cell", None),
        verbs.Execute("cell", True),
        verbs.Execute("cell", 1.0),
        verbs.Call(3, (), {}),
        verbs.Call("f", (), []),
        verbs.Functional("block", (8, None), (), {}),
        verbs.Predict(MODEL, [1.0], False),
        verbs.Assign(MODEL, [1.0], None),
        verbs.Call("f", (object(),), {}),
    ],
    ids=lambda request: type(request).__name__,
)  # type: ignore[arg-type]
def test_a_request_of_the_wrong_form_is_not_sent(request_: verbs.Request[Any]) -> None:
    """It is found on our own side, whoever calls."""
    with pytest.raises(ProtocolError):
        request_frame(request_, refuse)


WRONG: dict[str, tuple[Any, ...]] = {
    "load": ({"statements": "3", "fault": None}, {"statements": 3}, {"statements": 3, "fault": {}}, X),
    "execute": ("fault", {"where": "cell", "kind": "E", "message": 1, "traceback": ""}),
    "define": (None, 3, "handle"),
    "call": (vars(ANSWERS["call"]) | {"args": X}, vars(ANSWERS["call"]) | {"more": 1}, {"value": 1}, [1], None),
    "take": (X, {"0": X}, None),
    "functional": (X,),
    "describe": ({}, vars(ANSWERS["describe"]) | {"layers": [1]}, vars(ANSWERS["describe"]) | {"trainable": 1.5}),
    "weights": (X, [X], [["kernel", X]], [["kernel", [1.0], True]], [[X, "kernel", True]], {"kernel": X}),
    "assign": (1, X),
    "gradients": (X, [1.0], [None, "x"]),
}


@pytest.mark.parametrize(("verb", "value"), [(verb, value) for verb, values in WRONG.items() for value in values])
def test_an_answer_of_the_wrong_form_is_refused(verb: str, value: Any) -> None:
    """Whatever is wrong with it, it is a ``ProtocolError`` that says what was wanted."""
    (frame,) = FrameReader().feed(pack_answer(value, refuse))
    request_ = next(request for request in REQUESTS if request.verb == verb)
    with pytest.raises(ProtocolError, match="wanted"):
        parse_answer(request_, frame, Opaque)


@pytest.mark.parametrize(
    "header",
    [{}, {"ok": 1, "value": None}, {"ok": False}, {"ok": False, "error": {"kind": "E"}}, {"ok": "true", "value": None}],
    ids=str,
)
def test_what_is_neither_an_answer_nor_an_error_is_refused(header: dict[str, object]) -> None:
    """Only ``true`` is true, and an error has all its fields."""
    with pytest.raises(ProtocolError):
        parse_answer(verbs.GetValue("x"), Frame(header), Opaque)


@pytest.mark.parametrize("change", [lambda h: h | {"verb": "eval"}, lambda h: h | {"verb": []}, lambda h: {}],
                         ids=["unknown", "no name", "none"])  # fmt: skip
def test_an_unknown_verb_is_refused(change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    """By the worker, too."""
    frame = request_frame(verbs.GetValue("x"), refuse)
    with pytest.raises(ProtocolError, match="unknown verb"):
        parse_request(Frame(change(frame.header), frame.body))


def test_an_array_is_not_taken_apart_to_find_out() -> None:
    """The error of a million rows where a list was wanted names the type that came, and costs nothing."""
    (frame,) = FrameReader().feed(pack_answer(np.zeros((1_000_000, 3), "int8"), refuse))
    with pytest.raises(ProtocolError, match="wanted list, got ndarray"):
        parse_answer(verbs.GetWeights(MODEL, None), frame, Opaque)


def test_only_questions_about_arrays_have_large_answers() -> None:
    """What was loaded, executed, defined, described or assigned fits into a megabyte."""
    x = np.zeros(3)
    small = [verbs.Load("c", "x = 1"), verbs.Execute("c", 0), verbs.Define("f", "def f(): 0", {}),
             verbs.Functional("f", (3,), (), {}), verbs.Describe(x, None), verbs.Assign(x, [x], None)]  # fmt: skip
    large = [verbs.Call("f", (), {}), verbs.GetValue("x"), verbs.Take(x, 1), verbs.GetWeights(x, None),
             verbs.Predict(x, x, False), verbs.Gradients(x, x, x)]  # fmt: skip
    assert {request.most_answer_bytes for request in small} == {2**20}
    assert {request.most_answer_bytes for request in large} == {2**30}
    assert {type(request) for request in (*small, *large)} == set(verbs.VERBS.values())
