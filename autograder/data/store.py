"""A data set on disk: finding it, reading its manifest, loading a split.  NumPy only.

A data set is a folder with ``manifest.json`` and, for each split, ``<split>_images.npy`` (``(n, h, w)``
uint8) and ``<split>_labels.npy`` (``(n,)`` int64, 0 normal, 1 abnormal).  It appears under its name
only when it is complete.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import UsageError

MANIFEST_NAME = "manifest.json"
FORMAT = "cxr-autograder data set"
FORMAT_VERSION = 1
FOLDER_VARIABLE = "AUTOGRADER_DATA"

HOW_TO_GET_THE_DATA = (
    "Ask your instructor for the course's data folder, put it beside your notebook under the name 'data', "
    f"or set the environment variable {FOLDER_VARIABLE} to where it is. "
    "(Instructors make it with: autograder data build --out data)"
)


@dataclass(frozen=True)
class FileRecord:
    """Size and hash of one file of a data set."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``manifest.json``: what the data set holds and how it came about.

    ``per_class`` counts images of each class in each split; ``recipe`` is ``Recipe.to_json()``
    for generated images; ``files`` are by path relative to the folder.
    """

    size: int
    per_class: dict[str, int]
    recipe: dict[str, Any]
    files: dict[str, FileRecord]

    def to_json(self) -> dict[str, Any]:
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
        UsageError: the folder holds no data set, or one of another format.
    """
    path = folder / MANIFEST_NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{folder} holds no data set ({MANIFEST_NAME} is missing). {HOW_TO_GET_THE_DATA}") from None
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); copy the data folder again") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != FORMAT_VERSION:
        raise UsageError(f"{path} is not a manifest of '{FORMAT}', version {FORMAT_VERSION}")
    try:
        files = {_plain_name(name): FileRecord(**record) for name, record in data["files"].items()}
        return Manifest(int(data["size"]), dict(data["per_class"]), dict(data["recipe"]), files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} is damaged ({error!r}); copy the data folder again") from None


def _plain_name(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
        raise ValueError(f"file name {name!r} leads out of the folder")
    return name


def write_json(path: Path, data: Any) -> None:
    """Writes JSON whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, path)


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
    count = 2 * manifest.per_class[name]
    images = _open(found, f"{name}_images.npy", manifest, (count, manifest.size, manifest.size), np.uint8, "r")
    labels = _open(found, f"{name}_labels.npy", manifest, (count,), np.int64, None)
    if not np.isin(labels, (0, 1)).all():
        raise UsageError(f"{found / name}_labels.npy holds labels other than 0 and 1. {HOW_TO_GET_THE_DATA}")
    return images, labels


def _open(folder: Path, name: str, manifest: Manifest, shape: tuple[int, ...], dtype: Any, mode: Any) -> np.ndarray:
    path, wanted = folder / name, manifest.files.get(name)
    got = path.stat().st_size if path.is_file() else None
    if wanted is None or got != wanted.bytes:
        state = "is missing" if got is None else f"has {got} bytes, which is not what the manifest says"
        raise UsageError(f"{path} {state}: the copy is incomplete. {HOW_TO_GET_THE_DATA}")
    try:
        array = np.load(path, mmap_mode=mode, allow_pickle=False)
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}). {HOW_TO_GET_THE_DATA}") from None
    if array.shape != shape or array.dtype != dtype:
        raise UsageError(f"{path} holds {array.dtype} {array.shape}, wanted {np.dtype(dtype)} {shape}; copy it again")
    return np.asarray(array) if mode is None else array


def find_dataset(folder: str | os.PathLike[str] | None = None) -> Path:
    """Where the data set is.

    Looked at in turn: the argument, or else $AUTOGRADER_DATA (these two have to hold a data set), then
    ``data`` in the current folder and in the two above it, then the data of the course or checkout
    that the current folder lies in.  A data set may also lie one folder below, as unpacked zips do.

    Raises:
        UsageError: there is none; the text says how to get the data.
    """
    named = folder or os.environ.get(FOLDER_VARIABLE)
    if named:
        found = _inside(Path(named))
        if found is None:
            origin = "" if folder else f" (from {FOLDER_VARIABLE})"
            raise UsageError(f"{named}{origin} holds no data set. {HOW_TO_GET_THE_DATA}")
        return found
    candidates = [Path("data"), Path("../data"), Path("../../data"), *_course_folders(Path.cwd())]
    for candidate in candidates:
        found = _inside(candidate)
        if found is not None:
            return found
    raise UsageError(f"the course's images were not found from {Path.cwd()}. {HOW_TO_GET_THE_DATA}")


def _inside(folder: Path) -> Path | None:
    if _is_finished(folder):
        return folder
    below = [path.parent for path in folder.glob(f"*/{MANIFEST_NAME}") if _is_finished(path.parent)]
    return below[0] if len(below) == 1 else None


def _is_finished(folder: Path) -> bool:
    return folder.suffix != ".part" and (folder / MANIFEST_NAME).is_file()


def _course_folders(start: Path) -> Iterator[Path]:
    """Data of the instructor's course or of the checkout around ``start``, its own profile first."""
    for folder in (start, *start.parents):
        for settings in (folder / "autograder.toml", folder / "assignments" / "course.toml"):
            if settings.is_file():
                data = folder / ".autograder" / "data"
                yield data / _profile(settings)
                yield data
                return


def _profile(settings: Path) -> str:
    try:
        default = tomllib.loads(settings.read_text(encoding="utf-8")).get("profile", "cpu")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        default = "cpu"
    return os.environ.get("AUTOGRADER_PROFILE") or str(default)
