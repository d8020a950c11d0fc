"""Images from an .npz."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.importing.archive import find_in_archive
from autograder.importing.records import ImportSettings

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4) * 10
LABELS = np.array([0, 1])


def archive(folder: Path, *, compressed: bool = False, **arrays):
    """An .npz of two images, unless said otherwise; None leaves an array out."""
    arrays = {"images": IMAGES, "labels": LABELS} | arrays
    save = np.savez_compressed if compressed else np.savez
    save(folder / "a.npz", **{name: array for name, array in arrays.items() if array is not None})
    return find_in_archive(folder / "a.npz", ImportSettings())


def pixels(found) -> np.ndarray:
    """All images."""
    return np.stack([picture.pixels for picture in found.pictures()])


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (IMAGES, IMAGES),
        (IMAGES[..., None], IMAGES),
        (IMAGES.astype(np.uint16) * 257, IMAGES),
        (IMAGES / 255.0, IMAGES),
        (IMAGES.astype(np.float32), IMAGES),
        (np.linspace(0, 4095, 24).reshape(2, 3, 4).astype(np.uint16), np.linspace(0, 255, 24).reshape(2, 3, 4)),
        (IMAGES.astype(">f4"), IMAGES),
    ],
)
def test_every_kind_of_grey_is_scaled(tmp_path, images, expected, compressed):
    """8, 12 and 16 bits and floats, with and without compression, come out from 0 to 255."""
    np.testing.assert_allclose(pixels(archive(tmp_path, images=images, compressed=compressed)), expected, atol=0.1)


def test_patients_and_splits_are_taken(tmp_path):
    """Whatever their type; missing patients are unknown."""
    three = {"images": np.tile(IMAGES[:1], (3, 1, 1)), "labels": np.array([True, False, True])}
    patients, splits = np.array([7.0, np.nan, 7.0]), np.array([b"train", b"val", b"TEST"])
    found = archive(tmp_path, **three, patient=patients, split=splits)
    assert [e.split for e in found.entries] == ["train", "validation", "test"] and found.has_splits
    assert [e.label for e in found.entries] == [1, 0, 1]
    assert [p.patient for p in found.pictures()] == ["7.0", "", "7.0"]


def test_other_arrays_are_named(tmp_path):
    """What was not used is said."""
    assert "views" in archive(tmp_path, views=np.zeros(2)).notes[0]


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ({"labels": None}, "lacks labels.*found images"),
        ({"images": IMAGES.astype(np.int64)}, "got int64"),
        ({"images": IMAGES > 9}, "got bool"),
        ({"images": IMAGES.astype(object)}, "never unpickled"),
        ({"labels": LABELS.astype(object)}, "never unpickled"),
        ({"patient": np.array(["a", None], object)}, "never unpickled"),
        ({"images": IMAGES[0]}, r"the shape \(3, 4\)"),
        ({"images": np.zeros((2, 3, 4, 3), np.uint8)}, "colours"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, "the shape"),
        ({"images": IMAGES * np.nan}, r"images\[0\] has NaN"),
        ({"images": np.where(IMAGES > 220, np.inf, 0.0)}, r"images\[1\] has NaN or infinite"),
        ({"images": IMAGES - 0.5}, "got -0.5 to"),
        ({"images": IMAGES * 2.0}, "rescale"),
        ({"images": np.asfortranarray(IMAGES)}, "Fortran"),
        ({"labels": np.array([0, 2])}, r"got \[0, 2\]"),
        ({"labels": np.array(["0", "1"])}, "wanted labels 0"),
        ({"labels": LABELS[:1]}, "as many as images"),
        ({"patient": LABELS[:1]}, "wanted patient"),
        ({"split": np.array(["train", "dev"])}, r"got \['dev'\]"),
        ({"split": np.array(["train", "test"])}, "validation missing"),
    ],
)
def test_other_arrays_are_refused(tmp_path, arrays, text):
    """The error says which array, what was wanted, and what came."""
    with pytest.raises(UsageError, match=text):
        archive(tmp_path, **arrays)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 rubbish", b"\x80\x04}."])
def test_damaged_archives_are_refused(tmp_path, content):
    """Nothing is unpickled to find out."""
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(UsageError, match=r"cannot be read as an \.npz"):
        find_in_archive(tmp_path / "a.npz", ImportSettings())


def test_a_pattern_for_names_makes_no_sense_here(tmp_path):
    """There are no names of files in an array."""
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=LABELS)
    with pytest.raises(UsageError, match="array patient"):
        find_in_archive(tmp_path / "a.npz", ImportSettings(patient_pattern="(.)"))
