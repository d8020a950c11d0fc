"""The feedback table: escaped, in the course's language, and silent about hidden tests' contents."""

from __future__ import annotations

import pytest

from autograder.model import ItemResult, Kind, Outcome, TestResult
from autograder.reports.table import advice, item_html, item_text


def _test(outcome: Outcome, **changes: object) -> TestResult:
    values = {"title": "A <title>", "hint": "a <hint>", "message": "got <b>1</b>\nwanted 2"} | changes
    return TestResult("test_a", "double", 1.0, outcome, **values)  # type: ignore[arg-type]


def _item(*tests: TestResult) -> ItemResult:
    return ItemResult("double", "Double <it>", Kind.AUTOMATIC, 1.0, 2.0, tests)


def test_everything_is_escaped() -> None:
    """Titles, hints and messages are text, never markup."""
    page = item_html(_item(_test(Outcome.FAILED)), 1.0, "en")
    for tag in ("<title>", "<hint>", "<b>", "<it>"):
        assert tag not in page
    assert "got &lt;b&gt;1&lt;/b&gt;<br>wanted 2" in page


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_outcome_has_words(outcome: Outcome, language: str) -> None:
    """In both forms and both languages."""
    item = _item(_test(outcome))
    points = {"en": "1 of 2 points", "ko": "2점 중 1점"}[language]
    assert points in item_html(item, 1.0, language) and points in item_text(item, 1.0, language)


def test_a_failed_hidden_test_tells_its_hint_only() -> None:
    """Its message could hold an expected value; an error in the student's own code is told."""
    assert advice(_test(Outcome.FAILED, hidden=True)) == "a <hint>"
    assert "got" in advice(_test(Outcome.STUDENT_ERROR, hidden=True))
    assert advice(_test(Outcome.PASSED, message="")) == ""


def test_long_messages_are_cut() -> None:
    """A student's megabyte does not fill the page."""
    assert len(advice(_test(Outcome.FAILED, message="x" * 1_000_000))) < 2_000
