"""Recognises the learning system that a download comes from, by the names in it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.errors import UsageError
from autograder.intake.names import shown
from autograder.lms import layouts
from autograder.lms.directory import Directory
from autograder.lms.downloads import ARCHIVES, Download, is_hidden, is_work
from autograder.lms.gradescope import gradescope, metadata_of
from autograder.lms.layouts import LAYOUTS, Parser


@dataclass(frozen=True)
class Wish:
    """What to collect and how.

    Attributes:
        assignment_id: the assignment.
        sources: zips and folders; Moodle's grading worksheet may be among them.
        zone: of times without a zone of their own.
        layout: one of ``LAYOUTS``; told by the names where it is None.
        pattern: an instructor's regular expression in the place of a layout.
        due: in UTC without a zone, for work that is only marked as late.
        grace: after the due date, in which nothing counts as late.
        replace: also replace work of another origin that may be newer.
        write: false to see only what would happen.
    """

    assignment_id: str
    sources: tuple[Path, ...]
    zone: ZoneInfo
    layout: str | None = None
    pattern: str | None = None
    due: datetime.datetime | None = None
    grace: datetime.timedelta = datetime.timedelta()
    replace: bool = False
    write: bool = True


def parser_for(download: Download, directory: Directory, wish: Wish) -> tuple[str, Parser]:
    """How to read a download: as told, or by the layout that most of its names have.

    Returns:
        The layout's name, and its parser.

    Raises:
        UsageError: no layout fits, or what was told does not.
    """
    if wish.pattern is not None:
        return "pattern", layouts.by_pattern(wish.pattern, wish.zone)
    metadata = metadata_of(download)
    parsers: dict[str, Parser] = {
        "blackboard": partial(layouts.blackboard, zone=wish.zone, is_known=directory.knows),
        "moodle": layouts.moodle,
        "brightspace": partial(layouts.brightspace, zone=wish.zone),
        "canvas": layouts.canvas,
        "id": partial(layouts.by_id, zone=wish.zone, is_known=directory.knows, assignment_id=wish.assignment_id),
    }
    if metadata is not None:
        parsers = {"gradescope": gradescope(metadata, wish.zone), **parsers}
    if wish.layout == "gradescope" and metadata is None:
        raise UsageError(f"{download.name} holds no submission_metadata.yml; export from Gradescope again")
    if wish.layout:
        return _or_unknown(wish.layout, parsers[wish.layout], download, directory, wish)
    paths = [file.path for file in download.files if not is_hidden(file.path)]
    fits = {name: sum(bool(parse(path)) for path in paths) for name, parse in parsers.items()}
    best = max(fits, key=lambda name: fits[name])
    if fits[best]:
        return _or_unknown(best, parsers[best], download, directory, wish)
    return _or_unknown("id", parsers["id"], download, directory, wish)


def _or_unknown(name: str, parse: Parser, download: Download, directory: Directory, wish: Wish) -> tuple[str, Parser]:
    """For the layout by ids: names that no roster knows are read as ids where they have the form of the known ones."""
    if name != "id":
        return name, parse
    around = _around(download, directory, wish.assignment_id)
    unknown = partial(layouts.by_unknown_id, zone=wish.zone, around=around, assignment_id=wish.assignment_id)
    works = [file.path for file in download.files if is_work(file.path.name) and not is_hidden(file.path)]
    if works and not any(parse(path) or unknown(path) for path in works):
        examples = ", ".join(repr(shown(path.as_posix())) for path in works[:3])
        if all(path.name.lower().endswith(ARCHIVES) for path in works):
            raise UsageError(
                f"{download.name} holds zips whose names tell no student ({examples}): name these as sources"
            )
        raise UsageError(
            f"{download.name}: no known layout fits the names: {examples}. Name the layout with --from "
            f"({', '.join(LAYOUTS)}), or describe the names: --pattern '(?P<student>[^_]+)_(?P<file>.+)'"
        )
    return name, lambda path: parse(path) or unknown(path)


def _around(download: Download, directory: Directory, assignment_id: str) -> int:
    """The number of folders that are around all files and are nobody's."""
    paths = [file.path.parts for file in download.files if not is_hidden(file.path)]
    count = 0
    while (
        paths
        and all(len(parts) > count + 2 and parts[count] == paths[0][count] for parts in paths)
        and not directory.knows(paths[0][count])
        and paths[0][count + 1] != assignment_id
    ):
        count += 1
    return count
