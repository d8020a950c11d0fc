"""Closes weaknesses of nbgrader for which it has no setting, or for which older courses lack the setting.

Theory of operation: ``guard_nbgrader`` replaces functions of nbgrader by functions of this module.  ``autograder
batch`` calls it, and so does the course's ``nbgrader_config.py``, which covers ``nbgrader autograde``, ``nbgrader
collect`` and the formgrader.

* Autograding copies everything beside a notebook into ``autograded/``: the targets of links, devices that never
  end, pages that the formgrader would serve to a TA.  Grading needs none of these files, and releasing feedback
  needs only the time and the secret.
* A ``timestamp.txt`` that does not hold a time stops autograding and collecting.
* A time's zone is read as UTC where nbgrader does not know it, and `` +0900`` as 900 seconds.  Here such a time is
  understood, or refused by name (``autograder.times``).
* The formgrader runs the ``nbgrader_config.py`` of the folder that its address names, so that a link on any web
  page runs a program with the TA's rights.  Here only the formgrader's own pages and the TA may name a folder.
* ``nbgrader db student import`` refuses what Excel saves: a byte order mark, CP949, UTF-16.
* Nothing is found below a folder whose name holds brackets (see ``brackets``).
* Every pass of autograding asks for all marks again; ``marks.SaveGrades`` takes the place of ``SaveAutoGrades``.
"""

from __future__ import annotations

import datetime
import functools
import io
import shutil
import sys
from pathlib import Path
from typing import Any

import nbgrader.preprocessors
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from autograder.course_folder import CourseFolder
from autograder.intake.receipt import SECRET, TIMESTAMP, read_receipt, read_secret, written
from autograder.lms.tables import decode
from autograder.nbgrader_plugs.brackets import mend_globs
from autograder.nbgrader_plugs.feedback import is_stale
from autograder.nbgrader_plugs.marks import SETTLED, SaveGrades, remember_texts, settled_cells
from autograder.nbgrader_plugs.roster import remember_arrival
from autograder.times import as_utc, from_utc, read_time, shown
from autograder.workspace import find_workspace

_FORMGRADER = "nbgrader.server_extensions.formgrader.handlers"
_DATABASE_COMMANDS = "nbgrader.apps.dbapp"
_OWN_SITES = ("same-origin", "none")  # "none": typed in, or a bookmark
_copy_everything = BaseConverter.init_assignment
_make_room = BaseConverter.init_destination


def guard_nbgrader() -> None:
    """Replaces nbgrader's functions for the rest of this process; calling it twice does no harm."""
    BaseConverter.init_assignment = _init_assignment
    BaseConverter.init_destination = _init_destination
    nbgrader.preprocessors.SaveAutoGrades = SaveGrades  # courses name it in their list of preprocessors
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] == "nbgrader"]:
        if hasattr(module, "parse_utc"):
            module.parse_utc = parse_utc  # type: ignore[attr-defined]  # nbgrader has no type hints
    mend_globs()
    if formgrader := sys.modules.get(_FORMGRADER):  # only a Jupyter server has imported it by now
        guard_address(formgrader.FormgraderHandler)
    if commands := sys.modules.get(_DATABASE_COMMANDS):  # only `nbgrader` has imported it by now
        guard_due_date(commands.DbAssignmentAddApp)
        commands.DbAssignmentListApp.start = _list_assignments
        commands.open = _open_table  # type: ignore[attr-defined]  # in the place of Python's own


def _init_assignment(converter: BaseConverter, assignment_id: str, student_id: str) -> None:
    """Replaces ``BaseConverter.init_assignment``; the other converters copy only the course's own files."""
    if not isinstance(converter, Autograde):
        _copy_everything(converter, assignment_id, student_id)
        return
    remember_arrival(CourseFolder(Path(converter.coursedir.root)), student_id)
    source = Path(converter._format_source(assignment_id, student_id))
    target = Path(converter._format_dest(assignment_id, student_id))
    target.mkdir(parents=True, exist_ok=True)
    time = read_receipt(source).time
    for name, text in ((TIMESTAMP, written(time) if time else ""), (SECRET, read_secret(source))):
        (target / name).unlink(missing_ok=True)  # nbgrader makes it read-only
        if text:
            (target / name).write_text(text, encoding="ascii")


