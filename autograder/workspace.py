"""A checkout of the repository, or an instructor's course that points to a checkout: its folders and settings."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import secrets
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.config import COURSE_SETTINGS, PROFILE_VARIABLE, Assignment, Course, load_assignment, load_course
from autograder.course_folder import COURSE_FILE, STATE_FOLDER, CourseFolder
from autograder.errors import UsageError
from autograder.records import read_record, read_toml


@dataclass(frozen=True)
class Workspace:
    """The folders that a command works with.

    ``state_dir`` holds what can be built again (data sets, reports, views); ``secret`` seeds the hidden
    inputs and the hidden split.  ``language`` and ``profile`` take the place of those in ``course.toml``, and
    ``said_by`` names where they come from.
    """

    root: Path
    assignments_dir: Path
    reference_dir: Path
    state_dir: Path
    secret: bytes
    course_dir: Path | None = None
    language: str | None = None
    profile: str | None = None
    said_by: str = ""

    @property
    def folder(self) -> CourseFolder:
        """The paths of the course; a checkout has only some of them."""
        return CourseFolder(self.root)

    def course(self) -> Course:
        """``course.toml`` with this workspace's language and profile, read once."""
        return self._course

    @functools.cached_property
    def _course(self) -> Course:
        own = self.folder.course_settings if self.course_dir else None
        return load_course(
            self.assignments_dir, own, language=self.language, profile=self.profile, said_by=self.said_by
        )

    def assignment(self, assignment_id: str) -> Assignment:
        """One assignment's record; see ``config.load_assignment``."""
        return load_assignment(self.assignments_dir, assignment_id)

    @property
    def course_settings(self) -> Path:
        """The path of ``course.toml``, which sets profiles and thresholds."""
        return self.assignments_dir / COURSE_SETTINGS

    @property
    def release_dir(self) -> Path:
        """What students receive: in a checkout a folder for each language."""
        return self.root / "release"

    def released(self, assignment_id: str) -> Path | None:
        """The released notebook, the master copy of what students received; None if there is none."""
        folder = self.release_dir if self.course_dir else self.release_dir / self.course().language
        path = folder / assignment_id / f"{assignment_id}.ipynb"
        return path if path.is_file() else None

    def reference(self, file: str) -> ModuleType:
        """A file of ``reference_solution/`` as a module; it is the instructor's code and not part of the wheel.

        Raises:
            UsageError: there is no such file.
        """
        path = self.reference_dir / file
        spec = importlib.util.spec_from_file_location(f"_reference_{path.stem}", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise UsageError(f"{path} is missing; check out the repository again")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    @property
    def reports_dir(self) -> Path:
        """Finished reports; see ``reports.store``."""
        return self.state_dir / "reports"

    @property
    def recorded_dir(self) -> Path:
        """What was recorded in the gradebook, and from which report; see ``nbgrader_plugs.recordings``."""
        return self.state_dir / "recorded"

    @property
    def faults_dir(self) -> Path:
        """Why submissions stayed ungraded through a fault of the grader."""
        return self.state_dir / "faults"

    @property
    def settled_dir(self) -> Path:
        """What somebody has looked into; see ``batch.settled``."""
        return self.state_dir / "settled"

    @property
    def log_dir(self) -> Path:
        """What was run, and what came out; see ``batch.log``."""
        return self.state_dir / "log"

    @property
    def views_dir(self) -> Path:
        """The parts of the installed packages that the worker may read; see ``sandbox.runtime``."""
        return self.state_dir / "views"

    @property
    def survey_pool(self) -> Path:
        """The class's answers to the survey, without names."""
        return self.state_dir / "survey" / "pool.json"

    def data_dir(self, profile: str) -> Path:
        """Where the course's images for a profile are built."""
        return self.state_dir / "data" / profile

    def hidden_dir(self, profile: str) -> Path:
        """Where the grader's own images for a profile are built; each secret has its own folder."""
        drawn_from = hashlib.sha256(b"hidden split" + self.secret).hexdigest()[:8]
        return self.state_dir / "hidden" / f"{profile}-{drawn_from}"

    def hidden_part_of(self, data: Path) -> Path:
        """Where ``data build --hidden`` puts the grader's part of a data set that is built elsewhere."""
        return self.state_dir / "hidden" / data.absolute().name

    def calibration_dir(self, profile: str) -> Path:
        """Finished calibration runs of a profile."""
        return self.state_dir / "calibration" / profile


def data_folders(start: Path) -> Iterator[Path]:
    """Where the images of the course or checkout around ``start`` may lie, those of its own profile first.

    Unlike ``find_workspace`` this needs no valid settings and no secret: students' notebooks call it.
    """
    for folder in (start, *start.parents):
        for settings in (folder / COURSE_FILE, folder / "assignments" / COURSE_SETTINGS):
            if settings.is_file():
                data = folder / STATE_FOLDER / "data"
                yield data / _profile_in(folder / COURSE_SETTINGS, settings)
                yield data
                return


def _profile_in(*settings: Path) -> str:
    default = "cpu"
    for path in settings:  # the last one that says it counts
        with contextlib.suppress(OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            default = str(tomllib.loads(path.read_text(encoding="utf-8")).get("profile", default))
    return os.environ.get(PROFILE_VARIABLE) or default


def workspace_of_images(data: Path) -> Workspace | None:
    """The course (or checkout) whose folder of images ``data`` lies in, None for a folder elsewhere."""
    folder = data.absolute().parent
    if folder.parent.name != STATE_FOLDER or folder.name != "data":
        return None
    return find_workspace(folder.parent.parent)


def find_workspace(start: Path | None = None, *, profile: str | None = None) -> Workspace:
    """Walks up from ``start`` (default: the current folder) to a course or a checkout.

    Args:
        start: where to begin.
        profile: overrides the profile of the course; a checkout uses ``demo`` unless told otherwise.

    Raises:
        UsageError: there is neither above ``start``, or ``autograder.toml`` is faulty.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / COURSE_FILE).is_file():
            return _course_workspace(folder, profile)
        if (folder / "assignments" / COURSE_SETTINGS).is_file():
            return _checkout_workspace(folder, profile)
    raise UsageError(
        f"{start} is neither in a course (a folder with {COURSE_FILE}, made by `autograder init`) nor in a "
        "checkout of the repository (a folder with assignments/course.toml). Change to one of them first."
    )


def find_course(command: str) -> Workspace:
    """The course around the current folder, for a command that works only in one.

    Raises:
        UsageError: there is none, or only a checkout.
    """
    workspace = find_workspace()
    if workspace.course_dir is None:
        raise UsageError(
            f"`autograder {command}` wants a course (a folder made by `autograder init`); change to it first"
        )
    return workspace


def _checkout_workspace(root: Path, profile: str | None) -> Workspace:
    state = root / STATE_FOLDER
    return Workspace(
        root=root,
        assignments_dir=root / "assignments",
        reference_dir=root / "reference_solution",
        state_dir=state,
        secret=_secret(state / "secret"),
        profile=profile or os.environ.get(PROFILE_VARIABLE) or "demo",
        said_by="--profile" if profile else f"the environment variable {PROFILE_VARIABLE}",
    )


@dataclass(frozen=True)
class _Settings:
    """``autograder.toml``."""

    repository: str
    language: str | None = None
    profile: str | None = None


def _course_workspace(folder: Path, profile: str | None) -> Workspace:
    path = CourseFolder(folder).settings
    settings = read_record(_Settings, path)
    repository = Path(settings.repository)
    if not (repository / "assignments" / COURSE_SETTINGS).is_file():
        raise UsageError(
            f"{path}: repository is {repository}, which is not a checkout; correct it if the checkout moved"
        )
    _check_agreement(settings, path, CourseFolder(folder).course_settings)
    return Workspace(
        root=folder,
        assignments_dir=repository / "assignments",
        reference_dir=repository / "reference_solution",
        state_dir=folder / STATE_FOLDER,
        secret=_course_secret(CourseFolder(folder).secret),
        course_dir=folder,
        language=settings.language,
        profile=profile or settings.profile,
        said_by="--profile" if profile else str(path),
    )


def _check_agreement(settings: _Settings, path: Path, own: Path) -> None:
    """A course's two files must not name different languages or profiles: one of them is a mistake."""
    stated = read_toml(own) if own.is_file() else {}
    for key, said in (("language", settings.language), ("profile", settings.profile)):
        if None not in (said, stated.get(key)) and stated[key] != said:
            raise UsageError(f"{own}: {key} is {stated[key]!r}, but {path} says {said!r}; change one of them")


def _course_secret(path: Path) -> bytes:
    """A course's secret is never replaced: every hidden input and every report's key depends on it."""
    if not path.is_file():
        raise UsageError(f"{path} is missing; restore it from your backup (a new one would change every grade)")
    return _secret(path)


def _secret(path: Path) -> bytes:
    """Reads the secret, making it on first use; readable by its owner alone."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _secret(path)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32) + "\n")
        return _secret(path)
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise UsageError(f"{path} does not hold 64 hexadecimal digits; restore it from your backup") from None
