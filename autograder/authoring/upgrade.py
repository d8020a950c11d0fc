"""Brings a course that an earlier version made up to this one.

Theory of operation: what an earlier ``autograder init`` wrote into ``nbgrader_config.py`` is now code of the package
(``nbgrader_plugs.configuration``), so the file is written anew, with the statements that the instructor had added or
changed below.  Time zone and due dates move from the gradebook into the course's own ``course.toml``, extensions into
``extensions.toml``, and the students into ``roster.csv``: from then on these files are what counts.  No grade, no mark
and no submission is touched, and everything that may be written over is copied first.
"""

from __future__ import annotations

import ast
import datetime
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.authoring.course import course_settings, nbgrader_config
from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.files import write_text
from autograder.late import read_extensions, write_extension
from autograder.nbgrader_plugs.late import dates_in
from autograder.nbgrader_plugs.roster import course_students, import_students
from autograder.records import read_toml
from autograder.times import find_zone, shown
from autograder.workspace import Workspace

_ANY = ""
_OURS = {
    "CourseDirectory.course_id": _ANY,
    "CourseDirectory.root": "str(HERE)",
    "CourseDirectory.db_url": "f\"sqlite:///{HERE / 'gradebook.db'}\"",
    "Exchange.root": "str(HERE / 'exchange')",
    "Exchange.cache": "str(HERE / '.autograder' / 'nbgrader_cache')",
    "Exchange.timezone": "'UTC'",
    "ExchangeCollect.update": "True",
    "ClearMarkedSolutions.code_stub": _ANY,
    "ClearMarkedSolutions.text_stub": _ANY,
    "SalvageExporter.language": _ANY,
    "OverwriteCells.add_missing_cells": "True",
    "LateSubmissionPlugin.penalty_method": "'none'",
}
"""What earlier versions set in a course's ``nbgrader_config.py``; another value is the instructor's own."""

_OUR_LINES = {
    "from pathlib import Path", "c = get_config()", "HERE = Path(__file__).resolve().parent", "guard_nbgrader()",
}  # fmt: skip
_COPIED = ("nbgrader_config", "settings", "course_settings", "extensions", "roster", "gradebook")


@dataclass(frozen=True)
class Step:
    """One thing that an upgrade does: a line for the instructor, and the doing."""

    line: str
    do: Callable[[], object]


def upgrade_steps(workspace: Workspace, timezone: str) -> tuple[Step, ...]:
    """What there is to do in a course; nothing in one that is up to date.

    Args:
        workspace: the course.
        timezone: IANA name, for a course that does not say its own.

    Raises:
        UsageError: a file of the course is faulty, or there is no such zone.
    """
    folder, course = workspace.folder, workspace.course()
    zone = find_zone(timezone, "--timezone")
    due, extensions = dates_in(workspace)
    steps: list[Step] = []
    if (text := _new_config(folder.nbgrader_config)) is not None:
        line = f"{folder.nbgrader_config.name}: written anew; your own statements are at its end"
        steps.append(Step(line, partial(write_text, folder.nbgrader_config, text)))
    if not folder.course_settings.is_file():
        local = {id_: time.astimezone(zone).replace(tzinfo=None) for id_, time in due.items()}
        text = course_settings(timezone, course.assignments, local)
        told = "".join(f"; {id_} is due {shown(time, zone)}" for id_, time in sorted(due.items()))
        line = f"{folder.course_settings.name}: times are in {timezone}{told}"
        steps.append(Step(line, partial(write_text, folder.course_settings, text)))
    elif "timezone" not in read_toml(folder.course_settings):
        text = f'timezone = "{timezone}"\n{folder.course_settings.read_text(encoding="utf-8")}'
        line = f"{folder.course_settings.name}: a time without a zone is in {timezone} (it was in {course.timezone})"
        steps.append(Step(line, partial(write_text, folder.course_settings, text)))
    known = read_extensions(folder.extensions, course)
    for (student, id_), until in sorted(extensions.items()):
        if (student, id_) not in known and id_ in course.assignments:
            line = f"{folder.extensions.name}: {student} has until {shown(until, zone)} for {id_}"
            local_time = until.astimezone(zone)
            steps.append(Step(line, partial(write_extension, folder.extensions, student, id_, local_time)))
    if not folder.roster.is_file() and (students := course_students(folder)):
        line = f"{folder.roster.name}: {len(students)} students, from the gradebook"
        steps.append(Step(line, partial(import_students, folder, students)))
    return tuple(steps)


def upgrade(workspace: Workspace, timezone: str) -> tuple[tuple[Step, ...], Path | None]:
    """Upgrades a course.

    Args:
        workspace, timezone: as for ``upgrade_steps``.

    Returns:
        What was done, and the folder with copies of what was there before; None where there was nothing to do.

    Raises:
        UsageError: as for ``upgrade_steps``; nothing was changed.
    """
    steps = upgrade_steps(workspace, timezone)
    if not steps:
        return (), None
    backup = _back_up(workspace.folder)
    for step in steps:
        step.do()
    return steps, backup


def _back_up(folder: CourseFolder) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    backup = folder.state / "backups" / f"{now:%Y%m%dT%H%M%S.%fZ}"
    backup.mkdir(mode=0o700, parents=True)
    for name in _COPIED:
        path: Path = getattr(folder, name)
        if path.is_file():
            shutil.copy2(path, backup / path.name)
    return backup


def _new_config(path: Path) -> str | None:
    """The text of the new ``nbgrader_config.py``; None where the old one is of the present form.

    Raises:
        UsageError: it is missing, or not valid Python.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except FileNotFoundError:
        raise UsageError(f"{path} is missing; restore it from your backup") from None
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{path} is not valid Python: {error}") from None
    if any(isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".configuration") for node in tree.body):
        return None
    values = {_target(node): node for node in tree.body}
    course_id = values.get("CourseDirectory.course_id")
    if not isinstance(course_id, ast.Assign) or not isinstance(course_id.value, ast.Constant):
        raise UsageError(f"{path}: wanted c.CourseDirectory.course_id = '...'; write it in, and upgrade again")
    own = [node for node in tree.body if not _is_ours(node)]
    statements = "".join(f"{ast.get_source_segment(text, node)}\n" for node in own)
    if re.search(r"\bHERE\b", statements):
        statements = f"HERE = Path(__file__).resolve().parent\n{statements}"
    return nbgrader_config(str(course_id.value.value), f"\n{statements}" if statements else "")


def _target(node: ast.stmt) -> str:
    """``Exchange.root`` of ``c.Exchange.root = ...``."""
    return ast.unparse(node.targets[0]).removeprefix("c.") if isinstance(node, ast.Assign) else ""


def _is_ours(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder."):
        return True
    if isinstance(node, ast.Assign) and (target := _target(node)) in _OURS:
        return _OURS[target] in (_ANY, ast.unparse(node.value))
    if isinstance(node, ast.Assign) and _is_plug(node.value):
        return True
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or ast.unparse(node) in _OUR_LINES


def _is_plug(value: ast.expr) -> bool:
    """Whether a value names classes of the package, or lists of nbgrader's with some of the package's in between."""
    texts = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return bool(texts) and all(text.startswith(("autograder.", "nbgrader.preprocessors.")) for text in texts)
