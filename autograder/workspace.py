"""Where things are: a checkout of the repository, or an instructor's course that points to one."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.config import Assignment, Course, load_assignment, load_course, read_toml
from autograder.errors import UsageError

COURSE_FILE = "autograder.toml"
STATE_FOLDER = ".autograder"


@dataclass(frozen=True)
class Workspace:
    """The folders that a command works with.

    ``state_dir`` holds what can be made again (data sets, reports, views); ``secret`` seeds the hidden
    inputs and the hidden split.
    """

    root: Path
    assignments_dir: Path
    reference_dir: Path
    state_dir: Path
    secret: bytes
    course_dir: Path | None = None
    language: str | None = None
    profile: str | None = None

    def course(self) -> Course:
        """``course.toml`` with this workspace's language and profile."""
        return load_course(self.assignments_dir, language=self.language, profile=self.profile)

    def assignment(self, assignment_id: str) -> Assignment:
        """One assignment's record; see ``config.load_assignment``."""
        return load_assignment(self.assignments_dir, assignment_id)

    def released(self, assignment_id: str) -> Path | None:
        """The released notebook, as the master copy of what students were handed; None when there is none."""
        folder = self.root / "release" if self.course_dir else self.root / "release" / self.course().language
        path = folder / assignment_id / f"{assignment_id}.ipynb"
        return path if path.is_file() else None

    def reference(self, file: str) -> ModuleType:
        """A file of ``reference_solution/`` as a module; it is the instructor's code and no part of the wheel.

        Raises:
            UsageError: there is no such file.
        """
        path = self.reference_dir / file
        spec = importlib.util.spec_from_file_location(f"_reference_{path.stem}", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise UsageError(f"{path} is not there; check out the repository again")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    def data_dir(self, profile: str) -> Path:
        """Where the course's images for a profile are built."""
        return self.state_dir / "data" / profile


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
        if (folder / "assignments" / "course.toml").is_file():
            return _checkout_workspace(folder, profile)
    raise UsageError(
        f"{start} is neither in a course (a folder with {COURSE_FILE}, made by `autograder init`) nor in a "
        "checkout of the repository (a folder with assignments/course.toml). Change to one of them first."
    )


def find_course(command: str) -> Workspace:
    """The course around the current folder, for a command that makes no sense elsewhere.

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
        profile=profile or os.environ.get("AUTOGRADER_PROFILE") or "demo",
    )


def _course_workspace(folder: Path, profile: str | None) -> Workspace:
    path = folder / COURSE_FILE
    settings = read_toml(path)
    unknown = set(settings) - {"repository", "language", "profile"}
    if unknown or not isinstance(settings.get("repository"), str):
        raise UsageError(f"{path}: wanted the keys repository, language and profile, got {sorted(settings)}")
    repository = Path(settings["repository"])
    if not (repository / "assignments" / "course.toml").is_file():
        raise UsageError(f"{path}: repository is {repository}, which is no checkout; correct it if the checkout moved")
    return Workspace(
        root=folder,
        assignments_dir=repository / "assignments",
        reference_dir=repository / "reference_solution",
        state_dir=folder / STATE_FOLDER,
        secret=_course_secret(folder / "secret"),
        course_dir=folder,
        language=settings.get("language"),
        profile=profile or settings.get("profile"),
    )


def _course_secret(path: Path) -> bytes:
    """A course's secret is never made anew: every hidden input and every report's key hangs on it."""
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
        raise UsageError(f"{path} wanted 64 hexadecimal digits; restore it from your backup") from None
