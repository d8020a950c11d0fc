"""Builds ``release/<language>/<id>/``, what students receive, and its manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import tomllib
from pathlib import Path

from autograder.authoring.leaks import find_leaks
from autograder.authoring.source import write_source
from autograder.config import COURSE_SETTINGS, LANGUAGES, Course, load_assignment, load_course
from autograder.course_folder import CourseFolder
from autograder.errors import UsageError
from autograder.files import write_text
from autograder.nbgrader_plugs.generate import generate

MANIFEST = "manifest.json"


def release_checkout(
    assignments_dir: Path,
    reference_dir: Path,
    release_dir: Path,
    assignment_ids: tuple[str, ...] = (),
    languages: tuple[str, ...] = LANGUAGES,
) -> list[Path]:
    """Refreshes the released folders and the manifest; an error leaves everything unchanged.

    Args:
        assignment_ids: which assignments; by default all of ``course.toml``, and other folders are removed.
        languages: which languages.

    Returns:
        The folders that changed.

    Raises:
        UsageError: an assignment is faulty, or something would leak.
    """
    profile = _own_profile(assignments_dir)
    release_dir.mkdir(exist_ok=True)
    changed = []
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as temporary:
        built: dict[Path, Path] = {}
        for language in languages:
            course = load_course(assignments_dir, language=language, profile=profile)
            ids = assignment_ids or course.assignments
            folder = Path(temporary) / language
            build(folder, assignments_dir, reference_dir, course, ids)
            built |= {release_dir / language / id_: CourseFolder(folder).release / id_ for id_ in ids}
        for language in () if assignment_ids else languages:
            changed += _remove_others(release_dir / language, course.assignments)
        changed += [target for target, source in sorted(built.items()) if _replace(source, target)]
    _write_manifest(release_dir)
    return changed


def release_course(
    course_dir: Path, assignments_dir: Path, reference_dir: Path, course: Course, assignment_ids: tuple[str, ...]
) -> None:
    """Rebuilds ``source/`` and ``release/`` of an instructor's course; on an error both stay as they were.

    Raises:
        UsageError: an assignment is faulty, something would leak, or nbgrader refuses because students
            have handed in work for cells that are no longer there.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as temporary:
        build(Path(temporary) / "trial", assignments_dir, reference_dir, course, assignment_ids)
        course_folder = CourseFolder(course_dir)
        folders = [step / id_ for step in (course_folder.source, course_folder.release) for id_ in assignment_ids]
        saved = {folder: Path(temporary) / f"saved-{n}" for n, folder in enumerate(folders) if folder.is_dir()}
        for folder, copy in saved.items():
            shutil.copytree(folder, copy)
        try:
            build(course_dir, assignments_dir, reference_dir, course, assignment_ids)
        except BaseException:
            for folder, copy in saved.items():
                _replace(copy, folder)
            raise


def build(
    course_dir: Path, assignments_dir: Path, reference_dir: Path, course: Course, assignment_ids: tuple[str, ...]
) -> None:
    """Writes the sources of an nbgrader course, generates its release, and looks for leaks.

    Raises:
        UsageError: an assignment is faulty, or something would leak.
    """
    folder = CourseFolder(course_dir)
    for assignment_id in assignment_ids:
        assignment = load_assignment(assignments_dir, assignment_id)
        write_source(folder.source / assignment_id, assignment, course, reference_dir, course.language)
    generate(course_dir, assignment_ids, course.language)
    leaks = []
    for assignment_id in assignment_ids:
        assignment = load_assignment(assignments_dir, assignment_id)
        found = find_leaks(folder.release / assignment_id, assignment, reference_dir)
        leaks += [f"{assignment_id}/{leak}" for leak in found]
    if leaks:
        raise UsageError("students must not receive this, so nothing was released:\n  " + "\n  ".join(leaks))


def _own_profile(assignments_dir: Path) -> str | None:
    """The profile that ``course.toml`` names; a release must not depend on the environment variable."""
    try:
        settings = tomllib.loads((assignments_dir / COURSE_SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # load_course reports what is wrong
    profile = settings.get("profile")
    return profile if isinstance(profile, str) else None


def _remove_others(folder: Path, assignment_ids: tuple[str, ...]) -> list[Path]:
    stale = [path for path in sorted(folder.glob("*")) if path.name not in assignment_ids]
    for path in stale:
        shutil.rmtree(path)
    return stale


def _replace(source: Path, target: Path) -> bool:
    """Puts a built folder in place of the target, unless they are equal."""
    if _contents(source) == _contents(target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        shutil.copytree(source, new / "new")
        if target.exists():
            os.replace(target, new / "old")
        os.replace(new / "new", target)
    finally:
        shutil.rmtree(new)
    return True


def _contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _write_manifest(release_dir: Path) -> None:
    files = [p for p in release_dir.rglob("*") if p.is_file() and p != release_dir / MANIFEST]
    entries = [
        {
            "path": path.relative_to(release_dir).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "size": path.stat().st_size,
        }
        for path in files
    ]
    entries.sort(key=lambda entry: str(entry["path"]))
    text = json.dumps({"files": entries}, indent=1, ensure_ascii=False) + "\n"
    path = release_dir / MANIFEST
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    write_text(path, text)
