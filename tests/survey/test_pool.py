"""Answers go into the pool without names, and nothing of a submission is executed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.survey.pool import Pool, pool_answers, read_answers, read_pool, write_pool


def test_answers_are_read_from_the_source(answers):
    """A literal dictionary in a cell is read, comments included."""
    source = "# my form\nanswers = {\n" + "".join(f"    {k!r}: {v!r},  # note\n" for k, v in answers.items()) + "}\n"
    assert read_answers(["import numpy as np", source]) == answers


def test_the_last_assignment_counts(answers):
    """Filling the form in twice gives the second one."""
    assert read_answers(["answers = {'satisfaction': 1}", "x = 1", f"answers = {answers}"]) == answers
    assert read_answers([f"answers: dict = {answers}"]) == answers


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def answers(): pass",
        "answers = {",
        "answers = __import__('os').system('touch executed')",
        "answers = dict(satisfaction=5)",
        "answers = " + "[" * 5000,
        "answers = " + "-" * 15000 + "1",
        "answers = {'comment': '" + "x" * 30000 + "'}",
        "answers = {[]: 1}",
        "answers\0 = 1",
        "other = {'satisfaction': 5}",
    ],
)
def test_what_is_no_literal_is_not_read(source, tmp_path, monkeypatch):
    """Code, monsters and broken syntax give no answers, and nothing runs."""
    monkeypatch.chdir(tmp_path)
    assert read_answers([source]) is None
    assert list(tmp_path.iterdir()) == []


def test_only_valid_forms_enter(survey, answers):
    """Incomplete and impossible forms are left out."""
    forms = [answers, answers | {"satisfaction": 9}, {}, None, [1], answers | {"name": "Kim"}]
    assert len(pool_answers(forms, survey).rows) == 1


def test_the_order_of_the_rows_tells_nothing(survey, answers):
    """The same class in another order gives the same pool, byte for byte."""
    forms = [answers | {"satisfaction": n, "comment": f"c{n}"} for n in (3, 1, 5, 2)]
    assert pool_answers(forms, survey) == pool_answers(forms[::-1], survey)


def test_comments_are_apart_from_the_other_answers(survey, answers):
    """No row carries free text."""
    pool = pool_answers([answers | {"comment": " Nice. "}, answers], survey)
    assert pool.texts == {"comment": ("Nice.",)}
    assert all("comment" not in row for row in pool.rows)


def test_a_pool_survives_the_disk(tmp_path, survey, answers):
    """What is written is read back, odd characters included, and only the owner can read it."""
    pool = pool_answers([answers | {"comment": "좋아요 \ud800"}], survey)
    write_pool(tmp_path / "s" / "pool.json", pool)
    assert read_pool(tmp_path / "s" / "pool.json", survey) == pool
    assert stat.S_IMODE((tmp_path / "s" / "pool.json").stat().st_mode) == 0o600


def test_a_pool_does_not_shrink_by_mistake(tmp_path, survey, answers):
    """After submissions were deleted, an old pool is kept unless told otherwise."""
    path = tmp_path / "pool.json"
    write_pool(path, pool_answers([answers] * 3, survey))
    with pytest.raises(UsageError, match="3 forms, now there are 1"):
        write_pool(path, pool_answers([answers], survey))
    write_pool(path, pool_answers([answers], survey), replace=True)
    assert len(read_pool(path).rows) == 1


def test_courses_add_up(survey, answers):
    """Pools of several courses become one."""
    one, two = (pool_answers([answers | {"comment": word}], survey) for word in ("b", "a"))
    both = one + two
    assert len(both.rows) == 2 and both.texts["comment"] == ("a", "b")
    assert Pool() + one == one


@pytest.mark.parametrize("text", ["", "[]", '{"format": "x"}', json.dumps({"format": "cxr-autograder survey pool"})])
def test_a_damaged_pool_is_an_error_with_a_text(tmp_path, text):
    """Files of another kind are refused."""
    (tmp_path / "pool.json").write_text(text)
    with pytest.raises(UsageError, match="not a pool"):
        read_pool(tmp_path / "pool.json")


def test_a_missing_pool_says_what_to_run():
    """The text names the command that makes a pool."""
    with pytest.raises(UsageError, match="survey collect"):
        read_pool(Path("nowhere.json"))
