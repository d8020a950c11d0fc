"""The numbers of the report, and what it keeps to itself."""

from __future__ import annotations

import pytest

from autograder.errors import UsageError
from autograder.survey.pool import Pool, pool_answers
from autograder.survey.report import SUPPRESSED, groups_to_show, report_text, summarise


def test_the_studys_numbers_come_out():
    """Three 5s and two 4s are 92 %."""
    summary = summarise([5, 5, 5, 4, 4])
    assert (summary.n, summary.mean, summary.high_share) == (5, 4.6, 1.0)
    assert summary.percentage == pytest.approx(92.0)


def test_percentage_and_share_differ():
    """All 1s are 20 % of the highest sum, but nobody is satisfied."""
    summary = summarise([1, 1, 1])
    assert summary.percentage == pytest.approx(20.0) and summary.high_share == 0.0


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 10, "b": 8}, {"a", "b"}),
        ({"a": 10, "b": 4}, set()),  # b hidden; a too, since the whole minus a is b
        ({"a": 10, "b": 7, "c": 2}, {"a"}),
        ({"a": 10, "b": 3, "c": 2}, {"a"}),  # together 5: the difference gives neither away
        ({"a": 10, "b": 0}, {"a"}),
        ({"a": 5}, {"a"}),
        ({"a": 4}, set()),
    ],
)
def test_small_groups_cannot_be_computed_back(sizes, shown):
    """Hidden groups add up to five or more, or to none."""
    assert groups_to_show(sizes) == shown
    hidden = sum(size for name, size in sizes.items() if name not in shown)
    assert hidden == 0 or hidden >= 5 or not shown


def _pool(survey, answers, *groups):
    forms = [answers | {"background": name, "satisfaction": mark} for name, mark, n in groups for _ in range(n)]
    return pool_answers(forms, survey)


def test_a_class_is_reported(survey, answers):
    """The text has mean, share, percentage and counts."""
    text = report_text(_pool(survey, answers, ("health", 5, 6), ("computing", 3, 6)), survey)
    assert "n 12, mean 4.00, 4 or 5: 50 %, sum/(5n): 80 %" in text
    assert "medicine or health: 6" in text and "12 forms" in text


def test_crossing_hides_small_groups(survey, answers):
    """A group of two is hidden, and with it the next smallest."""
    pool = _pool(survey, answers, ("health", 5, 8), ("computing", 3, 6), ("other", 1, 2))
    lines = [line for line in report_text(pool, survey, by="background").split("\n") if line.startswith("    ")]
    assert any("medicine or health: n 8, mean 5.00" in line for line in lines)
    assert all(SUPPRESSED in line for line in lines if "computing" in line or "another" in line)
    assert "mean 1.00" not in "".join(lines)


def test_a_tiny_class_is_not_reported(survey, answers):
    """Four forms show no numbers and no comments."""
    answers["comment"] = "very personal"
    text = report_text(_pool(survey, answers, ("health", 5, 4)), survey)
    assert "mean" not in text and "very personal" not in text and SUPPRESSED in text


def test_nobody_answered(survey):
    """An empty pool is a report, not a crash."""
    assert "0 forms" in report_text(Pool(), survey, by="background")


def test_comments_cannot_rewrite_the_terminal(survey, answers):
    """Control characters are left out of what is printed."""
    answers["comment"] = "fine\x1b[2J\nend"
    text = report_text(_pool(survey, answers, ("health", 5, 5)), survey)
    assert "\x1b" not in text and "- fine[2J end" in text


def test_korean_questions(survey, answers):
    """The report speaks the course's languages."""
    assert "만족" in report_text(_pool(survey, answers, ("health", 5, 5)), survey, "ko")


def test_breaking_down_by_a_scale_is_refused(survey):
    """Groups come from choice questions only."""
    with pytest.raises(UsageError, match="of type scale"):
        report_text(Pool(), survey, by="satisfaction")
    with pytest.raises(UsageError, match="it has: satisfaction"):
        report_text(Pool(), survey, by="nothing")
