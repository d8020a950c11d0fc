"""Totals: weights, the lowest left out, and what is missing or not graded yet."""

from __future__ import annotations

import pytest

from autograder.reports.overview import Mark, MarkStatus
from autograder.reports.totals import CourseTotal, course_total

GRADED, MISSING, UNGRADED = MarkStatus.GRADED, MarkStatus.MISSING, MarkStatus.UNGRADED


def _marks(**scores: float | MarkStatus) -> list[Mark]:
    """Marks of 10 points each; a status in the place of a score."""
    return [
        Mark(name, score, max_score=10) if isinstance(score, MarkStatus) else Mark(name, GRADED, score, 10)
        for name, score in scores.items()
    ]


@pytest.mark.parametrize(
    ("marks", "weights", "drop", "zero", "wanted"),
    [
        (_marks(a=10, b=5), {}, 0, False, CourseTotal(75, 2, 2)),
        (_marks(a=10, b=5), {"a": 3}, 0, False, CourseTotal(87.5, 2, 2)),
        (_marks(a=10, b=5, c=0), {"b": 0}, 0, False, CourseTotal(50, 2, 2)),
        (_marks(a=10, b=5, c=0), {}, 1, False, CourseTotal(75, 2, 3)),
        (_marks(a=10, b=5, c=0), {}, 2, False, CourseTotal(100, 1, 3)),
        (_marks(a=10, b=5, c=UNGRADED), {}, 0, False, CourseTotal(75, 2, 3)),
        (_marks(a=10, b=5, c=MISSING), {}, 0, False, CourseTotal(75, 2, 3)),
        (_marks(a=10, b=5, c=MISSING), {}, 0, True, CourseTotal(50, 3, 3)),
        (_marks(a=10, b=5, c=MISSING), {}, 1, False, CourseTotal(75, 2, 3)),
        (_marks(a=10, b=5, c=MISSING), {}, 1, True, CourseTotal(75, 2, 3)),
        (_marks(a=10, b=5, c=MISSING), {}, 2, False, CourseTotal(100, 1, 3)),
        (_marks(a=MISSING, b=UNGRADED), {}, 0, False, CourseTotal(None, 0, 2)),
        (_marks(a=MISSING), {}, 0, True, CourseTotal(0, 1, 1)),
        ([], {}, 0, False, CourseTotal(None, 0, 0)),
    ],
)
def test_a_total_is_the_weighted_mean_of_what_counts(
    marks: list[Mark], weights: dict[str, float], drop: int, zero: bool, wanted: CourseTotal
) -> None:
    """Shares of points, whatever an assignment's maximum; missing work comes first among the lowest."""
    total = course_total(marks, weights, drop, missing_as_zero=zero)
    assert total == CourseTotal(pytest.approx(wanted.percent), wanted.counted, wanted.assignments)


def test_assignments_count_by_their_share() -> None:
    """A maximum of 100 does not outweigh one of 10; penalties are taken off; what has no points is left out."""
    marks = [Mark("a", GRADED, 100, 100), Mark("b", GRADED, 6, 10, penalty=1), Mark("form", GRADED, 0, 0)]
    assert course_total(marks, {}, 0) == CourseTotal(75, 2, 2)
