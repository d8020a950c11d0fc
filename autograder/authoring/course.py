"""Makes an instructor's nbgrader course: configuration, secret, folders, sources and release."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.release import build
from autograder.config import load_course
from autograder.errors import UsageError
from autograder.nbgrader_plugs.generate import CODE_STUB, TEXT_STUB, release_config
from autograder.workspace import CourseFolder

_CONFIG = '''"""nbgrader's configuration of this course, written by `autograder init`; edit it as you like."""

from pathlib import Path

from autograder.nbgrader_plugs.guard import guard_nbgrader

c = get_config()  # noqa: F821  (nbgrader defines it)
HERE = Path(__file__).resolve().parent

c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.db_url = f"sqlite:///{{HERE / 'gradebook.db'}}"
c.Exchange.root = str(HERE / "exchange")
c.Exchange.cache = str(HERE / ".autograder" / "nbgrader_cache")
c.Exchange.timezone = "UTC"

# Collecting: plain files of bounded size, under the name of the student who handed them in.
c.ExchangeCollect.update = True  # a student's latest submission counts
c.ExchangeFactory.collect = "autograder.nbgrader_plugs.collect.CarefulCollect"
c.ZipCollectApp.extractor_plugin = "autograder.nbgrader_plugs.collect.CarefulExtractor"
c.ZipCollectApp.collector_plugin = "autograder.nbgrader_plugs.collect.CarefulNames"

guard_nbgrader()  # autograding copies only the time and the secret; other sites cannot choose the formgrader's folder

# The release: solution cells without marks (own imports, forms) are handed out unchanged.
c.GenerateAssignment.preprocessors = {generate}
c.ClearMarkedSolutions.code_stub = {code_stub!r}
c.ClearMarkedSolutions.text_stub = {text_stub!r}

# Grading: the engine replaces Execute; a broken notebook is replaced by a clean copy.
c.Autograde.exporter_class = "autograder.nbgrader_plugs.salvage.SalvageExporter"
c.SalvageExporter.language = {language!r}
c.OverwriteCells.add_missing_cells = True
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugs.preprocessor.GradeWithEngine",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Late work: "none" records the lateness without a penalty, "zero" gives no points.
c.LateSubmissionPlugin.penalty_method = "none"
'''

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

_GITIGNORE = "secret\n.autograder/\ngradebook.db*\nexchange/\nsubmitted/\nautograded/\nfeedback/\nroster.csv\n"


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


def create_course(
    folder: Path, target: Path, assignments_dir: Path, reference_dir: Path, language: str, profile: str
) -> tuple[str, ...]:
    """Fills an empty folder with a course that nbgrader's commands work in.

    Args:
        folder: where to build.
        target: the course's final folder, for settings that hold its full path.
        assignments_dir: of the checkout that the course keeps pointing to.
        language: ``en`` or ``ko``.
        profile: a profile of ``course.toml``.

    Returns:
        The ids of the course's assignments.

    Raises:
        UsageError: an assignment is faulty, or something would leak.
    """
    course = load_course(assignments_dir, language=language, profile=profile)
    _write_settings(folder, target, assignments_dir.parent, language, profile)
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
    generate = json.dumps(list(release_config(language).GenerateAssignment.preprocessors), indent=4)
    config = _CONFIG.format(
        course_id=course_id,
        language=language,
        generate=generate,
        code_stub={"python": CODE_STUB[language]},
        text_stub=TEXT_STUB[language],
    )
    student = _STUDENT_CONFIG.format(course_id=course_id, exchange=str(CourseFolder(target.resolve()).exchange))
    student += _STUDENT_BRACKETS if set("[]*?") & set(str(target.resolve())) else ""
    settings = {"repository": str(repository.resolve()), "language": language, "profile": profile}
    building = CourseFolder(folder)
    building.nbgrader_config.write_text(config, encoding="utf-8")
    building.student_config.write_text(student, encoding="utf-8")
    building.settings.write_text(
        "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items()),
        encoding="utf-8",
    )
    (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    descriptor = os.open(building.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32) + "\n")
