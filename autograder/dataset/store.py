"""A data set on disk: finding it, reading its manifest, loading a split.  NumPy only.

A data set is a folder with ``manifest.json`` and, for each split, images (``(n, h, w)`` uint8) and labels
(``(n,)`` int64, 0 normal, 1 abnormal): either ``<split>.npz`` with both, or ``<split>_images.npy`` and
``<split>_labels.npy``.  It appears under its name only when it is complete.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.dataset.npz import map_array
from autograder.errors import UsageError
from autograder.workspace import data_folders

MANIFEST_NAME = "manifest.json"
FORMAT = "cxr-autograder data set"
FORMAT_VERSION = 1
IMPORTED = "imported"
HIDDEN_SUFFIX = "-hidden"
FOLDER_VARIABLE = "AUTOGRADER_DATA"

HOW_TO_GET_THE_DATA = (
    "Ask your instructor for the course's data folder, put it beside your notebook under the name 'data', "
    f"or set the environment variable {FOLDER_VARIABLE} to where it is. "
    "(Instructors make it with: autograder data build --out data, or import their own images)"
)


@dataclass(frozen=True)
class FileRecord:
    """Size and hash of one file of a data set."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``manifest.json``: what the data set holds and how it was made.

    ``per_class`` counts the images of each split: a number when there are as many normal as abnormal ones,
    else the two numbers; ``recipe`` is ``Recipe.to_json()`` for generated images, and has ``source``
    ``IMPORTED`` for others; ``files`` are by path relative to the folder.
    """

    size: int
    per_class: dict[str, int | list[int]]
    recipe: Mapping[str, object]
    files: dict[str, FileRecord]

    def counts(self, split: str) -> tuple[int, int]:
        """How many normal and how many abnormal images a split has."""
        held = self.per_class[split]
        return (held, held) if isinstance(held, int) else (int(held[0]), int(held[1]))

    @property
    def is_imported(self) -> bool:
        """Whether an instructor's own images were imported, rather than drawn from a generator."""
        return bool(self.recipe.get("source") == IMPORTED)

    def to_json(self) -> dict[str, object]:
        """Plain data for ``json.dumps``."""
        return {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "size": self.size,
            "classes": ["normal", "abnormal"],
            "per_class": self.per_class,
            "recipe": self.recipe,
            "files": {name: vars(record) for name, record in self.files.items()},
        }


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a data set.

    Raises:
        UsageError: the folder does not hold a data set, or one of another format.
    """
    path = folder / MANIFEST_NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if folder.with_name(folder.name + ".part").is_dir():
            raise UsageError(
                f"{folder} is not finished: run the command that builds it again; it goes on where it stopped"
            ) from None
        raise UsageError(
            f"{folder} does not hold a data set ({MANIFEST_NAME} is missing). {HOW_TO_GET_THE_DATA}"
        ) from None
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); copy the data folder again") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != FORMAT_VERSION:
        raise UsageError(f"{path} is not a manifest of '{FORMAT}', version {FORMAT_VERSION}")
    try:
        files = {_plain_name(name): FileRecord(**record) for name, record in data["files"].items()}
        manifest = Manifest(int(data["size"]), dict(data["per_class"]), dict(data["recipe"]), files)
        for split in manifest.per_class:
            manifest.counts(split)
        return manifest
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(f"{path} is damaged ({error!r}); copy the data folder again") from None


def _plain_name(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
        raise ValueError(f"file name {name!r} leads out of the folder")
    return name


def load_split(name: str, folder: str | os.PathLike[str] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Loads one split of the course's images.

    Args:
        name: "train", "validation" or "test".
        folder: the data set; found by ``find_dataset`` when not given.

    Returns:
        ``(n, h, w)`` uint8 images, read from the disk as they are used and not writable (take a
        ``.copy()`` to change them), and ``(n,)`` int64 labels, 0 normal and 1 abnormal.

    Raises:
        UsageError: there is no data set, no such split, or a file is not what the manifest says;
            the text says how to get the data.

    Example:
        >>> images, labels = load_split("train")  # doctest: +SKIP
        >>> images.shape, labels.mean()  # doctest: +SKIP
        ((12000, 64, 64), 0.5)
    """
    found = find_dataset(folder)
    manifest = read_manifest(found)
    if name not in manifest.per_class:
        raise UsageError(f"there is no split {name!r} in {found}; it has: {', '.join(manifest.per_class)}")
    counts = manifest.counts(name)
    images = _open(found, manifest, name, "images", (sum(counts), manifest.size, manifest.size), np.uint8)
    labels = np.array(_open(found, manifest, name, "labels", (sum(counts),), np.int64))
    if tuple(int(np.sum(labels == label)) for label in (0, 1)) != counts:
        raise UsageError(f"the labels of {name!r} in {found} are not the manifest's {counts}. {HOW_TO_GET_THE_DATA}")
    return images, labels


def files_of(split: str, *, npz: bool) -> tuple[str, ...]:
    """The names of a split's files."""
    return (f"{split}.npz",) if npz else (f"{split}_images.npy", f"{split}_labels.npy")


def _open(
    folder: Path, manifest: Manifest, split: str, kind: str, shape: tuple[int, ...], dtype: type[np.generic]
) -> np.ndarray:
    packed = files_of(split, npz=True)[0]
    name = packed if packed in manifest.files else f"{split}_{kind}.npy"
    path, wanted = folder / name, manifest.files.get(name)
    got = path.stat().st_size if path.is_file() else None
    if wanted is None or got != wanted.bytes:
        state = "is missing" if got is None else f"has {got} bytes, not as many as the manifest says"
        raise UsageError(f"{path} {state}: the copy is incomplete. {HOW_TO_GET_THE_DATA}")
    try:
        array = map_array(path, kind) if name == packed else np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}). {HOW_TO_GET_THE_DATA}") from None
    if array.shape != shape or array.dtype != dtype:
        raise UsageError(f"{path} holds {array.dtype} {array.shape}, wanted {np.dtype(dtype)} {shape}; copy it again")
    return array


def find_dataset(folder: str | os.PathLike[str] | None = None) -> Path:
    """Finds the data set.

    Tries in turn: the argument, or else $AUTOGRADER_DATA (these two have to hold a data set), then
    ``data`` in the current folder and in the two above it, then the data of the course or checkout
    that the current folder lies in.  A data set may also lie one folder below, as unpacked zips do.

    Raises:
        UsageError: there is none; the text says how to get the data.
    """
    named = folder or os.environ.get(FOLDER_VARIABLE)
    if named:
        found = holds_dataset(Path(named))
        if found is None:
            origin = "" if folder else f" (from {FOLDER_VARIABLE})"
            raise UsageError(f"{named}{origin} does not hold a data set. {HOW_TO_GET_THE_DATA}")
        return found
    candidates = [Path("data"), Path("../data"), Path("../../data"), *data_folders(Path.cwd())]
    for candidate in candidates:
        found = holds_dataset(candidate)
        if found is not None:
            return found
    looked = ", ".join(str(path.absolute().resolve()) for path in candidates[:3])
    raise UsageError(f"the course's images were not found; looked for {looked}. {HOW_TO_GET_THE_DATA}")


def holds_dataset(folder: Path) -> Path | None:
    """The data set in this folder or, as in unpacked zips, one folder below; None if there is none."""
    if _is_finished(folder):
        return folder
    below = [path.parent for path in folder.glob(f"*/{MANIFEST_NAME}") if _is_finished(path.parent)]
    return below[0] if len(below) == 1 else None


def _is_finished(folder: Path) -> bool:
    return folder.suffix != ".part" and (folder / MANIFEST_NAME).is_file()
