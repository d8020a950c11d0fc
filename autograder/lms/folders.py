"""One folder for one student under ``submitted/``: macOS writes names in parts (NFD), people type blanks."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from autograder.ids import is_student_id
from autograder.intake.names import shown


def id_of_folder(name: str) -> str:
    """The id that a folder's name means; unlike ``normal_id`` it leaves line breaks and the like, of no known tool."""
    return re.sub(" +", " ", unicodedata.normalize("NFC", name)).strip(" ")


def unite_folders(submitted: Path) -> Iterator[str]:
    """Renames folders of students to the normal form of their ids, and yields a line for the instructor each time.

    Where a student has folders in both forms, the assignments of the odd one are moved to the other; one that both
    hold stays where it is, with a line, since only a person can tell which counts.
    """
    for folder in sorted(submitted.iterdir()) if submitted.is_dir() else ():
        name = id_of_folder(folder.name)
        if name == folder.name or not is_student_id(name) or folder.is_symlink() or not folder.is_dir():
            continue
        target = submitted / name
        if not target.exists() or target.samefile(folder):
            os.rename(folder, target)
            yield f"submitted/{shown(name)}: its name was written in parts (NFD) or with more blanks; renamed"
        else:
            yield from _move_assignments(folder, target)


def _move_assignments(folder: Path, target: Path) -> Iterator[str]:
    for assignment in sorted(folder.iterdir()):
        place = target / assignment.name
        if os.path.lexists(place):
            yield (
                f"submitted/{shown(target.name)} has {shown(assignment.name)} twice, in two folders whose names look "
                "the same (NFC and NFD); the first one counts: delete one of them"
            )
        else:
            os.rename(assignment, place)
            yield f"submitted/{shown(target.name)}: {shown(assignment.name)} was in a second folder of this id; moved"
    if not any(folder.iterdir()):
        folder.rmdir()
