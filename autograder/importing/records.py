"""The records that the steps of an import pass on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder.dataset.recipe import DEFAULT_PERCENT, DEFAULT_SEED, PUBLIC_SPLITS
from autograder.errors import UsageError

FITS = ("pad", "stretch", "crop")
SIZES = (8, 1024)
MAX_HIDDEN_PERCENT = 90.0

Progress = Callable[[int, int], None]


class BadImage(Exception):
    """A file cannot become an image of the data set; the text is the reason, without values from its header."""


@dataclass(frozen=True)
class ImportSettings:
    """How images become a data set.

    Attributes:
        size: height and width in pixels.
        fit: how an image that is not square becomes one, of ``FITS``.
        percent: shares of train, validation and test; None keeps the source's splits, or uses the default if it has
            none.
        hidden_percent: share of all images that is set apart for the grader.
        hidden_key: decides, with the seed, which images these are; secret, so that nobody with the source can tell.
        seed: decides the dealing and the order within a split.
        allow_identifiers: accept headers with patients' identifiers.
        skip_bad: leave bad files out instead of refusing.
        drop_duplicates: keep the first of several copies instead of refusing.
        patient_pattern: regular expression whose one group finds the patient in a file's name.
        normal: names of the folders with normal images, besides the usual ones.
        abnormal: names of the folders with abnormal images, besides the usual ones.

    Raises:
        UsageError: a number is out of range, or the pattern is not a regular expression with one group.
    """

    size: int = 64
    fit: str = "pad"
    percent: tuple[float, ...] | None = None
    hidden_percent: float = 0.0
    hidden_key: str = ""
    seed: int = DEFAULT_SEED
    allow_identifiers: bool = False
    skip_bad: bool = False
    drop_duplicates: bool = False
    patient_pattern: str | None = None
    normal: tuple[str, ...] = ()
    abnormal: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not SIZES[0] <= self.size <= SIZES[1]:
            raise UsageError(f"--size is between {SIZES[0]} and {SIZES[1]} pixels, got {self.size}")
        if self.fit not in FITS:
            raise UsageError(f"--fit is one of {', '.join(FITS)}, got {self.fit!r}")
        if not 0 <= self.hidden_percent <= MAX_HIDDEN_PERCENT:
            raise UsageError(f"--hidden is a percentage from 0 to {MAX_HIDDEN_PERCENT:g}, got {self.hidden_percent:g}")
        shares = self.shares
        if len(shares) != len(PUBLIC_SPLITS) or not min(shares) > 0 or not abs(sum(shares) - 100.0) < 1e-9:
            given = ",".join(f"{share:g}" for share in shares)
            raise UsageError(f"--split is three positive percentages that add up to 100, such as 60,20,20; got {given}")
        self.compiled_pattern()

    @property
    def shares(self) -> tuple[float, ...]:
        """Percentages of train, validation and test."""
        return DEFAULT_PERCENT if self.percent is None else self.percent

    @property
    def keeps_splits(self) -> bool:
        """Whether a source's own splits are kept."""
        return self.percent is None

    @property
    def dealing_seed(self) -> str:
        """The seed that decides which image goes where."""
        return f"{self.seed}/{self.hidden_key}" if self.hidden_percent else str(self.seed)

    def compiled_pattern(self) -> re.Pattern[str] | None:
        """The pattern that finds the patient in a name, or None.

        Raises:
            UsageError: it is not a regular expression with one group.
        """
        if self.patient_pattern is None:
            return None
        try:
            compiled = re.compile(self.patient_pattern)
        except re.error as error:
            raise UsageError(
                f"--patient-pattern '{self.patient_pattern}' is not a regular expression ({error}); "
                r"for names such as p017_2.png write --patient-pattern '(p\d+)_'"
            ) from None
        if compiled.groups != 1:
            raise UsageError(
                f"--patient-pattern wants one group in round brackets around the patient, got {compiled.groups} in "
                rf"'{self.patient_pattern}'; for names such as p017_2.png write '(p\d+)_', and (?:...) for other groups"
            )
        return compiled


@dataclass(frozen=True)
class Entry:
    """One image of the source: its name as shown, its class (0 normal, 1 abnormal), and its split if it has one."""

    name: str
    label: int
    split: str | None = None


@dataclass(frozen=True)
class SourceImage:
    """The result of reading one entry.

    Attributes:
        pixels: ``(h, w)`` float32 from 0 (black) to 255, or None for a bad image.
        reason: why it is bad, else "".
        patient: the patient's id, "" if unknown; kept in memory only.
        identifiers: keywords of the header's elements that identify a patient.
        has_private: whether that header has private elements.
        few_bits: whether 16-bit pixels used fewer bits, and were scaled from these.
    """

    pixels: np.ndarray | None
    reason: str = ""
    patient: str = ""
    identifiers: frozenset[str] = frozenset()
    has_private: bool = False
    few_bits: bool = False


@dataclass(frozen=True)
class Found:
    """The entries of a source, and how to read them.

    Attributes:
        entries: in the order of names.
        pictures: reads them all, one after another, in that order.
        has_splits: whether the source says which split an image belongs to.
        has_names: whether the entries' names are names of files.
        notes: notes for the user, such as folders that were not used.
    """

    entries: tuple[Entry, ...]
    pictures: Callable[[], Iterator[SourceImage]]
    has_splits: bool
    has_names: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class How:
    """How the splits were made, for the card and the manifest: a line each."""

    split: str
    sentence: str
    copies: str


@dataclass(frozen=True)
class ImportOutcome:
    """The result of an import.

    Attributes:
        folder: the students' data set.
        hidden: the grader's, or None.
        counts: normal and abnormal images of each split, the hidden one included.
        left_out: names of bad files and the reasons.
        notes: other notes for the user, a line each.
    """

    folder: Path
    hidden: Path | None
    counts: dict[str, tuple[int, int]]
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())
