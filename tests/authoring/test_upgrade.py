"""A course that an earlier version made is brought up to this one, and nothing of it is lost."""

from __future__ import annotations

import datetime
import shutil
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from autograder.authoring.course import create_course, new_folder
from autograder.authoring.lint import lint_course
from autograder.authoring.upgrade import upgrade, upgrade_steps
from autograder.cli.upgrade import command
from autograder.errors import UsageError
from autograder.late import read_extensions
from autograder.lms.roster import read_course_roster
from autograder.nbgrader_plugs.late import carry_dates, dates_in
from autograder.nbgrader_plugs.settings import load_config
from autograder.workspace import Workspace, find_workspace
from tests.authoring import tiny

EARLIER = '''"""nbgrader's configuration of this course, written by `autograder init`; edit it as you like."""

from pathlib import Path

from autograder.nbgrader_plugs.guard import guard_nbgrader

c = get_config()  # noqa: F821  (nbgrader defines it)
HERE = Path(__file__).resolve().parent

c.CourseDirectory.course_id = 'medical-ai'
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.db_url = f"sqlite:///{HERE / 'gradebook.db'}"
c.Exchange.timezone = "UTC"

guard_nbgrader()  # autograding copies only the time and the secret

c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.SaveCells"
]
c.SalvageExporter.language = 'en'
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugs.preprocessor.GradeWithEngine",
    "nbgrader.preprocessors.SaveAutoGrades",
]
c.LateSubmissionPlugin.penalty_method = "none"
'''
DUE = datetime.datetime(2026, 11, 20, 14, 59)


@pytest.fixture(scope="module")
def made_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course as an earlier version left it: with dates, an extension and a student in the gradebook."""
    root = tmp_path_factory.mktemp("upgrade")
    checkout = tiny.make_checkout(root / "checkout")
    with new_folder(root / "course") as folder:
        create_course(folder, root / "course", checkout / "assignments", checkout / "reference_solution", "en", "demo")
    course = root / "course"
    (course / "course.toml").unlink()
    (course / "nbgrader_config.py").write_text(EARLIER)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("kim", first_name="Minsu", last_name="Kim")
        gradebook.find_assignment("tiny").duedate = DUE
        gradebook.db.commit()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own handling of its session
            gradebook.add_submission("tiny", "kim")
        gradebook.grant_extension("tiny", "kim", days=1)
    return course


@pytest.fixture
def course(made_before: Path, tmp_path: Path) -> Workspace:
    """A fresh copy."""
    shutil.copytree(made_before, tmp_path / "course")
    return find_workspace(tmp_path / "course")


def test_dates_extensions_and_students_move_to_the_courses_files(course: Workspace) -> None:
    """What counts afterwards is what counted before, and the second time there is nothing to do."""
    before = dates_in(course)
    assert any("earlier version" in finding.what for finding in lint_course(course))
    steps, backup = upgrade(course, "Asia/Seoul")
    assert [step.line.partition(":")[0] for step in steps] == [
        "nbgrader_config.py",
        "course.toml",
        "extensions.toml",
        "roster.csv",
    ]
    upgraded = find_workspace(course.root)
    assert upgraded.course().timezone == "Asia/Seoul"
    assert "tiny = 2026-11-20T23:59:00\n" in course.folder.course_settings.read_text()
    until = datetime.datetime(2026, 11, 21, 14, 59, tzinfo=datetime.UTC)
    assert read_extensions(course.folder.extensions, upgraded.course()) == {("kim", "tiny"): until}
    assert [student.first_name for student in read_course_roster(course.folder.roster)] == ["Minsu"]
    assert carry_dates(upgraded) == [] and dates_in(upgraded) == before
    assert backup is not None and (backup / "nbgrader_config.py").read_text() == EARLIER
    assert (backup / "gradebook.db").is_file() and backup.stat().st_mode & 0o077 == 0
    assert upgrade(upgraded, "Europe/Berlin") == ((), None)
    assert lint_course(upgraded) == []


def test_the_instructors_own_settings_stay(course: Workspace) -> None:
    """What they added or changed is at the end of the new file, and counts."""
    path = course.folder.nbgrader_config
    own = 'c.LateSubmissionPlugin.penalty_method = "zero"\nc.ExchangeCollect.check_owner = False\n'
    own = f'HERE = Path(__file__).resolve().parent\n{own}c.Exchange.root = str(HERE.parent / "exchange")\n'
    changed = own.removeprefix("HERE = Path(__file__).resolve().parent\n")  # which stands above already
    path.write_text(EARLIER.replace('c.LateSubmissionPlugin.penalty_method = "none"\n', changed))
    upgrade(course, "UTC")
    assert path.read_text().endswith(own)
    config = load_config(course.root)
    assert config.LateSubmissionPlugin.penalty_method == "zero"
    assert config.ExchangeCollect.check_owner is False
    assert config.Exchange.root == str(course.root.parent / "exchange")
    assert config.CourseDirectory.course_id == "medical-ai"
    assert "autograder.nbgrader_plugs.late.AssignLatePolicy" in config.Autograde.autograde_preprocessors


def test_a_dry_run_changes_nothing(course: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It only says what would be done."""
    monkeypatch.chdir(course.root)
    result = CliRunner().invoke(command, ["--timezone", "Asia/Seoul", "--dry-run"], catch_exceptions=False)
    assert "tiny is due 2026-11-20 23:59 (Asia/Seoul)" in result.output
    assert course.folder.nbgrader_config.read_text() == EARLIER
    assert not course.folder.course_settings.exists() and not (course.folder.state / "backups").exists()
    result = CliRunner().invoke(command, ["--timezone", "Asia/Seoul"], catch_exceptions=False)
    assert "copies of what was there before" in result.output
    assert CliRunner().invoke(command, []).output == "the course is up to date\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c = (", "is not valid Python"),
        ("c = get_config()\n", "wanted c.CourseDirectory.course_id"),
        (None, "is missing"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_left_alone(text: str | None, message: str, course: Workspace) -> None:
    """And so is everything else."""
    course.folder.nbgrader_config.unlink()
    if text is not None:
        course.folder.nbgrader_config.write_text(text)
    with pytest.raises(UsageError, match=message):
        upgrade(course, "UTC")
    assert not course.folder.course_settings.exists()


def test_a_zone_is_named_in_full(course: Workspace) -> None:
    """As in the settings."""
    with pytest.raises(UsageError, match=r"--timezone: .*did you mean 'Asia/Seoul'"):
        upgrade_steps(course, "KST")


def test_settings_without_a_zone_get_one(course: Workspace) -> None:
    """Where a course has its file already; what else is in it stays."""
    upgrade(course, "Asia/Seoul")
    path = course.folder.course_settings
    path.write_text(path.read_text(encoding="utf-8").replace('timezone = "Asia/Seoul"', "# no zone"), encoding="utf-8")
    (step,) = upgrade_steps(course, "Asia/Tokyo")
    assert "a time without a zone is in Asia/Tokyo (it was in UTC)" in step.line
    step.do()
    assert find_workspace(course.root).course().timezone == "Asia/Tokyo" and "# no zone" in path.read_text(
        encoding="utf-8"
    )
    assert upgrade_steps(course, "Asia/Tokyo") == ()


def test_modules_that_moved_are_explained(course: Workspace) -> None:
    """A course of a still earlier version names modules that are gone."""
    course.folder.nbgrader_config.write_text(EARLIER.replace("nbgrader_plugs.guard", "gradebook.guard"))
    with pytest.raises(UsageError, match="run `autograder upgrade`"):
        load_config(course.root)
    upgrade(course, "UTC")
    load_config(course.root)
