"""A student's total over a course: weighted shares of points, without the lowest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.reports.overview import Mark, MarkStatus


@dataclass(frozen=True)
class CourseTotal:
    """A total.

    Attributes:
        percent: 0 to 100 (more where there was extra credit); None while nothing counts.
        counted: how many assignments it counts.
        assignments: how many could count.
    """

    percent: float | None
    counted: int
    assignments: int


def course_total(
    marks: Sequence[Mark], weights: Mapping[str, float], drop_lowest: int, *, missing_as_zero: bool = False
) -> CourseTotal:
    """The weighted mean of the shares of points, sum(w score / max) / sum(w), in per cent.

    What is not graded yet does not count.  Neither does missing work, unless it counts as zero; but it comes first
    among the lowest that are left out, so that nobody gains by handing in less.

    Args:
        marks: of one student.
        weights: of assignments; 1 for one that is not named, 0 for one that does not count.
        drop_lowest: that many of the lowest shares are left out.
        missing_as_zero: as at the end of a course.
    """
    relevant = [mark for mark in marks if weights.get(mark.assignment, 1.0) > 0 and mark.max_score > 0]
    missing = [mark for mark in relevant if mark.status is MarkStatus.MISSING]
    shares = [
        (mark.final_score / mark.max_score, weights.get(mark.assignment, 1.0))
        for mark in relevant
        if mark.final_score is not None
    ]
    left_out = max(0, drop_lowest - len(missing))
    if missing_as_zero:
        shares += [(0.0, weights.get(mark.assignment, 1.0)) for mark in missing]
        left_out = drop_lowest
    counted = sorted(shares, key=lambda share: share[0])[left_out:]
    weight = sum(weight for _, weight in counted)
    percent = 100 * sum(share * weight for share, weight in counted) / weight if weight else None
    return CourseTotal(percent, len(counted), len(relevant))
