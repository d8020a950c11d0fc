"""Real images: the held-out fifth, shrinking, and files that hold something else."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.generator.real import held_out, load_real, shrink

GOOD = {
    "images": np.zeros((4, 8, 8), np.uint8),
    "labels": np.array([0, 1, 0, 1]),
    "patient": np.array(["a", "b", "c", "d"]),
}


def test_about_a_fifth_of_the_patients_is_held_out():
    """The choice follows the patient alone, so that all images of one are on one side."""
    patients = np.array([f"patient{n}" for n in range(2000)])
    chosen = held_out(patients)
    assert 0.17 < chosen.mean() < 0.23
    order = np.random.default_rng(0).permutation(2000)
    np.testing.assert_array_equal(held_out(patients[order]), chosen[order])


def test_shrinking_averages_areas():
    """Each pixel is the rounded mean of the four that it replaces."""
    image = np.array([[[0, 2, 10, 10], [4, 6, 10, 11], [0, 0, 255, 255], [0, 1, 255, 255]]], np.uint8)
    np.testing.assert_array_equal(shrink(image, 2), [[[3, 10], [0, 255]]])
    assert shrink(image, 4) is image


@pytest.mark.parametrize("size", [3, 8])
def test_sizes_that_do_not_divide_are_refused(size):
    """Only whole areas are averaged, and nothing is enlarged."""
    with pytest.raises(ValueError, match="cannot be averaged"):
        shrink(np.zeros((1, 4, 4), np.uint8), size)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.zeros((4, 8, 8), np.float32)}, "float32"),
        ({"images": np.zeros((4, 8, 8, 1), np.uint8)}, r"\(4, 8, 8, 1\)"),
        ({"images": np.zeros((4, 8, 9), np.uint8)}, "9 x 8"),
        ({"labels": np.array([0, 1, 2, 1])}, "labels 0"),
        ({"labels": np.array([0, 0, 0, 0])}, "labels 0"),
        ({"labels": np.array([0, 1])}, "as many labels"),
        ({"patient": None}, "patient"),
        ({"images": np.array([None] * 4, object)}, "pickles"),
    ],
)
def test_other_files_are_refused_with_a_reason(tmp_path, change, message):
    """Whatever is wrong with the file, the error names it."""
    arrays = {name: array for name, array in (GOOD | change).items() if array is not None}
    np.savez(tmp_path / "real.npz", **arrays)
    with pytest.raises(UsageError, match=message):
        load_real(tmp_path / "real.npz", 8)


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    """Text under the name of an archive is refused."""
    (tmp_path / "real.npz").write_text("images")
    with pytest.raises(UsageError, match="not a readable"):
        load_real(tmp_path / "real.npz", 8)


def test_too_few_images_of_a_class_are_refused(tmp_path):
    """Nothing can be measured on a handful; the error says how many there are."""
    np.savez(tmp_path / "real.npz", **GOOD)
    with pytest.raises(UsageError, match="at least 5 normal and 5 abnormal"):
        load_real(tmp_path / "real.npz", 8).require()
