"""The survey as an assignment: participation for a complete form, whatever it says."""

from __future__ import annotations

import runpy

import pytest

from autograder.config import load_assignment
from autograder.model import Outcome
from autograder.selfcheck import run_public
from autograder.survey import validate
from tests.survey.conftest import ASSIGNMENTS


def outcomes(names):
    """Test results of the item `participation` for a namespace."""
    (item,) = run_public(load_assignment(ASSIGNMENTS, "survey"), names, frozenset(["participation"]))
    return item.tests


def test_the_reference_form_is_complete(survey):
    """The filled-in example answers every question and passes."""
    names = runpy.run_path(str(ASSIGNMENTS.parent / "reference_solution" / "survey.py"))
    assert validate(names["answers"], survey) == []
    assert list(names["answers"]) == [question.id for question in survey.questions]
    assert [test.outcome for test in outcomes(names)] == [Outcome.PASSED]


@pytest.mark.parametrize("mark", [1, 5])
def test_every_opinion_earns_the_same(answers, mark):
    """A dissatisfied student participates as much as a satisfied one."""
    assert all(test.outcome is Outcome.PASSED for test in outcomes({"answers": answers | {"satisfaction": mark}}))


def test_an_unanswered_form_earns_nothing(survey):
    """The form as handed out fails, and the message says what to write."""
    (result,) = outcomes({"answers": {question.id: None for question in survey.questions}})
    assert result.outcome is Outcome.FAILED and "not answered yet" in result.message


def test_a_missing_form_earns_nothing():
    """Without the name `answers` there is nothing to count."""
    assert all(test.outcome is not Outcome.PASSED for test in outcomes({}))
