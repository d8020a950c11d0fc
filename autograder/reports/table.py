"""One table of results, for a terminal (rich) and for a page (HTML, everything escaped)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from autograder.model import ItemResult, Outcome, Report, TestResult

if TYPE_CHECKING:
    from rich.table import Table

WORDS = {
    "en": {
        Outcome.PASSED: "passed",
        Outcome.FAILED: "not yet",
        Outcome.SKIPPED: "skipped",
        Outcome.STUDENT_ERROR: "error in your code",
        Outcome.TIMEOUT: "took too long",
        Outcome.RESOURCE_LIMIT: "used too much",
        Outcome.GRADER_ERROR: "could not be judged (our fault)",
        "test": "Test",
        "verdict": "Verdict",
        "hint": "What to look at",
    },
    "ko": {
        Outcome.PASSED: "통과",
        Outcome.FAILED: "아직 아님",
        Outcome.SKIPPED: "건너뜀",
        Outcome.STUDENT_ERROR: "코드 오류",
        Outcome.TIMEOUT: "시간 초과",
        Outcome.RESOURCE_LIMIT: "자원 초과",
        Outcome.GRADER_ERROR: "채점 불가 (채점기 잘못)",
        "test": "검사",
        "verdict": "판정",
        "hint": "살펴볼 점",
    },
}
MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–"}
COLOURS = {Outcome.PASSED: "green", Outcome.SKIPPED: "bright_black", Outcome.GRADER_ERROR: "magenta"}


def advice(test: TestResult) -> str:
    """What a student reads beside a verdict: the message, and the hint when the test is not passed."""
    parts = [test.message]
    if test.outcome in (Outcome.FAILED, Outcome.STUDENT_ERROR, Outcome.TIMEOUT, Outcome.RESOURCE_LIMIT):
        parts.append(test.hint)
    return "\n".join(part for part in parts if part)


def verdict(test: TestResult, language: str = "en") -> str:
    """The outcome in words, with a mark; a partial credit as per cent."""
    credit = test.facts.get("credit")
    if test.outcome is Outcome.PASSED and credit is not None and credit < 1:
        return f"◐ {100 * credit:.0f} %"
    return f"{MARKS.get(test.outcome, '✗')} {WORDS[language][test.outcome]}"


def report_table(report: Report, language: str = "en") -> Table:
    """A submission's tests, item by item, for a terminal."""
    title = f"{report.label}: {report.assignment}, {report.score:g} of {report.max_score:g} points"
    return tests_table(report.items, language, title if report.outcome == "graded" else f"{report.label}: grader_error")


def tests_table(items: tuple[ItemResult, ...], language: str = "en", title: str = "") -> Table:
    """The tests of some items, for a terminal or a notebook."""
    from rich.table import Table
    from rich.text import Text

    words = WORDS[language]
    table = Table(title=title or None, title_justify="left", show_lines=False)
    table.add_column(words["test"], ratio=3)
    table.add_column(words["verdict"], no_wrap=True)
    table.add_column(words["hint"], ratio=4)
    for item in items:
        if not item.tests:
            continue
        score = f" ({item.score:g}/{item.max_score:g})" if item.score is not None else ""
        table.add_section()
        table.add_row(Text(item.title + score, style="bold"), "", "")
        for test in item.tests:
            colour = COLOURS.get(test.outcome, "red")
            table.add_row(Text("  " + test.title), Text(verdict(test, language), style=colour), Text(advice(test)))
    return table


def html_table(item: ItemResult, language: str = "en") -> str:
    """The tests of one item as an HTML table; every text is escaped."""
    words = WORDS[language]
    rows = []
    for test in item.tests:
        colour = {"green": "#1a7f37", "bright_black": "#6e7781", "magenta": "#8250df"}.get(
            COLOURS.get(test.outcome, ""), "#cf222e"
        )
        text = escape(advice(test)).replace("\n", "<br>")
        rows.append(
            f'<tr><td style="text-align:left">{escape(test.title)}</td>'
            f'<td style="text-align:left;white-space:nowrap;color:{colour}">{escape(verdict(test, language))}</td>'
            f'<td style="text-align:left">{text}</td></tr>'
        )
    score = f"{item.score:g} / {item.max_score:g}" if item.score is not None else f"– / {item.max_score:g}"
    head = "".join(f'<th style="text-align:left">{words[key]}</th>' for key in ("test", "verdict", "hint"))
    return (
        f'<table class="autograder"><caption style="text-align:left;font-weight:bold">{escape(item.title)}: {score}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def text_table(item: ItemResult, language: str = "en") -> str:
    """The tests of one item as plain text, a line each."""
    score = f"{item.score:g} / {item.max_score:g}" if item.score is not None else f"- / {item.max_score:g}"
    lines = [f"{item.title}: {score}"]
    for test in item.tests:
        lines.append(f"  {verdict(test, language)}  {test.title}")
        lines += [f"      {line}" for line in advice(test).splitlines()]
    return "\n".join(lines)