def _init_destination(converter: BaseConverter, assignment_id: str, student_id: str) -> bool:
    """Replaces ``BaseConverter.init_destination``, which removes the notebook of an earlier pass."""
    if isinstance(converter, Autograde):
        remember_texts(converter.coursedir, assignment_id, student_id)
        setattr(converter, SETTLED, settled_cells(converter.coursedir.db_url, assignment_id, student_id))
    if isinstance(converter, GenerateFeedback) and is_stale(converter, assignment_id, student_id):
        page = Path(converter._format_dest(assignment_id, student_id))
        shutil.rmtree(page, ignore_errors=True)  # nbgrader skips a page that is there
    done: bool = _make_room(converter, assignment_id, student_id)
    return done


def _existing_timestamp(directory: CourseDirectory, folder: str) -> datetime.datetime | None:
    """Replaces ``CourseDirectory.get_existing_timestamp``."""
    return read_receipt(Path(folder)).time


def parse_utc(time: datetime.datetime | str | None) -> datetime.datetime | None:
    """Replaces ``nbgrader.utils.parse_utc``: a time in UTC without a zone.

    Raises:
        ValueError: the text is not a time, or its zone is ambiguous.
    """
    if isinstance(time, str):
        return as_utc(read_time(time))
    return time if time is None or time.tzinfo is None else as_utc(time)


def guard_due_date(application: Any) -> None:
    """Makes ``nbgrader db assignment add`` end with one line where the due date cannot be read, and show it else."""
    start = application.start
    if hasattr(start, "guarded"):
        return

    @functools.wraps(start)
    def guarded(self: Any) -> None:
        try:
            time = read_time(self.duedate) if self.duedate else None
        except ValueError as error:
            self.fail("--duedate: %s", error)
        start(self)
        if time:
            zone = find_workspace(Path(self.coursedir.root)).course().zone
            print(f"{self.extra_args[0]} is due {shown(time, zone)}")

    guarded.guarded = True  # type: ignore[attr-defined]
    application.start = guarded


def _list_assignments(self: Any) -> None:
    """Replaces ``nbgrader db assignment list``, which shows times without their zone."""
    zone = find_workspace(Path(self.coursedir.root)).course().zone
    with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
        print(f"There are {len(gradebook.assignments)} assignments in the database:")
        for assignment in gradebook.assignments:
            due = shown(from_utc(assignment.duedate), zone) if assignment.duedate else "None"
            print("\n    - ".join([f"{assignment.name} (due: {due})", *(part.name for part in assignment.notebooks)]))


def _open_table(path: str, mode: str = "r") -> io.StringIO:
    """Replaces ``open`` in nbgrader's commands for the gradebook, which read nothing but tables."""
    text, _ = decode(Path(path).read_bytes(), path)
    return io.StringIO(text.removeprefix("\ufeff"), newline="")


def guard_address(handler: Any) -> None:
    """Makes a handler's ``get`` refuse (403) an address with a ``path`` when another site led to it."""
    get = handler.get
    if hasattr(get, "guarded"):
        return

    @functools.wraps(get)
    def guarded(self: Any, *arguments: Any) -> Any:
        from tornado.web import HTTPError

        site = self.request.headers.get("Sec-Fetch-Site", "none")  # set by the browser, not by the page
        if self.get_argument("path", "") and site not in _OWN_SITES:
            raise HTTPError(403, "another site must not choose the course's folder")
        return get(self, *arguments)

    guarded.guarded = True  # type: ignore[attr-defined]
    handler.get = guarded
