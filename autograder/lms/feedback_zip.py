"""Packs feedback pages as a learning system takes them back: in the layout of its own download of submissions.

Canvas ("Upload Submissions"), Moodle ("Upload multiple feedback files in a zip") and Blackboard find out by a file's
place and name whose it is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from autograder.files import replacing

SYSTEMS = ("canvas", "moodle", "blackboard")
_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: equal pages give equal files


def place_of(origin: str) -> str:
    """Where a page belongs, from the place of what was handed in: ``kim_12_34_activations.ipynb`` becomes ``.html``."""
    path = PurePosixPath(origin)
    stem = re.sub(r"(?i)(\.ipynb|\.py)?(\.\w+)$", "", path.name)
    return path.with_name(f"{stem}.html").as_posix()


def write_feedback_zip(path: Path, pages: Mapping[str, bytes]) -> None:
    """Writes a zip, whole or not at all, for its owner alone.

    Args:
        path: of the zip.
        pages: contents by the places of what was handed in.
    """
    with replacing(path, private=True) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for origin, page in sorted(pages.items()):
            archive.writestr(zipfile.ZipInfo(place_of(origin), _TIME), page, zipfile.ZIP_DEFLATED)
