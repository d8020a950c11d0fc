"""An item's tests as a table: for a terminal (rich), for a page (HTML), and as plain text.

Everything that came from a submission is escaped.  A hidden test that failed shows only its title and
hint.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeVar

from autograder.model import ItemResult, Outcome, Report, SubmissionOutcome, TestResult

if TYPE_CHECKING:
    from rich.table import Table

_T = TypeVar("_T")
MAX_MESSAGE_CHARACTERS = 1_500
_RED, _GREEN, _GREY, _AMBER = "#cf222e", "#1a7f37", "#6e7781", "#9a6700"
_VERDICTS = {
    Outcome.PASSED: ("✓", _GREEN, {"en": "passed", "ko": "통과"}),
    Outcome.FAILED: ("✗", _RED, {"en": "failed", "ko": "실패"}),
    Outcome.SKIPPED: ("–", _GREY, {"en": "skipped", "ko": "건너뜀"}),
    Outcome.STUDENT_ERROR: ("✗", _RED, {"en": "error in your code", "ko": "코드 오류"}),
    Outcome.TIMEOUT: ("✗", _RED, {"en": "took too long", "ko": "시간 초과"}),
    Outcome.RESOURCE_LIMIT: ("✗", _RED, {"en": "used more than is allowed", "ko": "자원 한도 초과"}),
    Outcome.GRADER_ERROR: ("?", _AMBER, {"en": "could not be graded", "ko": "채점 불가"}),
}
_HEADINGS: dict[str, tuple[str, ...]] = {
    "en": ("Test", "Verdict", "What to look at"),
    "ko": ("검사", "결과", "살펴볼 점"),
}
_POINTS = {"en": "{score:g} of {points:g} points", "ko": "{points:g}점 중 {score:g}점"}
_HIDDEN = {"en": "hidden test", "ko": "비공개 검사"}


def advice(test: TestResult) -> str:
    """What the student may read about a test: its message, and the hint unless it passed."""
    secret = test.hidden and test.outcome is Outcome.FAILED
    message = "" if secret else test.message
    if len(message) > MAX_MESSAGE_CHARACTERS:
        message = message[:MAX_MESSAGE_CHARACTERS] + " …"
    hint = "" if test.outcome in (Outcome.PASSED, Outcome.SKIPPED) else test.hint
    return "\n".join(part for part in (message, hint) if part)


def verdict(test: TestResult, language: str = "en") -> str:
    """The outcome as a mark and words; partial credit as per cent."""
    mark, _, words = _VERDICTS[test.outcome]
    if test.outcome is Outcome.PASSED and test.credit is not None and test.credit < 1:
        return f"◐ {100 * test.credit:.0f} %"
    return f"{mark} {_for(words, language)}"


def item_html(item: ItemResult, score: float | None, language: str) -> str:
    """The item's table as HTML, with inline styles (nbgrader's pages have none for it)."""
    head = "".join(f'<th style="{_CELL}">{escape(text)}</th>' for text in _for(_HEADINGS, language))
    rows = "".join(_html_row(test, language) for test in item.tests)
    return (
        f'<div class="autograder-item"><p><strong>{escape(_heading(item, score, language))}</strong></p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def item_text(item: ItemResult, score: float | None, language: str) -> str:
    """The item's table as plain text, where HTML is not shown."""
    lines = [_heading(item, score, language)]
    for test in item.tests:
        lines.append(f"{verdict(test, language)}: {test.title}")
        lines += [f"    {line}" for line in advice(test).split("\n") if line]
    return "\n".join(lines)


def tests_table(items: tuple[ItemResult, ...], language: str = "en", title: str = "") -> Table:
    """The tests of some items, for a terminal."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left")
    headings = _for(_HEADINGS, language)
    for heading, ratio in zip(headings, (3, None, 4), strict=True):
        # "fold": else rich puts "…" in the place of a full line's last Korean syllable, or of an operator in a hint.
        table.add_column(heading, ratio=ratio, no_wrap=ratio is None, overflow="fold")
    for item in items:
        if not item.tests:
            continue
        table.add_section()
        table.add_row(Text(_heading(item, item.score, language), style="bold"), "", "")
        for test in item.tests:
            colour = _VERDICTS[test.outcome][1]
            table.add_row(Text("  " + test.title), Text(verdict(test, language), style=colour), Text(advice(test)))
    return table


def report_table(report: Report, language: str = "en") -> Table:
    """A submission's tests, item by item, for a terminal."""
    if report.outcome is SubmissionOutcome.GRADED:
        earned = _for(_POINTS, language).format(score=report.score, points=report.max_score)
    else:
        earned = _for(_VERDICTS[Outcome.GRADER_ERROR][2], language)
    return tests_table(report.items, language, f"{report.label}: {report.assignment}, {earned}")


_CELL = "text-align:left;vertical-align:top;padding:4px 10px"


def _html_row(test: TestResult, language: str) -> str:
    hidden = f' <em style="color:{_GREY}">({escape(_for(_HIDDEN, language))})</em>' if test.hidden else ""
    told = escape(advice(test)).replace("\n", "<br>")
    colour = _VERDICTS[test.outcome][1]
    return (
        f'<tr><td style="{_CELL}">{escape(test.title)}{hidden}</td>'
        f'<td style="{_CELL};white-space:nowrap;color:{colour}">{escape(verdict(test, language))}</td>'
        f'<td style="{_CELL}">{told}</td></tr>'
    )


def _heading(item: ItemResult, score: float | None, language: str) -> str:
    """The item's title, with its points when it was graded."""
    if score is None:
        return item.title
    return f"{item.title}: {_for(_POINTS, language).format(score=score, points=item.max_score)}"


def _for(texts: dict[str, _T], language: str) -> _T:
    return texts.get(language, texts["en"])
