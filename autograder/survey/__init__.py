"""The course's survey: the form and its rules, the anonymous pool of answers, the report."""

from __future__ import annotations

from autograder.survey.form import Choice, Question, Survey, load_survey, validate
from autograder.survey.pool import Pool, read_answers
from autograder.survey.report import report_text

__all__ = [
    "Choice",
    "Pool",
    "Question",
    "Survey",
    "load_survey",
    "read_answers",
    "report_text",
    "validate",
]
