"""Public tests of ``survey``: what counts is that the form is filled in, not what it says."""

from pathlib import Path

import pytest

from autograder.survey import load_survey, validate

SURVEY = load_survey(Path(__file__).with_name("survey.toml"))


@pytest.mark.item("participation", hint="Put a valid answer in place of each None; the comment may stay empty.")
def test_every_required_question_has_a_valid_answer(student):
    """Every required question has a valid answer."""
    problems = validate(student.value("answers"), SURVEY)
    assert not problems, "\n".join(problems)
