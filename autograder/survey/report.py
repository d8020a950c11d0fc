"""A class's answers: numbers for each question, nothing that points to a person.

The study's percentage is the sum of the marks divided by the highest possible sum, sum / (5 n); five
students with three 5s and two 4s gave 92 %.  It is not the share of satisfied students: all 1s give 20 %.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from autograder.errors import UsageError
from autograder.survey.form import SCALE, Question, Survey
from autograder.survey.pool import Pool
from autograder.text import printable

MIN_CELL = 5
SUPPRESSED = f"fewer than {MIN_CELL} answers, not shown"


@dataclass(frozen=True)
class ScaleSummary:
    """Numbers of one question of type "scale".

    Attributes:
        n: answers.
        mean: of the marks 1 to 5.
        high_share: share of 4 and 5, in [0, 1].
        percentage: the study's, 100 sum / (5 n).
    """

    n: int
    mean: float
    high_share: float
    percentage: float


def summarise(marks: list[int]) -> ScaleSummary:
    """Summarises some marks.

    Args:
        marks: at least one, each from 1 to 5.
    """
    n, total = len(marks), sum(marks)
    return ScaleSummary(n, total / n, sum(mark >= 4 for mark in marks) / n, 100.0 * total / (SCALE[-1] * n))


def groups_to_show(sizes: dict[str, int]) -> set[str]:
    """Groups whose numbers may be shown beside those of the whole class.

    Groups of fewer than ``MIN_CELL`` are hidden, and with them the next smallest ones until at least
    ``MIN_CELL`` answers are hidden: otherwise the difference from the whole class would reveal them.
    """
    order = sorted(sizes, key=lambda name: (sizes[name], name))
    hidden = [name for name in order if sizes[name] < MIN_CELL]
    rest = order[len(hidden) :]
    while rest and 0 < sum(sizes[name] for name in hidden) < MIN_CELL:
        hidden.append(rest.pop(0))
    return set(rest)


def report_text(pool: Pool, survey: Survey, language: str = "en", by: str | None = None) -> str:
    """The report as plain text.

    Args:
        pool: the answers.
        survey: the form.
        language: of titles and questions.
        by: id of a choice question to break the scales down by; small groups are suppressed.

    Raises:
        UsageError: ``by`` is not a choice question.
    """
    lines = [survey.title[language], f"{len(pool.rows)} forms", ""]
    for question in survey.questions:
        lines.append(f"{question.id}: {question.text[language]}")
        if question.type == "scale":
            lines += _scale_lines(pool, question)
            lines += _crossed_lines(pool, question, _choice_question(survey, by), language) if by else []
        elif question.type == "choice":
            lines += _choice_lines(pool, question, language)
        else:
            lines += _text_lines(pool, question)
        lines.append("")
    return "\n".join(lines)


def _choice_question(survey: Survey, question_id: str) -> Question:
    question = survey.question(question_id)
    if question.type != "choice":
        raise UsageError(f"--by wants a question of type choice, {question_id!r} is of type {question.type}")
    return question


def _marks(pool: Pool, question: Question, group: Question | None = None, value: str = "") -> list[int]:
    rows = [row for row in pool.rows if group is None or row.get(group.id, "") == value]
    return [int(row[question.id]) for row in rows if question.id in row]


def _scale_lines(pool: Pool, question: Question, indent: str = "  ") -> list[str]:
    marks = _marks(pool, question)
    return [indent + _summary(marks) if len(marks) >= MIN_CELL else indent + SUPPRESSED]


def _summary(marks: list[int]) -> str:
    s = summarise(marks)
    return f"n {s.n}, mean {s.mean:.2f}, 4 or 5: {100 * s.high_share:.0f} %, sum/(5n): {s.percentage:.0f} %"


def _crossed_lines(pool: Pool, question: Question, group: Question, language: str) -> list[str]:
    names = {choice.id: choice.text[language] for choice in group.choices} | {"": "-"}
    marks = {value: _marks(pool, question, group, value) for value in names}
    shown = groups_to_show({value: len(kept) for value, kept in marks.items()})
    return [
        f"    {name}: {_summary(marks[value]) if value in shown else SUPPRESSED}"
        for value, name in names.items()
        if value or marks[value]
    ]


def _choice_lines(pool: Pool, question: Question, language: str) -> list[str]:
    counts = Counter(row[question.id] for row in pool.rows if question.id in row)
    sizes = {choice.id: counts[choice.id] for choice in question.choices}
    shown = groups_to_show(sizes)
    return [
        f"  {choice.text[language]}: {sizes[choice.id] if choice.id in shown else SUPPRESSED}"
        for choice in question.choices
    ]


def _text_lines(pool: Pool, question: Question) -> list[str]:
    texts = pool.texts.get(question.id, ())
    if len(pool.rows) < MIN_CELL:
        return ["  " + SUPPRESSED]
    return [f"  - {_one_line(text)}" for text in texts] or ["  -"]


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()), instead="")
