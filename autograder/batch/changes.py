"""What a batch would change in the gradebook, and what may be written without asking: pure functions.

A grade for the first time, and a grade of work that was handed in again, are written as they come.  Another grade for
the *same* work is a regrade: the tests, the points or the grader changed, not the student.  That is a decision of a
person, who first sees whose grade it is, and which tests it comes from.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.model import Outcome, Report, TestResult
from autograder.nbgrader_plugs.recordings import Grades, same_scores, scores_of

LEAST_CLASS = 5  # of fewer submissions, that nobody passes a test says little


class Plan(enum.Enum):
    """What to do with a finished report."""

    RECORD = "its grade is new, or the same as the one recorded"
    RECORD_NEW_WORK = "other work has another grade"
    ASK = "the same work has another grade"


@dataclass(frozen=True)
class Change:
    """A grade that differs from the one recorded, in points of the automatic items.

    ``tests`` says which tests changed, "" each where it is not known.
    """

    student: str
    old: float
    new: float
    max_score: float
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class NeverPassed:
    """A test that none of the real submissions passes: more likely a fault of the test than of everybody."""

    test: str
    submissions: int


def plan(report: Report, source: str, recorded_source: str, grades: Grades | None) -> Plan:
    """What to do with a finished report that does not stand in the gradebook.

    Args:
        report: the new one.
        source: the digest of the work that it graded.
        recorded_source: the same of the recorded grade; "" if it is not known.
        grades: what the gradebook holds; None for nothing.
    """
    if grades is None or grades.auto_total is None or same_scores(scores_of(report), grades.auto):
        return Plan.RECORD
    return Plan.RECORD_NEW_WORK if recorded_source not in ("", source) else Plan.ASK


def change_of(student: str, report: Report, grades: Grades, older: Report | None) -> Change:
    """The change that recording the report would make; ``older`` is the report that the recorded grade came from."""
    tests = changed_tests(older, report) if older is not None else ("(the older report is gone)",)
    return Change(student, grades.auto_total or 0.0, report.score, report.max_score, tests)


def changed_tests(older: Report, newer: Report) -> tuple[str, ...]:
    """Each test whose result is another one, such as ``test_ties: passed -> failed``."""
    before, after = _tests(older), _tests(newer)
    told = []
    for name in {**before, **after}:
        one, other = (_told(tests[name]) if name in tests else "" for tests in (before, after))
        if one != other:
            told.append(f"{name}: {one or 'not there'} -> {other or 'removed'}")
    return tuple(told) or ("(no test: points or weights)",)


def never_passed(reports: Sequence[Report]) -> tuple[NeverPassed, ...]:
    """The tests that none of the reports passes, of at least ``LEAST_CLASS``.

    Args:
        reports: of real submissions, with neither unreadable files nor the untouched release among them.
    """
    if len(reports) < LEAST_CLASS:
        return ()
    names = [*dict.fromkeys(name for report in reports for name in _tests(report))]
    passed = {name for report in reports for name, test in _tests(report).items() if _earns(test)}
    return tuple(NeverPassed(name, len(reports)) for name in names if name not in passed)


def _tests(report: Report) -> Mapping[str, TestResult]:
    return {test.name: test for item in report.items for test in item.tests}


def _earns(test: TestResult) -> bool:
    return test.outcome is Outcome.PASSED or bool(test.credit)


def _told(test: TestResult) -> str:
    if test.credit is not None and test.outcome in (Outcome.PASSED, Outcome.FAILED):
        return f"{100 * test.credit:g} %"
    return str(test.outcome)
