"""Closes weaknesses of nbgrader for which it has no setting, or for which older courses lack the setting.

Theory of operation: ``guard_nbgrader`` replaces functions of nbgrader by functions of this module.  ``autograder
batch`` calls it, and so does the course's ``nbgrader_config.py``, which covers ``nbgrader autograde``, ``nbgrader
collect`` and the formgrader.

* Autograding copies everything beside a notebook into ``autograded/``: the targets of links, devices that never
  end, pages that the formgrader would serve to a TA.  Grading needs none of these files, and releasing feedback
  needs only the time and the secret.
* A ``timestamp.txt`` that does not hold a time stops autograding and collecting.
* The formgrader runs the ``nbgrader_config.py`` of the folder that its address names, so that a link on any web
  page runs a program with the TA's rights.  Here only the formgrader's own pages and the TA may name a folder.
* Every pass of autograding asks for all marks again; ``marks.SaveGrades`` takes the place of ``SaveAutoGrades``.
"""

from __future__ import annotations

import datetime
import functools
import sys
from pathlib import Path
from typing import Any

import nbgrader.preprocessors
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from autograder.intake.receipt import SECRET, TIMESTAMP, read_secret, submitted_at, written
from autograder.nbgrader_plugs.marks import SaveGrades, remember_texts

_FORMGRADER = "nbgrader.server_extensions.formgrader.handlers"
_OWN_SITES = ("same-origin", "none")  # "none": typed in, or a bookmark
_copy_everything = BaseConverter.init_assignment
_make_room = BaseConverter.init_destination


def guard_nbgrader() -> None:
    """Replaces nbgrader's functions for the rest of this process; calling it twice does no harm."""
    BaseConverter.init_assignment = _init_assignment
    BaseConverter.init_destination = _init_destination
    nbgrader.preprocessors.SaveAutoGrades = SaveGrades  # courses name it in their list of preprocessors
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    if formgrader := sys.modules.get(_FORMGRADER):  # only a Jupyter server has imported it by now
        guard_address(formgrader.FormgraderHandler)


def _init_assignment(converter: BaseConverter, assignment_id: str, student_id: str) -> None:
    """Replaces ``BaseConverter.init_assignment``; the other converters copy only the course's own files."""
    if not isinstance(converter, Autograde):
        _copy_everything(converter, assignment_id, student_id)
        return
    source = Path(converter._format_source(assignment_id, student_id))
    target = Path(converter._format_dest(assignment_id, student_id))
    target.mkdir(parents=True, exist_ok=True)
    time, _ = submitted_at(source)
    for name, text in ((TIMESTAMP, written(time) if time else ""), (SECRET, read_secret(source))):
        (target / name).unlink(missing_ok=True)  # nbgrader makes it read-only
        if text:
            (target / name).write_text(text, encoding="ascii")


def _init_destination(converter: BaseConverter, assignment_id: str, student_id: str) -> bool:
    """Replaces ``BaseConverter.init_destination``, which removes the notebook of an earlier pass."""
    if isinstance(converter, Autograde):
        remember_texts(converter.coursedir, assignment_id, student_id)
    done: bool = _make_room(converter, assignment_id, student_id)
    return done


def _existing_timestamp(directory: CourseDirectory, folder: str) -> datetime.datetime | None:
    """Replaces ``CourseDirectory.get_existing_timestamp``."""
    return submitted_at(Path(folder))[0]


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
