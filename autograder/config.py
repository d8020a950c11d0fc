"""``course.toml`` and ``assignment.toml`` as frozen records, see ``records``."""

from __future__ import annotations

import dataclasses
import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Kind
from autograder.records import NOT_IN_FILE, read_record

LANGUAGES = ("en", "ko")
COURSE_SETTINGS = "course.toml"
ASSIGNMENT_SETTINGS = "assignment.toml"
PROFILE_VARIABLE = "AUTOGRADER_PROFILE"


@dataclass(frozen=True)
class Limits:
    """The limits of a submission's worker, enforced outside the student's process.

    ``call_wall_s``, ``load_wall_s`` and ``total_wall_s`` are wall time of one call, of loading the submission, and of
    everything; ``cpu_s`` is processor time of one process; ``memory_mib`` is for all processes, without what the
    packages take; each of the ``processes`` may have 16 threads; ``file_mib`` is the size of one file, ``scratch_mib``
    and ``files`` are for all files together; ``output_mib`` is the size of one answer.
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
    """One item of the mark scheme.

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
    """One folder under ``assignments/``.

    ``reference`` and ``network`` are files of ``reference_solution/``: the solution, and, where an item trains, the one
    whose ``architecture()`` is rebuilt from the trained weights.
    """

    id: str
    title: dict[str, str]
    items: tuple[Item, ...]
    packages: tuple[str, ...] = ("numpy",)
    reference: str = ""
    network: str = ""
    limits: Limits = field(default_factory=Limits)
    folder: Path = field(default=Path(), metadata=NOT_IN_FILE)

    def item(self, item_id: str) -> Item:
        """The item of that id.

        Raises:
            UsageError: there is none; the message lists the ids that exist.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        known = ", ".join(item.id for item in self.items)
        raise UsageError(f"{self.id} has no item {item_id!r}; it has: {known}")


@dataclass(frozen=True)
class AucStep:
    """An AUC of at least ``auc`` earns this share of the item's points."""

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
    """``course.toml``: language, profile in use, protocols and thresholds.  It never holds the secret."""

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
        UsageError: the file is missing or not valid TOML, or it has an unknown key or a value of the wrong type.
    """
    path = assignments_dir / COURSE_SETTINGS
    course = read_record(Course, path)
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
    """One ``assignment.toml``, in any folder.

    Raises:
        UsageError: it is missing or faulty.
    """
    return dataclasses.replace(read_record(Assignment, path), folder=path.parent)
