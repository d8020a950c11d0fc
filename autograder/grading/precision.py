"""Tells a student that a global setting of Keras, and not their code, may be why networks differ.

``keras.mixed_precision.set_global_policy("mixed_float16")`` makes every layer compute with 16-bit numbers.  Networks
are compared to far more digits than these have, so that right ones fail, and only under hidden tests' hints.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from autograder.errors import SubmissionError
from autograder.grading.student import Student
from autograder.model import Outcome, TestResult

WANTED = ("float32", "float64")
MAX_POLICY_CHARACTERS = 40
_TEXTS = {
    "en": "The policy {policy!r} is set for all of Keras, so networks compute with fewer digits than tests compare. "
    "This may be why tests failed: take the line with set_global_policy (or set_dtype_policy) out.",
    "ko": "Keras 전체에 {policy!r} 정책이 설정되어 있어 신경망이 검사에서 비교하는 것보다 적은 자릿수로 계산합니다. "
    "검사를 통과하지 못한 원인일 수 있으니 set_global_policy(또는 set_dtype_policy) 줄을 지우세요.",
}


def _policy() -> str:
    """Runs beside the student's code."""
    import keras

    return str(keras.config.dtype_policy().name)


def explain_precision(
    student: Student, results: list[TestResult], language: str
) -> tuple[list[TestResult], tuple[str, ...]]:
    """Adds the reason to the failed tests of a submission that has set a policy of low precision.

    Args:
        student: whose process is asked; only if a test failed.
        results: of an assignment that uses Keras.
        language: of the text, ``en`` or ``ko``.

    Returns:
        The results, and a note for the report where there is something to say.
    """
    if not any(map(_failed, results)):
        return results, ()
    answer: object = None
    with suppress(SubmissionError):  # the process may be lost, or its Keras replaced
        answer = student.call(student.define(_policy)).value
    policy = answer[:MAX_POLICY_CHARACTERS] if isinstance(answer, str) else ""
    if not policy.isidentifier() or policy in WANTED:
        return results, ()
    text = _TEXTS.get(language, _TEXTS["en"]).format(policy=policy)
    told = [replace(r, message=f"{r.message}\n{text}".strip()) if _failed(r) else r for r in results]
    return told, (text,)


def _failed(result: TestResult) -> bool:
    return result.outcome in (Outcome.FAILED, Outcome.STUDENT_ERROR)
