"""Uncompressed ``.npz`` files that are read from the disk as they are used."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.dataset.npz import map_array, pack


@pytest.fixture
def packed(tmp_path):
    """An archive of two arrays, and the arrays."""
    arrays = {"images": np.arange(60, dtype=np.uint8).reshape(3, 4, 5), "labels": np.array([0, 1, 1])}
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
    pack({name: tmp_path / f"{name}.npy" for name in arrays}, tmp_path / "all.npz")
    return tmp_path / "all.npz", arrays


def test_numpy_reads_what_is_packed(packed):
    """The file is an ordinary .npz."""
    path, arrays = packed
    with np.load(path, allow_pickle=False) as data:
        assert set(data.files) == set(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(data[name], array)


def test_arrays_are_mapped_not_read(packed):
    """The mapped array is a read-only view of the file."""
    path, arrays = packed
    mapped = map_array(path, "images")
    assert isinstance(mapped, np.memmap) and not mapped.flags.writeable
    np.testing.assert_array_equal(mapped, arrays["images"])


def test_arrays_of_numpy_s_own_archives_are_mapped_too(tmp_path):
    """``np.savez`` writes the same form, in either order of memory."""
    array = np.asfortranarray(np.random.default_rng(0).normal(size=(3, 7)))
    np.savez(tmp_path / "own.npz", array=array)
    np.testing.assert_array_equal(map_array(tmp_path / "own.npz", "array"), array)


def test_the_same_files_give_the_same_bytes(packed, tmp_path):
    """No date gets into the archive."""
    path, arrays = packed
    pack({name: tmp_path / f"{name}.npy" for name in arrays}, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_what_cannot_be_mapped_is_refused(packed, tmp_path):
    """Compressed arrays, missing ones, objects, and files that are not an archive."""
    path, _ = packed
    with pytest.raises(ValueError, match="no array 'other'"):
        map_array(path, "other")
    np.savez_compressed(tmp_path / "small.npz", images=np.zeros(9))
    with pytest.raises(ValueError, match="compressed"):
        map_array(tmp_path / "small.npz", "images")
    np.savez(tmp_path / "objects.npz", images=np.array([None]))
    with pytest.raises(ValueError, match="objects"):
        map_array(tmp_path / "objects.npz", "images")
    (tmp_path / "text.npz").write_text("PK")
    with pytest.raises(ValueError, match="no array"):
        map_array(tmp_path / "text.npz", "images")
