"""A global policy of low precision is named as the reason, in the report and at each failed test."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import StudentError
from autograder.grading.engine import Engine, Options
from autograder.grading.precision import explain_precision
from autograder.grading.student import Handle, Student
from autograder.model import Chunk, Outcome, Submission, TestResult
from autograder.protocol.verbs import Reply
from autograder.sandbox import choose_backend
from autograder.workspace import find_workspace


class _Student(Student):
    """Answers with a policy, or fails."""

    def __init__(self, policy: object):
        self.policy, self.asked = policy, 0

    def define(self, function: object) -> Handle:
        return Handle(0, "function", 0)

    def call(self, function: object, /, *args: object, **kwargs: object) -> Reply:
        self.asked += 1
        if isinstance(self.policy, Exception):
            raise self.policy
        return Reply(self.policy, (), {}, False, (), "")


def _result(outcome: Outcome, message: str = "") -> TestResult:
    return TestResult(str(outcome), "item", 1.0, outcome, "title", message=message)


RESULTS = [_result(Outcome.PASSED), _result(Outcome.FAILED), _result(Outcome.STUDENT_ERROR, "ValueError: x")]


@pytest.mark.parametrize(("language", "word"), [("en", "take the line"), ("ko", "줄을 지우세요")])
def test_failed_tests_and_the_report_name_the_policy(language: str, word: str) -> None:
    """Passed ones say nothing, and what a test said already stays."""
    results, notes = explain_precision(_Student("mixed_float16"), RESULTS, language)
    assert len(notes) == 1 and "'mixed_float16'" in notes[0] and word in notes[0]
    assert [result.message for result in results] == ["", notes[0], f"ValueError: x\n{notes[0]}"]


@pytest.mark.parametrize("policy", ["float32", "float64", "", None, 3, "a\nb <b>", StudentError("gone")])
def test_the_usual_policy_and_nonsense_are_not_mentioned(policy: object) -> None:
    """The answer comes from the student's process and is only text."""
    assert explain_precision(_Student(policy), RESULTS, "en") == (RESULTS, ())


def test_nobody_is_asked_where_all_passed() -> None:
    """It would cost time."""
    student = _Student("mixed_float16")
    assert explain_precision(student, RESULTS[:1], "en") == (RESULTS[:1], ())
    assert student.asked == 0


@pytest.mark.slow
def test_a_right_network_under_mixed_float16_is_told_why(checkout: Path) -> None:
    """The reference under the policy, in the sandbox: something fails, and every failure names it."""
    policy = 'import keras\nkeras.mixed_precision.set_global_policy("mixed_float16")\n'
    reference = (checkout / "reference_solution" / "vgg16.py").read_text(encoding="utf-8")
    chunks = (Chunk("solution-imports", policy), Chunk("solution-build_vgg16", reference))
    options = Options(training=False, items=frozenset({"conv_block", "build_vgg16"}))
    with Engine(find_workspace(checkout), "vgg16", choose_backend(), options) as engine:
        report = engine.grade(Submission("x", chunks))
    failed = [test for item in report.items for test in item.tests if test.outcome is not Outcome.PASSED]
    assert failed and all("mixed_float16" in test.message for test in failed)
    assert any("mixed_float16" in note for note in report.notes)
