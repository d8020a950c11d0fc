"""Only the thresholds of one profile change in course.toml."""

from __future__ import annotations

import tomllib

import pytest

from autograder.calibration.settings import write_thresholds
from autograder.calibration.steps import Calibration
from autograder.config import AucStep, Bounds, load_course
from autograder.errors import UsageError

STEPS = (AucStep(0.7, 0.5), AucStep(0.8, 0.75), AucStep(0.9, 1.0))


BOUNDS = Bounds(kernels=0.9, filters=0.8, least_moved=0.001, most_bias=1.0, loss=0.1)
FOUND = Calibration({}, 0.95, 0.6, STEPS, BOUNDS, {})


@pytest.fixture
def course_file(tmp_path, repository):
    """A copy of the course's file."""
    path = tmp_path / "course.toml"
    path.write_text((repository / "assignments" / "course.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_thresholds_are_written_and_nothing_else_changes(course_file):
    """Comments, order and the other profiles stay; the note says which command set the steps."""
    before = course_file.read_text(encoding="utf-8")
    write_thresholds(course_file, "demo", FOUND, "autograder calibrate training --profile demo --seeds 10")
    after = course_file.read_text(encoding="utf-8")
    changed = {line for line in after.splitlines() if line not in before.splitlines()}
    assert all(line.startswith(("auc_steps", "bounds")) for line in changed) and len(changed) == 2
    assert "# autograder calibrate training --profile demo --seeds 10" in after
    course = load_course(course_file.parent, profile="demo")
    assert (course.active_profile.auc_steps, course.active_profile.bounds) == (STEPS, BOUNDS)
    old = tomllib.loads(before)["profiles"]
    assert {name: table for name, table in tomllib.loads(after)["profiles"].items() if name != "demo"} == {
        name: table for name, table in old.items() if name != "demo"
    }


def test_again_gives_the_same_bytes(course_file):
    """Notes do not pile up."""
    write_thresholds(course_file, "cpu", FOUND, "note")
    once = course_file.read_bytes()
    write_thresholds(course_file, "cpu", FOUND, "note")
    assert course_file.read_bytes() == once


@pytest.mark.parametrize("text", ["profiles = 3", "[profiles.other]\n", "no toml"])
def test_a_file_without_the_profile_is_left_alone(course_file, text):
    """The error names the file and the table."""
    course_file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"course\.toml.*profiles\.cpu"):
        write_thresholds(course_file, "cpu", FOUND, "note")
    assert course_file.read_text(encoding="utf-8") == text
