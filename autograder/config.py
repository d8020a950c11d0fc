"""``course.toml`` and ``assignment.toml`` as frozen records, see ``records``."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import math
import os
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Kind
from autograder.records import NOT_IN_FILE, read_record, read_toml, to_record
from autograder.times import find_zone, in_zone

LANGUAGES = ("en", "ko")
DEVICES = ("cpu", "gpu")
PRECISIONS = ("float32", "mixed_bfloat16")
LATE_POLICIES = ("none", "all", "per_day")
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

    @property
    def trains(self) -> bool:
        """Whether an item needs a training run."""
        return any(item.training for item in self.items)

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


FORMER = ("control_steps", "least_kinship")  # of a profile in earlier versions; ``bounds`` took their place
THRESHOLDS = ("auc_steps", "bounds")  # of a profile: they decide what a run earns


@dataclass(frozen=True)
class Bounds:
    """What honest training does to the weights that it was given, see ``grading.training.evidence``.

    Attributes:
        kernels: lowest correlation of a kernel after training with its initial values.
        filters: the same of a single filter, or of the weights of a single unit.
        least_moved: smallest change of a layer, as a share of its initial norm.
        most_bias: largest change of a bias.
        loss: largest difference between a loss that a pipeline reports and the one that its weights have.
    """

    kernels: float = -1.0
    filters: float = -1.0
    least_moved: float = 0.0
    most_bias: float = math.inf
    loss: float = math.inf


@dataclass(frozen=True)
class Profile:
    """The protocol of a training run and the data that it runs on.

    ``size`` in pixels; ``per_class`` images of each class in train + validation + test; ``hidden_per_class``
    images of each class in the grader's own split; ``training_wall_s`` is the time for all calls of one run;
    ``bounds`` tell trained weights from others; none that is left out is asked for.

    ``device`` is where student code trains, ``cpu`` or ``gpu``; ``precision`` is Keras' policy for all that it
    computes, ``float32`` or ``mixed_bfloat16``, and ``xla`` says whether it is compiled.  The trusted network predicts
    on the processor, in float32, whatever these say.
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
    auc_steps: tuple[AucStep, ...]
    bounds: Bounds = field(default_factory=Bounds)
    device: str = "cpu"
    precision: str = "float32"
    xla: bool = False

    def __post_init__(self) -> None:
        for name, known in (("device", DEVICES), ("precision", PRECISIONS)):
            if getattr(self, name) not in known:
                raise UsageError(f"{name}: wanted {' or '.join(known)}, got {getattr(self, name)!r}")

    def protocol(self) -> dict[str, object]:
        """All that a training run depends on, as plain data: no thresholds, no optional setting that is not used."""
        data = dataclasses.asdict(self)
        unused = [f.name for f in dataclasses.fields(self) if data[f.name] == f.default]
        return {key: value for key, value in data.items() if key not in THRESHOLDS and key not in unused}


@dataclass(frozen=True)
class Late:
    """What late work costs.

    Attributes:
        policy: ``none`` (nothing), ``all`` (every point) or ``per_day`` (a share for each day begun).
        share_per_day: of the assignment's points, in (0, 1].
        grace_minutes: work that is late by no more than this counts as on time.
        slip_days: late days that each student has free in the whole course, used for the earliest due dates first.
    """

    policy: str
    share_per_day: float = 0.1
    grace_minutes: float = 0.0
    slip_days: int = 0

    def __post_init__(self) -> None:
        if self.policy not in LATE_POLICIES:
            raise UsageError(f"late.policy: wanted one of {', '.join(LATE_POLICIES)}, got {self.policy!r}")
        if not 0 < self.share_per_day <= 1:
            raise UsageError(f"late.share_per_day: wanted a number above 0, at most 1, got {self.share_per_day:g}")
        for name in ("grace_minutes", "slip_days"):
            if not 0 <= getattr(self, name) < math.inf:
                raise UsageError(f"late.{name}: wanted 0 or more, got {getattr(self, name):g}")
        if self.slip_days and self.policy == "none":
            raise UsageError("late.slip_days: late work costs nothing here; set late.policy to per_day or all as well")


@dataclass(frozen=True)
class Total:
    """How the course's total is made.

    Attributes:
        weights: of assignments; 1 for one that is not named, 0 for one that does not count.
        drop_lowest: that many of a student's lowest assignments (by share of points) are left out.
    """

    weights: dict[str, float] = field(default_factory=dict)
    drop_lowest: int = 0

    def __post_init__(self) -> None:
        if self.drop_lowest < 0:
            raise UsageError(f"total.drop_lowest: wanted 0 or more, got {self.drop_lowest}")
        for assignment_id, weight in self.weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                raise UsageError(f"total.weights.{assignment_id}: wanted a number, 0 or more, got {weight:g}")


