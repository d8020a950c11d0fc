"""``course.toml`` and ``assignment.toml``, parsed once into frozen records.

An unknown key is an error with a suggestion: a misspelt limit must not silently be no limit.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.model import Kind

LANGUAGES = ("en", "ko")
COURSE_SETTINGS = "course.toml"
ASSIGNMENT_SETTINGS = "assignment.toml"
PROFILE_VARIABLE = "AUTOGRADER_PROFILE"


@dataclass(frozen=True)
class Limits:
    """What a submission's worker may use.  Enforced outside the student's process.

    Wall time of one call, of loading the submission and of all of it; processor time of a process; memory of all its
    processes beside what the packages take; processes, with 16 threads for each; size of one file; size and number of
    all files; size of one answer.
    """

    call_wall_s: float = 10.0
    load_wall_s: float = 20.0
    total_wall_s: float = 120.0
    cpu_s: int = 120
    memory_mib: int = 2048
    processes: int = 64
    file_mib: int = 64
    scratch_mib: int = 512
    files: int = 1000
    output_mib: int = 256

    def __post_init__(self) -> None:
        for f in dataclasses.fields(self):
            if not getattr(self, f.name) > 0:
                raise UsageError(f"limits.{f.name}: wanted a number above 0, got {getattr(self, f.name)}")


@dataclass(frozen=True)
class Item:
    """A line of the mark scheme.

    ``functions`` are the names that the item's solution cell defines; ``training`` marks items
    that need a training run (left out by ``--no-training``).
    """

    id: str
    points: float
    title: dict[str, str]
    kind: Kind = Kind.AUTOMATIC
    functions: tuple[str, ...] = ()
    training: bool = False


@dataclass(frozen=True)
class Assignment:
    """One folder under ``assignments/``."""

    id: str
    title: dict[str, str]
    items: tuple[Item, ...]
    packages: tuple[str, ...] = ("numpy",)
    reference: str = ""
    limits: Limits = field(default_factory=Limits)
    folder: Path = Path()

    def item(self, item_id: str) -> Item:
        """The item of that id.

        Raises:
            UsageError: there is none; names the ones that there are.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        known = ", ".join(item.id for item in self.items)
        raise UsageError(f"{self.id} has no item {item_id!r}; it has: {known}")


@dataclass(frozen=True)
class AucStep:
    """From this AUC on the item earns this share of its points."""

    auc: float
    credit: float


@dataclass(frozen=True)
class Profile:
    """The protocol of a training run and the data that it runs on.

    ``size`` in pixels; ``per_class`` images of each class in train + validation + test; ``hidden_per_class``
    images of each class in the grader's own split; ``control_steps`` of training with permuted labels;
    ``least_kinship`` is the lowest correlation of a kernel's weights after training with those before it, 0 for any.
    """

    size: int
    per_class: int
    hidden_per_class: int
    width: float
    dense_units: int
    epochs: int
    steps_per_epoch: int
    validation_steps: int
    batch_size: int
    training_wall_s: float
    control_steps: int
    auc_steps: tuple[AucStep, ...]
    least_kinship: float = 0.0


@dataclass(frozen=True)
class Course:
    """``course.toml``: language, profile in use, protocols and thresholds; the secret never stands there."""

    title: dict[str, str]
    language: str
    profile: str
    profiles: dict[str, Profile]
    assignments: tuple[str, ...]

    @property
    def active_profile(self) -> Profile:
        """The protocol in use."""
        return self.profiles[self.profile]


def load_course(assignments_dir: Path, *, language: str | None = None, profile: str | None = None) -> Course:
    """Reads ``course.toml`` in a folder of assignments; arguments override the file.

    Raises:
        UsageError: the file is missing, is no TOML, or has an unknown or ill-typed key.
    """
    path = assignments_dir / COURSE_SETTINGS
    course: Course = build_record(Course, read_toml(path), str(path))
    course = dataclasses.replace(
        course,
        language=language or course.language,
        profile=profile or os.environ.get(PROFILE_VARIABLE) or course.profile,
    )
    if course.language not in LANGUAGES:
        raise UsageError(f"{path}: language {course.language!r} is not one of {', '.join(LANGUAGES)}")
    if course.profile not in course.profiles:
        raise UsageError(f"{path}: profile {course.profile!r} is not one of {', '.join(course.profiles)}")
    return course


def load_assignment(assignments_dir: Path, assignment_id: str) -> Assignment:
    """Reads ``<assignment_id>/assignment.toml``.

    Raises:
        UsageError: there is no such assignment, or its file is faulty.
    """
    path = assignments_dir / assignment_id / ASSIGNMENT_SETTINGS
    if not path.is_file():
        known = sorted(p.parent.name for p in assignments_dir.glob(f"*/{ASSIGNMENT_SETTINGS}"))
        guess = difflib.get_close_matches(assignment_id, known, n=1)
        hint = f" Did you mean {guess[0]!r}?" if guess else ""
        raise UsageError(f"no assignment {assignment_id!r} in {assignments_dir}; there are: {', '.join(known)}.{hint}")
    assignment = read_assignment(path)
    if assignment.id != assignment_id:
        raise UsageError(f"{path}: id is {assignment.id!r}, but the folder is called {assignment_id!r}")
    return assignment


def read_assignment(path: Path) -> Assignment:
    """One ``assignment.toml``, wherever it stands.

    Raises:
        UsageError: it is missing or faulty.
    """
    record: Assignment = build_record(Assignment, read_toml(path), str(path))
    return dataclasses.replace(record, folder=path.parent)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain data.

    Raises:
        UsageError: it is missing or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None


def build_record(kind: Any, value: Any, where: str) -> Any:
    """Converts plain TOML data into ``kind`` (a dataclass, or one of its fields), checking names and types.

    Raises:
        UsageError: an unknown key (with a suggestion), a missing one, or a value of another type; names its place.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise UsageError(f"{where}: wanted a list, got {value!r}")
        return tuple(build_record(args[0], entry, f"{where}[{n}]") for n, entry in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise UsageError(f"{where}: wanted a table, got {value!r}")
        return {key: build_record(args[1], entry, f"{where}.{key}") for key, entry in value.items()}
    if origin is types.UnionType:
        return build_record(args[0], value, where)
    if kind is Kind:
        if value not in list(Kind):
            raise UsageError(f"{where}: wanted one of {', '.join(Kind)}, got {value!r}")
        return Kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise UsageError(f"{where}: wanted {kind.__name__}, got {value!r}")
    return value


def _record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: wanted a table, got {value!r}")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind) if f.name != "folder"}
    for key in value:
        if key not in fields:
            guess = difflib.get_close_matches(key, fields, n=1)
            hint = f"; did you mean {guess[0]!r}?" if guess else ""
            raise UsageError(f"{where}: unknown key {key!r}{hint} Known: {', '.join(fields)}")
    for name, f in fields.items():
        if name not in value and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise UsageError(f"{where}: {name!r} is missing")
    return kind(**{key: build_record(hints[key], entry, f"{where}.{key}") for key, entry in value.items()})
