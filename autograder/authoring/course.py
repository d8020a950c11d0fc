"""Makes an instructor's nbgrader course: configuration, secret, folders, sources and release."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.authoring.release import build
from autograder.config import load_course
from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.times import find_zone

_CONFIG = '''"""nbgrader's configuration of this course: the package's own, and below it whatever you add."""

from pathlib import Path

from autograder.nbgrader_plugs.configuration import configure

c = get_config()  # noqa: F821  (nbgrader defines it)
configure(c, Path(__file__).resolve().parent)

c.CourseDirectory.course_id = {course_id!r}

# Your own settings, such as:
# c.ExchangeCollect.check_owner = False  # on a hub where all students share one account
'''

_COURSE_SETTINGS = """# This course's own settings, in place of those in the checkout's assignments/course.toml.
timezone = {timezone}  # IANA name; a time without an offset is in this zone

# When each assignment is due.
[due]
{due}
# What late work costs; without this table nothing.
# [late]
# policy = "per_day"      # none, all (every point), or per_day (a share for each day begun)
# share_per_day = 0.1     # of the assignment's points
# grace_minutes = 15      # late by no more than this counts as on time
# slip_days = 0           # free late days of each student in the whole course

# How the total is made; without this table every assignment weighs the same.
# [total]
# weights = {{ survey = 0 }}
# drop_lowest = 0
"""

_EXAMPLE = "2026-11-20T23:59:00"

_STUDENT_CONFIG = '''"""What a student needs in nbgrader_config.py, in ~/.jupyter or in the folder that they work in."""

c = get_config()  # noqa: F821  (nbgrader defines it)
c.CourseDirectory.course_id = {course_id!r}
c.Exchange.root = {exchange!r}
c.Exchange.timezone = "UTC"
'''

_STUDENT_BRACKETS = """
# nbgrader reads the brackets in the exchange's path as a pattern; this makes it read them as they are.
from autograder.nbgrader_plugs.brackets import mend_globs

mend_globs()
"""

_GITIGNORE = (
    "secret\n.autograder/\ngradebook.db*\nexchange/\nsubmitted/\nautograded/\nfeedback/\nroster.csv\nextensions.toml\n"
)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to build in; it becomes ``target`` if the block ends well and is deleted otherwise.

    Raises:
        UsageError: ``target`` is a file, or a folder that is not empty.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty: name a new folder for the course, or empty it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield building
        if target.exists():
            target.rmdir()
        os.replace(building, target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def nbgrader_config(course_id: str, own: str = "") -> str:
    """The text of a course's ``nbgrader_config.py``; ``own`` are the instructor's statements."""
    return _CONFIG.format(course_id=course_id) + own


def course_settings(
    timezone: str, assignments: Sequence[str], due: Mapping[str, datetime.datetime] | None = None
) -> str:
    """The text of a course's own ``course.toml``; a line of comment stands for an assignment without a due date.

    Args:
        timezone: an IANA name.
        assignments: ids, in order.
        due: in the course's zone.
    """
    dates = due or {}
    lines = [
        f"{id_} = {dates[id_].isoformat()}\n" if id_ in dates else f"# {id_} = 2026-11-20T23:59:00\n"
        for id_ in assignments
    ]
    return _COURSE_SETTINGS.format(timezone=json.dumps(timezone), due="".join(lines))


def create_course(
    folder: Path, target: Path, assignments_dir: Path, reference_dir: Path, language: str, profile: str,
    timezone: str = "UTC",
) -> tuple[str, ...]:  # fmt: skip
    """Fills an empty folder with a course that nbgrader's commands work in.

    Args:
        folder: where to build.
        target: the course's final folder, for settings that hold its full path.
        assignments_dir: of the checkout that the course keeps pointing to.
        language: ``en`` or ``ko``.
        profile: a profile of ``course.toml``.
        timezone: an IANA name.

    Returns:
        The ids of the course's assignments.

    Raises:
        UsageError: an assignment is faulty, or something would leak.
    """
    course = load_course(assignments_dir, language=language, profile=profile)
    find_zone(timezone, "--timezone")
    _write_settings(folder, target, assignments_dir.parent, language, profile)
    CourseFolder(folder).course_settings.write_text(course_settings(timezone, course.assignments), encoding="utf-8")
    building = CourseFolder(folder)
    for private in building.private:
        private.mkdir(mode=0o700)
    building.exchange.mkdir()
    building.exchange.chmod(0o777)  # every student writes here; nbgrader sets it as well
    folder.chmod(0o711)  # students can pass through it to the exchange but cannot list it
    build(folder, assignments_dir, reference_dir, course, course.assignments)
    building.gradebook.chmod(0o600)
    return course.assignments


def _write_settings(folder: Path, target: Path, repository: Path, language: str, profile: str) -> None:
    course_id = re.sub(r"[^A-Za-z0-9_.-]+", "-", target.resolve().name).strip("-.") or "course"
    student = _STUDENT_CONFIG.format(course_id=course_id, exchange=str(CourseFolder(target.resolve()).exchange))
    student += _STUDENT_BRACKETS if set("[]*?") & set(str(target.resolve())) else ""
    settings = {"repository": str(repository.resolve()), "language": language, "profile": profile}
    building = CourseFolder(folder)
    building.nbgrader_config.write_text(nbgrader_config(course_id), encoding="utf-8")
    building.student_config.write_text(student, encoding="utf-8")
    building.settings.write_text(
        "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items()),
        encoding="utf-8",
    )
    (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    descriptor = os.open(building.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32) + "\n")
