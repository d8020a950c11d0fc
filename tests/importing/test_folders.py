"""Which folders and files of a source count."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.importing.folders import find_images, shown
from autograder.importing.records import ImportSettings


def tree(root: Path, *names: str) -> Path:
    """Empty files under these names."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def found(root: Path, **settings):
    """What is found, as (name, label, split)."""
    result = find_images(root, ImportSettings(**settings), Path("out"))
    return [(e.name, e.label, e.split) for e in result.entries], result.notes


@pytest.mark.parametrize(("normal", "abnormal"), [("normal", "abnormal"), ("NORMAL", "Abnormal"), ("0", "1")])
def test_classes_are_known_by_their_usual_names(tmp_path, normal, abnormal):
    """In any case of letters, with folders below them, in the order of names."""
    tree(tmp_path, f"{normal}/x/b.png", f"{normal}/a.png", f"{abnormal}/c")
    entries, _ = found(tmp_path)
    assert sorted(entries) == sorted(
        [(f"{normal}/a.png", 0, None), (f"{normal}/x/b.png", 0, None), (f"{abnormal}/c", 1, None)]
    )
    assert entries == sorted(entries)


def test_other_names_are_given(tmp_path):
    """Several folders can make up a class; what no class is called is reported."""
    tree(tmp_path, "NORMAL/a", "bacteria/b", "virus/c", "unclear/d", "loose.png")
    entries, notes = found(tmp_path, abnormal=("Bacteria", "virus"))
    assert [label for _, label, _ in entries] == [0, 1, 1]
    assert "unclear" in notes[0] and "files outside of the classes' folders (1)" in notes[0]


def test_hidden_and_system_files_are_not_seen_and_texts_are_counted(tmp_path):
    """An archive made on a Mac, with a list of its images, needs no tidying."""
    names = ["normal/a", "abnormal/b", "normal/.DS_Store", "normal/.x/c", "__MACOSX/normal/._a", "normal/Thumbs.db"]
    tree(tmp_path, *names, "normal/list.CSV", "abnormal/readme.md", "normal/__MACOSX/q", ".git/z")
    entries, notes = found(tmp_path)
    assert len(entries) == 2 and notes == (
        "files ignored, as their names are not those of images (.txt, .csv and the like): 3",
    )


def test_splits_of_the_source_are_kept(tmp_path):
    """Each with its classes; val is validation."""
    tree(tmp_path, *(f"{split}/{name}/x" for split in ("Train", "val", "test") for name in ("normal", "abnormal")))
    entries, _ = found(tmp_path)
    assert {split for _, _, split in entries} == {"train", "validation", "test"} and len(entries) == 6


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["NORMAL/a", "PNEUMONIA/b"], "--normal NORMAL --abnormal PNEUMONIA"),
        (["lung opacity/a", "healthy/b"], "--normal healthy --abnormal 'lung opacity'"),
        (["xrays/normal/a", "xrays/abnormal/b"], "data import .*/xrays --out out"),
        (["xrays/train/normal/a"], "data import .*/xrays --out out"),
        (["a.png"], "found no folders"),
        (["normal/a"], "--normal normal --abnormal NAME"),
        (["train/normal/a", "train/abnormal/a", "test/normal/a", "test/abnormal/a"], "validation missing"),
        (["train/normal/a", "val/normal/a", "test/normal/a"], "found normal"),
        (["train/normal/a", "normal/a"], "not clear which to use"),
        (["normal/.x", "abnormal/a.txt"], "no files in them"),
    ],
)
def test_other_folders_are_refused_with_what_was_found(tmp_path, names, text):
    """The error shows the folders, and the command to type where that helps."""
    with pytest.raises(UsageError, match=text):
        found(tree(tmp_path, *names))


def test_one_folder_cannot_be_both_classes(tmp_path):
    """A typing mistake is named."""
    with pytest.raises(UsageError, match="the same folder"):
        found(tree(tmp_path, "a/x"), normal=("a",), abnormal=("A",))


def test_links_are_followed_but_not_in_circles(tmp_path):
    """A linked folder counts as a folder; one that leads back ends."""
    tree(tmp_path, "data/a.png", "src/abnormal/b.png")
    (tmp_path / "src" / "normal").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")
    assert [name for name, *_ in found(tmp_path / "src")[0]] == ["abnormal/b.png", "normal/a.png"]


def test_names_are_shown_on_one_line():
    """Line breaks, control characters and bytes that are not UTF-8 do not reach the terminal."""
    assert shown("a\nb\x1b[31m\udcff가") == "a?b?[31m\\udcff가"
