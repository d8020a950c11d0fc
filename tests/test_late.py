"""Lateness, extensions, and what they cost."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest

from autograder.config import Course, Late, load_course
from autograder.errors import UsageError
from autograder.late import DAY_S, Charge, Work, charges, forget_extensions, read_extensions, write_extension

DUE = datetime.datetime(2026, 11, 20, 23, 59)
REPOSITORY = Path(__file__).parents[1]


def _work(name: str, late_s: float, *, day: int = 20) -> Work:
    return Work(name, datetime.datetime(2026, 11, day, 23, 59), late_s, 100.0)


@pytest.mark.parametrize(
    ("policy", "late_s", "points"),
    [
        (Late("none"), 10 * DAY_S, 0),
        (Late("all"), 1, 100),
        (Late("all"), 0, 0),
        (Late("all", grace_minutes=15), 900, 0),
        (Late("all", grace_minutes=15), 901, 100),
        (Late("per_day", 0.1), 1, 10),
        (Late("per_day", 0.1), DAY_S, 10),
        (Late("per_day", 0.1), DAY_S + 1, 20),
        (Late("per_day", 0.1), 30 * DAY_S, 100),
        (Late("per_day", 0.1, grace_minutes=60), 3600, 0),
        (Late("per_day", 0.1, grace_minutes=60), 3601, 10),
    ],
)
def test_what_lateness_costs(policy: Late, late_s: float, points: float) -> None:
    """A day begun counts as a day, and lateness within the grace time not at all."""
    assert charges(policy, [_work("a", late_s)])["a"].points == pytest.approx(points)


def test_slip_days_go_to_the_earliest_due_dates() -> None:
    """Whatever the order in which the work comes; what is left over is paid for."""
    policy = Late("per_day", 0.25, slip_days=3)
    works = [_work("c", 2 * DAY_S, day=22), _work("a", 2 * DAY_S, day=10), _work("b", 0, day=15)]
    assert charges(policy, works) == {"a": Charge(2, 2, 0.0), "b": Charge(), "c": Charge(2, 1, 25.0)}
    assert charges(policy, works[::-1]) == charges(policy, works)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("late.policy = 'half'", "late.policy: wanted one of none, all, per_day, got 'half'"),
        ("late = {policy = 'per_day', slip_day = 1}", "late: unknown key 'slip_day'; did you mean 'slip_days'"),
        ("late.share_per_day = 0.2", "late: missing: policy"),
        (
            "late = {policy = 'per_day', share_per_day = 10}",
            "share_per_day: wanted a number above 0, at most 1, got 10",
        ),
        ("late = {policy = 'none', slip_days = 2}", "slip_days: late work costs nothing here"),
        ("late = {policy = 'all', grace_minutes = -1}", "grace_minutes: wanted 0 or more, got -1"),
        ("late = {policy = 'all', grace_minutes = nan}", "grace_minutes: wanted 0 or more, got nan"),
        (
            "timezone = 'America/New_York'\ndue.activations = 2026-03-08T02:30:00",
            "due.activations: the clocks of America/New_York go forward over 2026-03-08 02:30",
        ),
        ("total.weights = {activations = -1}", "total.weights.activations: wanted a number, 0 or more, got -1"),
        ("total.weights = {activation = 1}", "no assignment 'activation'; did you mean 'activations'"),
        ("total.drop_lowest = -1", "drop_lowest"),
        ("due = {activations = 2026-11-20}", "due.activations: wanted a date and a time, such as 2026-11-20T23:59:00"),
        ("due = {activations = '2026-11-20 23:59 KST'}", "due.activations: wanted a date and a time"),
        ("due = {activation = 2026-11-20T23:59:00}", "did you mean 'activations'"),
        ("timezone = 'KST'", "did you mean 'Asia/Seoul'"),
        ("profile = 'gpuu'", "profile 'gpuu' is not one of cpu, gpu, demo"),
        ("language = 'kr'", "language 'kr' is not one of en, ko"),
        ("timezon = 'UTC'", "unknown key 'timezon'; did you mean 'timezone'"),
    ],
)
def test_a_mistake_in_a_courses_own_settings_names_its_file(settings: str, message: str, tmp_path: Path) -> None:
    """And not ``assignments/course.toml``, which has no mistake."""
    own = tmp_path / "course.toml"
    own.write_text(settings)
    with pytest.raises(UsageError) as caught:
        load_course(REPOSITORY / "assignments", own)
    assert str(caught.value).startswith(str(own)) and message in str(caught.value)


def _course(tmp_path: Path, settings: str) -> Course:
    own = tmp_path / "course.toml"
    own.write_text(settings)
    return load_course(REPOSITORY / "assignments", own)


def test_due_dates_are_in_the_courses_zone(tmp_path: Path) -> None:
    """Unless they have an offset."""
    course = _course(
        tmp_path,
        'timezone = "Asia/Seoul"\n[due]\nactivations = 2026-11-20T23:59:00\nvgg16 = 2026-11-20T23:59:00-05:00\n',
    )
    assert course.due_time("activations") == datetime.datetime(2026, 11, 20, 14, 59, tzinfo=datetime.UTC)
    assert course.due_time("vgg16") == datetime.datetime(2026, 11, 21, 4, 59, tzinfo=datetime.UTC)
    assert course.due_time("training") is None
    assert course.assignments == load_course(REPOSITORY / "assignments").assignments


def test_an_extension_is_kept_beside_the_others(tmp_path: Path) -> None:
    """With the comments that somebody wrote into the file."""
    course, path = _course(tmp_path, 'timezone = "Asia/Seoul"'), tmp_path / "extensions.toml"
    path.write_text("# ill\n[lee]\nvgg16 = 2026-11-28T12:00:00\n")
    until = datetime.datetime(2026, 11, 27, 14, 59, tzinfo=datetime.UTC)
    write_extension(path, "김민수", "activations", until)
    noon = datetime.datetime(2026, 11, 28, 3, 0, tzinfo=datetime.UTC)
    assert read_extensions(path, course) == {("김민수", "activations"): until, ("lee", "vgg16"): noon}
    assert "# ill" in path.read_text(encoding="utf-8") and path.stat().st_mode & 0o077 == 0
    write_extension(path, "김민수", "activations", None)
    write_extension(path, "nobody", "activations", None)
    assert read_extensions(path, course) == {("lee", "vgg16"): noon}
    forget_extensions(path, "kim")
    forget_extensions(path, "lee")
    assert read_extensions(path, course) == {} and "# ill" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kim = 3", "kim: wanted a table"),
        ("[kim]\nactivation = 2026-11-28T12:00:00", "kim: no assignment 'activation'"),
        ("[kim]\nactivations = 2026-11-28", "kim.activations: wanted a date and a time"),
    ],
)
def test_a_faulty_extension_is_named(text: str, message: str, tmp_path: Path) -> None:
    """It would otherwise silently not count."""
    path = tmp_path / "extensions.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_extensions(path, _course(tmp_path, ""))


def test_an_extension_in_an_hour_that_clocks_skip_is_refused(tmp_path: Path) -> None:
    """As a due date is; the file and the entry are named."""
    path = tmp_path / "extensions.toml"
    path.write_text("[kim]\nactivations = 2026-03-08T02:30:00\n")
    course = dataclasses.replace(load_course(REPOSITORY / "assignments"), timezone="America/New_York")
    with pytest.raises(
        UsageError, match=r"extensions.toml: kim.activations: the clocks of America/New_York go forward"
    ):
        read_extensions(path, course)
