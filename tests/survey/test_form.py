"""Reading ``survey.toml`` and judging a filled-in form."""

from __future__ import annotations

import difflib

import pytest

from autograder.errors import UsageError
from autograder.survey import load_survey, validate
from autograder.survey.form import MAX_PROBLEMS

GOOD = """
title = { en = "T", ko = "제목" }
[[questions]]
id = "satisfaction"
type = "scale"
required = true
text = { en = "How?", ko = "어떻게?" }
low = { en = "bad", ko = "나쁨" }
high = { en = "good", ko = "좋음" }
"""


@pytest.fixture
def load(tmp_path):
    """A function that reads a form from a text."""

    def read(text):
        (tmp_path / "survey.toml").write_text(text, encoding="utf-8")
        return load_survey(tmp_path / "survey.toml")

    return read


def test_a_small_form_is_read(load):
    """Every key of a question arrives in the record."""
    (question,) = load(GOOD).questions
    assert question.id == "satisfaction" and question.low == {"en": "bad", "ko": "나쁨"} and question.required


def test_the_courses_form_asks_the_studys_question(survey):
    """Satisfaction from 1 to 5 is asked and required, and some question is optional."""
    question = survey.question("satisfaction")
    assert question.type == "scale" and question.required
    assert not all(q.required for q in survey.questions)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("required", "requierd", "did you mean 'required'"),
        ('type = "scale"', 'type = "stars"', "type is one of scale, choice, text"),
        ('low = { en = "bad", ko = "나쁨" }', "", "has low and high"),
        ('type = "scale"', 'type = "text"', "has low and high"),
        (', ko = "어떻게?"', "", "a text in each of en, ko"),
        ('id = "satisfaction"', 'id = "how satisfied"', "letters, digits"),
        ("required = true", 'required = "yes"', "wanted bool"),
        (GOOD, 'title = { en = "T", ko = "제목" }\nquestions = []', "different ids"),
        (GOOD, GOOD + GOOD.split("\n", 2)[2], "different ids"),
    ],
)
def test_faulty_forms_are_refused(load, old, new, message):
    """Misspelt keys, unknown types and missing translations are errors with a text."""
    assert old in GOOD
    with pytest.raises(UsageError, match=message):
        load(GOOD.replace(old, new))


def test_a_complete_form_is_valid(survey, answers):
    """The optional comment may be empty, None, missing or given."""
    assert validate(answers, survey) == []
    for comment in (None, "  ", "More pictures."):
        assert validate(answers | {"comment": comment}, survey) == []
    del answers["comment"]
    assert validate(answers, survey) == []


def test_an_unanswered_form_is_not(survey):
    """Each required question is named with what to write."""
    problems = validate({q.id: None for q in survey.questions}, survey)
    assert len(problems) == sum(q.required for q in survey.questions)
    assert "satisfaction: not answered yet; write a whole number from 1 to 5" in problems


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("satisfaction", 0),
        ("satisfaction", 6),
        ("satisfaction", 4.5),
        ("satisfaction", 4.0),
        ("satisfaction", "5"),
        ("satisfaction", True),
        ("satisfaction", [5]),
        ("background", "astrology"),
        ("background", 1),
        ("comment", 3),
        ("comment", "x" * 2001),
    ],
)
def test_wrong_answers_are_named(survey, answers, key, value):
    """Type and range are checked, and the message says what was wanted and what came."""
    (problem,) = validate(answers | {key: value}, survey)
    assert problem.startswith(f"{key}: wanted ") and type(value).__name__ in problem
    assert len(problem) < 300


def test_a_misspelt_key_is_guessed(survey, answers):
    """A renamed key is pointed out, and its question counts as unanswered."""
    answers["satisfacton"] = answers.pop("satisfaction")
    problems = validate(answers, survey)
    assert any("did you mean 'satisfaction'" in problem for problem in problems)
    assert any(problem.startswith("satisfaction: not answered") for problem in problems)


@pytest.mark.parametrize("answers", [None, [], "5", 5, float("nan"), {1: 2, None: 3}, {n: n for n in range(10**4)}])
def test_anything_else_gets_a_short_message(survey, answers):
    """Whatever the value of `answers`, the student gets a few short lines."""
    problems = validate(answers, survey)
    assert 1 <= len(problems) <= 20 and all(len(problem) < 200 for problem in problems)


def test_a_form_of_near_misses_is_cut_before_it_is_compared(survey, answers, monkeypatch):
    """Of 150,000 misspelt keys, long ones among them, as many are compared as are told."""
    compared = []
    guess = difflib.get_close_matches
    monkeypatch.setattr(
        "difflib.get_close_matches", lambda key, *args, **kwargs: compared.append(key) or guess(key, *args, **kwargs)
    )
    known = survey.questions[0].id
    form = {f"{known}{number}": 1 for number in range(150_000)} | {f"{known}" * 1_000: 1} | answers
    assert len(validate(form, survey)) == len(compared) == MAX_PROBLEMS
    compared.clear()
    assert "not a question of this form" in validate({known * 1_000: 1} | answers, survey)[0]
    assert [len(key) for key in compared] == [100]
