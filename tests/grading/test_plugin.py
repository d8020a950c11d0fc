"""What an author may say in the item marker, and what a test may record."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.errors import GraderError
from autograder.grading.plugin import Context, Translation, run_tests
from autograder.grading.student import LocalStudent
from autograder.model import Outcome

TESTS = '''
import pytest
from autograder.model import Award

def case(name, **about):
    return pytest.param(name, marks=pytest.mark.item(name, **about), id=name)

@pytest.mark.item(weight=2, hint="Mind the shape.", title="{function} keeps the shape.", name="test_{function}_shape")
@pytest.mark.parametrize("function", [case("elu"), case("relu", hint="Mind {braces}."), case("tanh", weight=3)])
def test_shape(student, rng, function):
    student.note(function, rng.random())

@pytest.mark.item("relu")
@pytest.mark.parametrize("value", [1, 2])
def test_plain(record, value):
    """A docstring
    of two lines."""
    record.award(Award(0.5, "half", ("look",), {"value": value}))
    assert value == 1
'''


def run(folder, text=TESTS, translations=None, items=("elu", "relu", "tanh")):
    """Runs a test file; its results by name, and what the tests drew."""
    path, drawn = folder / "test_hidden.py", {}
    path.write_text(text, encoding="utf-8")
    student = LocalStudent({"note": drawn.__setitem__})
    context = Context(student, b"seed", frozenset(items), translations or {})
    return {result.name: result for result in run_tests([path], context)}, drawn


def test_title_and_name_are_templates_over_the_parameters(tmp_path):
    """A case's own marker goes before that of the test; what it leaves out it has from there."""
    results, _ = run(tmp_path)
    shapes = {name: (r.item, r.title, r.weight, r.hint) for name, r in results.items() if name.endswith("_shape")}
    assert shapes == {
        "test_elu_shape": ("elu", "elu keeps the shape.", 2.0, "Mind the shape."),
        "test_relu_shape": ("relu", "relu keeps the shape.", 2.0, "Mind {braces}."),
        "test_tanh_shape": ("tanh", "tanh keeps the shape.", 3.0, "Mind the shape."),
    }
    assert {name for name in results if "plain" in name} == {"test_plain[1]", "test_plain[2]"}
    assert results["test_plain[1]"].title == "A docstring of two lines."


def test_random_inputs_and_translations_go_by_the_name(tmp_path):
    """Each case draws its own, the same as a test that has that name, and has a title of its own in Korean."""
    _, drawn = run(tmp_path)
    assert len(set(drawn.values())) == 3
    alone = """
import pytest

@pytest.mark.item("elu")
def test_elu_shape(student, rng):
    student.note("alone", rng.random())
"""
    assert run(tmp_path, alone)[1] == {"alone": drawn["elu"]}
    results, _ = run(
        tmp_path, translations={"test_elu_shape": Translation("모양", "힌트"), "test_plain": Translation("예")}
    )
    assert (results["test_elu_shape"].title, results["test_elu_shape"].hint) == ("모양", "힌트")
    assert results["test_plain[1]"].title == results["test_plain[2]"].title == "예"


def test_an_award_is_recorded_whatever_the_outcome(tmp_path):
    """Credit, message, flags and numbers; a test that says nothing has none of them."""
    results, _ = run(tmp_path)
    for value, outcome in ((1, Outcome.PASSED), (2, Outcome.FAILED)):
        result = results[f"test_plain[{value}]"]
        assert (result.outcome, result.credit, result.message) == (outcome, 0.5, "half")
        assert (result.flags, result.numbers) == (("look",), {"value": value})
    silent = results["test_elu_shape"]
    assert (silent.credit, silent.message, silent.flags, silent.numbers) == (None, "", (), {})


def test_only_the_wanted_items_are_run(tmp_path):
    """A case belongs to its own item."""
    results, drawn = run(tmp_path, items=["tanh"])
    assert set(results) == {"test_tanh_shape"} and set(drawn) == {"tanh"}
    assert np.isfinite(drawn["tanh"])


def test_a_test_without_an_item_is_refused(tmp_path):
    """The author is told which."""
    with pytest.raises(GraderError, match=r"test_lost has no @pytest\.mark\.item"):
        run(tmp_path, "def test_lost(student):\n    pass\n")