@dataclass(frozen=True)
class Course:
    """``course.toml``: language, zone, dates, profile in use, protocols and thresholds.  It never holds the secret.

    ``timezone`` is an IANA name; a date in ``due`` without an offset is in that zone.  Without ``late``, what late work
    costs is left to nbgrader's own settings.
    """

    title: dict[str, str]
    language: str
    profile: str
    profiles: dict[str, Profile]
    assignments: tuple[str, ...]
    timezone: str = "UTC"
    due: dict[str, datetime.datetime] = field(default_factory=dict)
    late: Late | None = None
    total: Total = field(default_factory=Total)

    @property
    def active_profile(self) -> Profile:
        """The protocol in use."""
        return self.profiles[self.profile]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The course's time zone."""
        return find_zone(self.timezone)

    def due_time(self, assignment_id: str) -> datetime.datetime | None:
        """When an assignment is due, with its zone; None if ``course.toml`` does not say."""
        time = self.due.get(assignment_id)
        return in_zone(time, self.zone) if time is not None and time.tzinfo is None else time


def load_course(
    assignments_dir: Path, own: Path | None = None, *, language: str | None = None, profile: str | None = None,
    said_by: str = "",
) -> Course:  # fmt: skip
    """Reads ``course.toml`` in a folder of assignments.

    Args:
        assignments_dir: the folder.
        own: a course's own ``course.toml``; what it sets takes the place of what the first one sets.
        language, profile: take the place of both files'.
        said_by: where these two come from, for messages.

    Raises:
        UsageError: a file is missing or not valid TOML, or it has an unknown key or a value of the wrong type; the
            message names the file that holds the mistake.
    """
    path = assignments_dir / COURSE_SETTINGS
    settings, course = _course_in(path, {})
    stated: dict[str, object] = {}
    if own is not None and own.is_file():
        stated, course = _course_in(own, settings)
    variable = f"the environment variable {PROFILE_VARIABLE}"
    from_file = (stated.get("language"), str(own)), (settings["language"], str(path))
    language = _one_of(LANGUAGES, "language", (language, said_by), *from_file)
    from_file = (stated.get("profile"), str(own)), (os.environ.get(PROFILE_VARIABLE), variable)
    profile = _one_of(course.profiles, "profile", (profile, said_by), *from_file, (settings["profile"], str(path)))
    return dataclasses.replace(course, language=language, profile=profile)


def _course_in(path: Path, before: dict[str, object]) -> tuple[dict[str, object], Course]:
    """A ``course.toml`` as plain data, and the course that it makes of the settings ``before`` it."""
    stated = read_toml(path)
    profiles = stated.get("profiles")
    for table in profiles.values() if isinstance(profiles, dict) else ():
        for key in FORMER if isinstance(table, dict) else ():
            table.pop(key, None)
    if isinstance(due := stated.get("due"), dict):
        stated["due"] = {key: _date_and_time(value, f"{path}: due.{key}") for key, value in due.items()}
    course = to_record(Course, _merged(before, stated), str(path))
    _one_of(LANGUAGES, "language", (course.language, str(path)))
    _one_of(course.profiles, "profile", (course.profile, str(path)))
    find_zone(course.timezone, f"{path}: timezone")
    for assignment_id in course.due:
        try:
            course.due_time(assignment_id)
        except ValueError as error:
            raise UsageError(f"{path}: due.{assignment_id}: {error}") from None
    for table, ids in (("due", course.due), ("total.weights", course.total.weights)):
        for assignment_id in ids:
            if assignment_id not in course.assignments:
                guess = difflib.get_close_matches(assignment_id, course.assignments, n=1)
                hint = f"; did you mean {guess[0]!r}?" if guess else f"; it has {', '.join(course.assignments)}"
                raise UsageError(f"{path}: {table}: the course has no assignment {assignment_id!r}{hint}")
    return stated, course


def _date_and_time(value: object, where: str) -> object:
    """A due date; a text or a day without a time would leave something to guess."""
    if isinstance(value, datetime.datetime):
        return value
    raise UsageError(f"{where}: wanted a date and a time, such as 2026-11-20T23:59:00 (without quotes), got {value!s}")


def _one_of(known: Collection[str], key: str, *candidates: tuple[object, str]) -> str:
    """The first value that is there; the error names the file (or whatever else) that said it."""
    value, where = next((value, where) for value, where in candidates if value)
    if value not in known:
        raise UsageError(f"{where}: {key} {value!r} is not one of {', '.join(known)}")
    return str(value)


def _merged(first: dict[str, object], own: dict[str, object]) -> dict[str, object]:
    """The first table with the own one's settings in their places; a table within is merged in the same way."""
    merged = dict(first)
    for key, value in own.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged


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
