"""The images of a course as its graders see them: built on first use, loaded once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from autograder.dataset import ensure_dataset, ensure_hidden, load_split
from autograder.dataset.recipe import HIDDEN_SPLIT
from autograder.dataset.store import HIDDEN_SUFFIX, MANIFEST_NAME, read_manifest
from autograder.errors import UsageError
from autograder.tensorflow_start import import_tensorflow
from autograder.workspace import Workspace

MIN_HIDDEN = 20

Split = tuple[np.ndarray, np.ndarray]


class CourseData:
    """``train()``, ``validation()`` and ``hidden()`` of the profile in use.

    Each gives ``(n, size, size)`` uint8 images and ``(n,)`` int64 labels.  The hidden split is drawn
    from the course's secret and kept in a folder that only its owner may read.  If an instructor has imported
    images, these are used instead, and the hidden split is the one that the import set apart.
    """

    def __init__(self, workspace: Workspace):
        course = workspace.course()
        self._profile, self._secret = course.active_profile, workspace.secret
        self._public = workspace.data_dir(course.profile)
        self._generated_hidden = workspace.hidden_dir(course.profile)
        self._splits: dict[str, Split] = {}

    @property
    def _is_imported(self) -> bool:
        return (self._public / MANIFEST_NAME).is_file() and read_manifest(self._public).is_imported

    @property
    def _private(self) -> Path:
        """The folder of the grader's images: set apart by the import, or drawn from the course's secret."""
        return (
            self._public.with_name(self._public.name + HIDDEN_SUFFIX) if self._is_imported else self._generated_hidden
        )

    def train(self) -> Split:
        """The students' training images."""
        return self._load("train")

    def validation(self) -> Split:
        """The students' validation images."""
        return self._load("validation")

    def hidden(self) -> Split:
        """The grader's images; they never enter a worker."""
        return self._load("hidden")

    def check(self) -> None:
        """Checks quickly what is there, so that images that cannot be used stop a run before it begins.

        Raises:
            UsageError: imported images do not fit the course; the message says what to do.
        """
        if not self._is_imported:
            return
        ensure_dataset(self._public, size=self._profile.size, per_class=self._profile.per_class)
        if not (self._private / MANIFEST_NAME).is_file():
            raise UsageError(
                f"{self._public} holds imported images, but {self._private} with the grader's share is missing: "
                "import them again with --hidden 20 (remove the folder of the first import before)"
            )
        fewest = min(read_manifest(self._private).counts(HIDDEN_SPLIT))
        if fewest < MIN_HIDDEN:
            raise UsageError(
                f"{self._private} has only {fewest} images of a class, too few to grade by: wanted at "
                f"least {MIN_HIDDEN} of each, better 100; import more images, or a larger --hidden"
            )

    def build(self) -> None:
        """Builds whatever is missing.

        Raises:
            UsageError: see ``check``.
        """
        self.check()
        profile = self._profile
        import_tensorflow()
        ensure_dataset(self._public, size=profile.size, per_class=profile.per_class)
        ensure_hidden(self._private, size=profile.size, per_class=profile.hidden_per_class, secret=self._secret)

    def identity(self) -> str:
        """Identifies the set of images: a hash over both manifests."""
        self.build()
        manifests = [(folder / MANIFEST_NAME).read_bytes() for folder in (self._public, self._private)]
        return hashlib.sha256(b"\0".join(manifests)).hexdigest()

    def _load(self, name: str) -> Split:
        if name not in self._splits:
            self.build()
            images, labels = load_split(name, self._private if name == "hidden" else self._public)
            self._splits[name] = (np.asarray(images), np.asarray(labels))
        return self._splits[name]
