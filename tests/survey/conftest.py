"""The course's own form, and the answers that fill it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.survey import Survey, load_survey

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"


@pytest.fixture(scope="session")
def survey() -> Survey:
    """The form of ``assignments/survey``."""
    return load_survey(ASSIGNMENTS / "survey" / "survey.toml")


@pytest.fixture
def answers() -> dict[str, object]:
    """A complete form without a comment."""
    return {"satisfaction": 5, "understanding": 4, "feedback": 3, "background": "health", "comment": ""}
