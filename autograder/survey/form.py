"""``survey.toml`` as frozen records, and the rules for valid answers."""

from __future__ import annotations

import difflib
import itertools
import reprlib
from dataclasses import dataclass
from pathlib import Path

from autograder.config import LANGUAGES
from autograder.errors import UsageError
from autograder.records import read_record

SCALE = (1, 2, 3, 4, 5)
TYPES = ("scale", "choice", "text")
MAX_TEXT_CHARACTERS = 2000
MAX_PROBLEMS = 20
MAX_ID_CHARACTERS = 100  # of what may be a misspelt id


@dataclass(frozen=True)
class Choice:
    """One of the answers to a question of type "choice"; students write its ``id``."""

    id: str
    text: dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: key of the answer.
        type: "scale" (a whole number from 1 to 5), "choice" (the id of one of ``choices``), or "text".
        text: the question in each language.
        required: whether participation needs an answer.
        low: the meaning of 1, for a scale.
        high: the meaning of 5, for a scale.
        choices: the possible answers, for a choice.
    """

    id: str
    type: str
    text: dict[str, str]
    required: bool
    low: dict[str, str] | None = None
    high: dict[str, str] | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def wanted(self) -> str:
        """The form of an answer, in words."""
        if self.type == "scale":
            return "a whole number from 1 to 5"
        if self.type == "choice":
            return "one of " + ", ".join(f'"{choice.id}"' for choice in self.choices)
        return f"a text in quotation marks, up to {MAX_TEXT_CHARACTERS} characters"


@dataclass(frozen=True)
class Survey:
    """``survey.toml``: a title and the questions in their order."""

    title: dict[str, str]
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question of that id.

        Raises:
            UsageError: there is none; the message lists the ids that exist.
        """
        for question in self.questions:
            if question.id == question_id:
                return question
        known = ", ".join(question.id for question in self.questions)
        raise UsageError(f"the survey has no question {question_id!r}; it has: {known}")


def load_survey(path: Path) -> Survey:
    """Reads and checks ``survey.toml``.

    Raises:
        UsageError: the file is missing or not valid TOML, or its form is faulty.
    """
    survey = read_record(Survey, path)
    ids = [question.id for question in survey.questions]
    if not ids or len(set(ids)) < len(ids):
        raise UsageError(f"{path}: wanted questions with different ids, got {ids}")
    _check_languages(survey.title, f"{path}: title")
    for question in survey.questions:
        _check_question(question, f"{path}: question {question.id!r}")
    return survey


def _check_question(question: Question, where: str) -> None:
    if question.type not in TYPES:
        raise UsageError(f"{where}: type is one of {', '.join(TYPES)}, got {question.type!r}")
    if not question.id.isidentifier():
        raise UsageError(f"{where}: an id is made of letters, digits and underscores")
    is_scale, is_choice = question.type == "scale", question.type == "choice"
    if is_scale != (question.low is not None) or is_scale != (question.high is not None):
        raise UsageError(f"{where}: a scale, and nothing else, has low and high")
    choice_ids = {choice.id for choice in question.choices}
    if is_choice != bool(choice_ids) or len(choice_ids) < len(question.choices):
        raise UsageError(f"{where}: a choice, and nothing else, has choices with different ids")
    texts = [question.text, question.low, question.high, *(choice.text for choice in question.choices)]
    for text in texts:
        if text is not None:
            _check_languages(text, where)


def _check_languages(text: dict[str, str], where: str) -> None:
    if set(text) != set(LANGUAGES) or not all(text.values()):
        raise UsageError(f"{where}: wanted a text in each of {', '.join(LANGUAGES)}, got {sorted(text)}")


def validate(answers: object, survey: Survey) -> list[str]:
    """The problems of a filled-in form, in words for the student.

    Args:
        answers: should be a dict from question id to answer; None or "" means not answered.
        survey: the form.

    Returns:
        One message for each problem; empty when the form is complete and valid.
    """
    if not isinstance(answers, dict):
        return [f"answers should be a dictionary {{...}}, got {_shown(answers)}"]
    known = [question.id for question in survey.questions]
    strangers = itertools.islice((key for key in answers if key not in known), MAX_PROBLEMS)  # cut before compared
    problems = [_unknown(key, known) for key in strangers]
    for question in survey.questions:
        answer = answers.get(question.id)
        if is_unanswered(answer):
            if question.required:
                problems.append(f"{question.id}: not answered yet; write {question.wanted}")
        elif not is_valid(answer, question):
            problems.append(f"{question.id}: wanted {question.wanted}, got {_shown(answer)}")
    return problems[:MAX_PROBLEMS]


def is_unanswered(answer: object) -> bool:
    """Whether a question was left out: the answer is None or blank text."""
    return answer is None or (isinstance(answer, str) and not answer.strip())


def is_valid(answer: object, question: Question) -> bool:
    """Whether an answer that was given fits its question."""
    if question.type == "scale":
        return isinstance(answer, int) and not isinstance(answer, bool) and answer in SCALE
    if not isinstance(answer, str):
        return False
    if question.type == "choice":
        return answer in {choice.id for choice in question.choices}
    return len(answer) <= MAX_TEXT_CHARACTERS


def _unknown(key: object, known: list[str]) -> str:
    guess = difflib.get_close_matches(key[:MAX_ID_CHARACTERS], known, n=1) if isinstance(key, str) else []
    return f"{_shown(key)} is not a question of this form" + (f"; did you mean {guess[0]!r}?" if guess else "")


def _shown(value: object) -> str:
    return f"{reprlib.repr(value)} ({type(value).__name__})"
