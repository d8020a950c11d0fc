"""The feedback table: escaped, in the course's language, and silent about hidden tests' contents."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from autograder.model import ItemResult, Kind, Outcome, TestResult
from autograder.reports import table
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


@pytest.mark.parametrize("width", range(60, 110))
def test_a_terminal_of_any_width_keeps_every_character(width: int) -> None:
    """Korean letters are two columns wide; none of them, and no operator in a hint, becomes three dots."""
    title = "시그모이드의 기울기는 0에서 0.25, -2와 2에서 0.104994입니다."
    hint = "x 자체가 들어옵니다. 먼저 시그모이드 s를 구한 뒤 s (1 - s)를 계산하세요."
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(table.tests_table((_item(_test(Outcome.FAILED, hidden=True, title=title, hint=hint)),), "ko"))
    shown = console.file.getvalue()
    assert "…" not in shown
    for text in (title, hint):
        assert not Counter(text.replace(" ", "")) - Counter(shown)
