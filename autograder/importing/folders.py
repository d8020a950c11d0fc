"""Finds the images in a folder: classes, splits, and files that are not images."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.dataset.recipe import HIDDEN_SPLIT, PUBLIC_SPLITS
from autograder.errors import UsageError
from autograder.importing.pixels import read_file
from autograder.importing.records import Entry, Found, ImportSettings
from autograder.text import printable

SPLIT_NAMES = {
    "train": "train", "training": "train", "validation": "validation", "val": "validation", "valid": "validation",
    "test": "test", "testing": "test", HIDDEN_SPLIT: HIDDEN_SPLIT,
}  # fmt: skip
USUAL_NAMES = ({"normal", "0"}, {"abnormal", "1"})
LOOKS_NORMAL = {"normal", "healthy", "negative", "control", "no finding", "no_finding", "nofinding", "0"}
NO_IMAGES = {
    ".txt", ".csv", ".tsv", ".md", ".json", ".xml", ".yaml", ".yml", ".html", ".log", ".ini", ".xls", ".xlsx", ".py",
}  # fmt: skip
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "ds_store", "dicomdir"}
SYSTEM_FOLDERS = {"__macosx"}
SHOWN_FOLDERS = 20


@dataclass(frozen=True)
class Layout:
    """Which folders hold which class of which split, and which folders and files are not used."""

    classes: tuple[tuple[Path, int, str | None], ...]
    unused: tuple[str, ...]


def find_images(source: Path, settings: ImportSettings, out: Path) -> Found:
    """The images below a folder with a folder for each class, or with splits that have these.

    Args:
        source: the folder.
        settings: the names of the classes.
        out: the data set's folder, for the command in an error's message.

    Raises:
        UsageError: the folders have other names, or hold no images; the message shows them and the command to type.
    """
    layout = _layout(source, settings, out)
    files: dict[str, tuple[Path, Entry]] = {}
    ignored = 0
    for folder, label, split in layout.classes:
        for path in _files_below(folder, frozenset({os.path.realpath(folder)})):
            if _is_no_image(path):
                ignored += 1
                continue
            name = path.relative_to(source).as_posix()
            files[name] = (path, Entry(shown(name), label, split))
    if not files:
        raise UsageError(f"{source} has the folders of the classes but no files in them; wanted PNG, JPEG or DICOM")
    ordered = [files[name] for name in sorted(files)]
    notes = [f"not used: {_listed(layout.unused)}"] if layout.unused else []
    notes += (
        [f"files ignored, as their names are not those of images (.txt, .csv and the like): {ignored:,}"]
        if ignored
        else []
    )
    return Found(
        entries=tuple(entry for _, entry in ordered),
        pictures=lambda: (read_file(path) for path, _ in ordered),
        has_splits=layout.classes[0][2] is not None,
        notes=tuple(notes),
    )


def shown(name: str) -> str:
    """A file's name made safe to print on one line."""
    return printable(name.encode("utf-8", "backslashreplace").decode("utf-8"), instead="?")


def _layout(source: Path, settings: ImportSettings, out: Path) -> Layout:
    names = _class_names(settings)
    below = _folders(source)
    splits = [path for path in below if path.name.lower() in SPLIT_NAMES]
    classes = [path for path in below if _label(path, names) is not None]
    if classes and splits:
        raise UsageError(
            f"{source} has folders of classes ({_names(classes)}) beside folders of splits ({_names(splits)}), so it "
            "is not clear which to use; move one kind elsewhere"
        )
    if splits:
        return _split_layout(source, splits, below, names, settings, out)
    return Layout(*_classes_of(source, source, None, names, settings, out))


def _split_layout(
    source: Path, splits: list[Path], below: list[Path], names: tuple[set[str], set[str]],
    settings: ImportSettings, out: Path,
) -> Layout:  # fmt: skip
    if settings.keeps_splits:
        check_splits({SPLIT_NAMES[path.name.lower()] for path in splits}, f"the folders of {source}")
    found: list[tuple[Path, int, str | None]] = []
    unused = [path.name for path in below if path not in splits]
    for path in splits:
        split = SPLIT_NAMES[path.name.lower()] if settings.keeps_splits else None
        classes, more = _classes_of(source, path, split, names, settings, out)
        found += classes
        unused += [f"{path.name}/{name}" for name in more]
    return Layout(tuple(found), tuple(unused))


