"""The table that a student reads under each test cell, as HTML and as plain text.

Everything in it that came from a submission is escaped.  A hidden test that failed shows its title and
its hint only.
"""

from __future__ import annotations

from html import escape
from typing import TypeVar

from autograder.model import ItemResult, Outcome, TestResult

_T = TypeVar("_T")
MAX_MESSAGE_CHARACTERS = 1_500
_VERDICTS = {
    Outcome.PASSED: ("✓", "#1a7f37", {"en": "passed", "ko": "통과"}),
    Outcome.FAILED: ("✗", "#cf222e", {"en": "failed", "ko": "실패"}),
    Outcome.SKIPPED: ("–", "#6e7781", {"en": "skipped", "ko": "건너뜀"}),
    Outcome.STUDENT_ERROR: ("✗", "#cf222e", {"en": "error in your code", "ko": "코드 오류"}),
    Outcome.TIMEOUT: ("✗", "#cf222e", {"en": "took too long", "ko": "시간 초과"}),
    Outcome.RESOURCE_LIMIT: ("✗", "#cf222e", {"en": "used too much memory or disk", "ko": "메모리·디스크 한도 초과"}),
    Outcome.GRADER_ERROR: ("?", "#9a6700", {"en": "could not be graded", "ko": "채점 불가"}),
}
_HEADINGS = {"en": ("Test", "Verdict", "What to look at"), "ko": ("테스트", "결과", "살펴볼 점")}
_POINTS = {"en": "{score:g} of {points:g} points", "ko": "{points:g}점 중 {score:g}점"}
_HIDDEN = {"en": "hidden test", "ko": "비공개 테스트"}


def item_html(item: ItemResult, score: float, language: str) -> str:
    """The item's table as HTML, with inline styles (nbgrader's pages bring none for it)."""
    cell = 'style="text-align:left;vertical-align:top;padding:4px 10px"'
    head = "".join(f"<th {cell}>{escape(text)}</th>" for text in _for(_HEADINGS, language))
    rows = "".join(_html_row(test, cell, language) for test in item.tests)
    points = _for(_POINTS, language).format(score=score, points=item.max_score)
    return (
        f'<div class="autograder-item"><p><strong>{escape(item.title)}: {escape(points)}</strong></p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def item_text(item: ItemResult, score: float, language: str) -> str:
    """The same as plain text, for where HTML is not shown."""
    lines = [f"{item.title}: {_for(_POINTS, language).format(score=score, points=item.max_score)}"]
    for test in item.tests:
        mark, _, words = _VERDICTS[test.outcome]
        lines.append(f"{mark} {test.title} ({_for(words, language)})")
        lines += [f"    {line}" for line in advice(test).split("\n") if line]
    return "\n".join(lines)


def advice(test: TestResult) -> str:
    """What the student may read about a test that earned less than its weight, "" for a passed one."""
    if test.outcome is Outcome.PASSED:
        return ""
    secret = test.hidden and test.outcome is Outcome.FAILED
    message = "" if secret else test.message
    if len(message) > MAX_MESSAGE_CHARACTERS:
        message = message[:MAX_MESSAGE_CHARACTERS] + " …"
    return "\n".join(part for part in (message, test.hint) if part)


def _html_row(test: TestResult, cell: str, language: str) -> str:
    mark, colour, words = _VERDICTS[test.outcome]
    hidden = f' <em style="color:#6e7781">({escape(_for(_HIDDEN, language))})</em>' if test.hidden else ""
    told = escape(advice(test)).replace("\n", "<br>")
    verdict = f'<span style="color:{colour}">{mark} {escape(_for(words, language))}</span>'
    return f"<tr><td {cell}>{escape(test.title)}{hidden}</td><td {cell}>{verdict}</td><td {cell}>{told}</td></tr>"


def _for(texts: dict[str, _T], language: str) -> _T:
    return texts.get(language, texts["en"])