def check_splits(found: set[str], where: str) -> None:
    """Refuses a source that lacks a split.

    Raises:
        UsageError: train, validation or test is missing.
    """
    missing = [split for split in PUBLIC_SPLITS if split not in found]
    if missing:
        raise UsageError(
            f"wanted the splits {', '.join(PUBLIC_SPLITS)} in {where}, {' and '.join(missing)} missing; add what is "
            "missing, or have all images dealt again by --split 60,20,20"
        )


def _classes_of(
    source: Path, folder: Path, split: str | None, names: tuple[set[str], set[str]], settings: ImportSettings, out: Path
) -> tuple[tuple[tuple[Path, int, str | None], ...], tuple[str, ...]]:
    below = _folders(folder)
    labels = {path: _label(path, names) for path in below}
    if {0, 1} - set(labels.values()):
        raise UsageError(_unknown_classes(source, folder, below, settings, out))
    classes = tuple((path, label, split) for path, label in labels.items() if label is not None)
    loose = sum(1 for path in folder.iterdir() if path.is_file() and not _is_hidden(path) and not _is_no_image(path))
    unused = [path.name for path, label in labels.items() if label is None]
    unused += [f"files outside of the classes' folders ({loose:,})"] if loose else []
    return classes, tuple(unused)


def _class_names(settings: ImportSettings) -> tuple[set[str], set[str]]:
    normal, abnormal = ({name.lower().strip("/") for name in names} for names in (settings.normal, settings.abnormal))
    names = (normal or USUAL_NAMES[0] - abnormal, abnormal or USUAL_NAMES[1] - normal)
    if names[0] & names[1]:
        raise UsageError(f"--normal and --abnormal name the same folder, {', '.join(names[0] & names[1])}; name two")
    return names


def _label(folder: Path, names: tuple[set[str], set[str]]) -> int | None:
    return next((label for label in (0, 1) if folder.name.lower() in names[label]), None)


def _unknown_classes(source: Path, folder: Path, below: list[Path], settings: ImportSettings, out: Path) -> str:
    asked = [" or ".join(sorted(names)) for names in _class_names(settings)]
    wanted = f"wanted a folder for each class in {folder}, called {asked[0]} (no finding) and {asked[1]}"
    if not below:
        return f"{wanted}; found no folders there. Sort the images into two folders, or name another SOURCE"
    if len(below) == 1:
        normal_names, abnormal_names = _class_names(settings)
        deeper = {path.name.lower() for path in _folders(below[0])}
        if deeper & {*SPLIT_NAMES, *normal_names, *abnormal_names}:
            command = _command(below[0], out, settings)
            return f"{wanted}; found {_names(below)}, which has such folders in it. Type: {command}"
    normal, abnormal = _guess(below)
    return (
        f"{wanted}; found {_names(below)}. Say which is which, for example: "
        f"{_command(source, out, None)} --normal {shlex.quote(normal)} --abnormal {shlex.quote(abnormal)}"
    )


def _guess(below: list[Path]) -> tuple[str, str]:
    """The folders that the user probably means; NAME if there is no other."""
    names = [path.name for path in below]
    normal = next((name for name in names if name.lower() in LOOKS_NORMAL), None)
    others = [name for name in names if name != normal]
    if normal is None:
        normal = others.pop(0)
    return normal, others[0] if others else "NAME"


def _command(source: Path, out: Path, settings: ImportSettings | None) -> str:
    """The command to type; with ``settings``, it includes the names of folders that the user gave."""
    names = [("--normal", name) for name in settings.normal] if settings else []
    names += [("--abnormal", name) for name in settings.abnormal] if settings else []
    words = ["autograder", "data", "import", str(source), "--out", str(out), *(word for pair in names for word in pair)]
    return shlex.join(words)


def _folders(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.is_dir()]


def _files_below(folder: Path, seen: frozenset[str]) -> Iterator[Path]:
    """Files in a folder and its folders; links that lead back to a folder above are not followed."""
    for path in _visible(folder):
        if not path.is_dir():
            yield path
        elif (real := os.path.realpath(path)) not in seen:
            yield from _files_below(path, seen | {real})


def _visible(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}; check its permissions") from None
    return [path for path in paths if not _is_hidden(path) and path.name.lower() not in SYSTEM_FOLDERS]


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _is_no_image(path: Path) -> bool:
    return path.name.lower() in SYSTEM_FILES or path.suffix.lower() in NO_IMAGES


def _names(folders: Sequence[Path]) -> str:
    return _listed([path.name for path in folders])


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - SHOWN_FOLDERS
    return ", ".join(shown(name) for name in names[:SHOWN_FOLDERS]) + (f" and {rest} more" if rest > 0 else "")
