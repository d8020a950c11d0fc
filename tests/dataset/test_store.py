"""Finding and loading the course's images."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from autograder.dataset.build import build_dataset
from autograder.dataset.store import FOLDER_VARIABLE, find_dataset, load_split, read_manifest
from autograder.errors import UsageError


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A current folder two levels down, with no data set named in the environment."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.delenv("AUTOGRADER_PROFILE", raising=False)
    below = tmp_path / "course" / "notebooks"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    return below


@pytest.fixture
def build(make_job):
    """A function that builds a small data set into a folder."""
    return lambda folder, **options: build_dataset(folder, make_job(**options))


def test_a_split_has_images_and_labels_that_belong_together(tmp_path, build):
    """Brightness follows the severity, and the severity follows the label."""
    build(tmp_path / "d", train=200)
    images, labels = load_split("train", tmp_path / "d")
    assert images.shape == (400, 8, 8) and images.dtype == np.uint8
    assert labels.shape == (400,) and labels.dtype == np.int64
    assert images[labels == 1].mean() > images[labels == 0].mean() + 30


def test_images_stay_on_the_disk(tmp_path, build):
    """Images are memory-mapped and cannot be written to."""
    build(tmp_path / "d")
    images, _ = load_split("train", tmp_path / "d")
    assert isinstance(images, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 0


@pytest.mark.parametrize("place", ["data", "../data", "../../data", "data/unpacked"])
def test_data_beside_the_notebook_are_found(away, build, place):
    """The folder may lie here, one or two levels up, or one below as zips unpack it."""
    build(away / place)
    assert find_dataset().resolve() == (away / place).resolve()


def test_a_named_folder_wins(away, build, monkeypatch):
    """The argument comes before the environment, the environment before ./data."""
    for name in ("data", "other", "third"):
        build(away / name)
    monkeypatch.setenv(FOLDER_VARIABLE, str(away / "other"))
    assert find_dataset() == away / "other"
    assert find_dataset(away / "third") == away / "third"


@pytest.mark.parametrize("settings", ["autograder.toml", "assignments/course.toml"])
def test_a_courses_own_data_are_found(away, build, settings):
    """Anywhere inside a course or a checkout, the data of its profile are used."""
    root = away.parent
    (root / settings).parent.mkdir(exist_ok=True)
    (root / settings).write_text('profile = "demo"\n')
    build(root / ".autograder" / "data" / "cpu")
    build(root / ".autograder" / "data" / "demo")
    assert find_dataset() == root / ".autograder" / "data" / "demo"


def test_an_unfinished_data_set_is_never_found(away, build):
    """A folder under its working name is not loaded, even if it looks complete."""
    build(away / "data" / "x")
    (away / "data" / "x").rename(away / "data" / "x.part")
    with pytest.raises(UsageError):
        find_dataset()
    with pytest.raises(UsageError):
        load_split("train", away / "data" / "x.part")


def test_without_data_the_text_says_how_to_get_them(away):
    """A student learns where the folder has to be, and from whom."""
    with pytest.raises(UsageError, match=r"Ask your instructor.*'data'.*AUTOGRADER_DATA"):
        load_split("train")


def test_a_wrong_variable_is_named(away, build, monkeypatch):
    """A misspelt folder in the environment is an error, though ./data is there."""
    build(away / "data")
    monkeypatch.setenv(FOLDER_VARIABLE, str(away / "dta"))
    with pytest.raises(UsageError, match="from AUTOGRADER_DATA"):
        load_split("train")


def test_an_unknown_split_is_named(tmp_path, build):
    """The text lists the splits that there are; the hidden one is not among them."""
    build(tmp_path / "d")
    with pytest.raises(UsageError, match="it has: train, validation, test"):
        load_split("hidden", tmp_path / "d")


def test_a_truncated_copy_is_noticed(tmp_path, build):
    """Half a file is not loaded as fewer images."""
    build(tmp_path / "d")
    path = tmp_path / "d" / "train_images.npy"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UsageError, match="incomplete"):
        load_split("train", tmp_path / "d")


def test_a_missing_file_is_noticed(tmp_path, build):
    """A copy without its labels says which file is missing."""
    build(tmp_path / "d")
    (tmp_path / "d" / "test_labels.npy").unlink()
    with pytest.raises(UsageError, match=r"test_labels\.npy is missing"):
        load_split("test", tmp_path / "d")


def test_files_of_another_shape_are_noticed(tmp_path, build):
    """A file of the right length with other contents in its header is refused."""
    build(tmp_path / "d")
    path = tmp_path / "d" / "train_labels.npy"
    length = path.stat().st_size
    np.save(path, np.zeros(40, np.float64))
    assert path.stat().st_size == length
    with pytest.raises(UsageError, match="float64"):
        load_split("train", tmp_path / "d")


def test_labels_other_than_0_and_1_are_noticed(tmp_path, build):
    """A label of 7 never reaches a training run."""
    build(tmp_path / "d")
    np.save(tmp_path / "d" / "train_labels.npy", np.full(40, 7, np.int64))
    with pytest.raises(UsageError, match="not the manifest's"):
        load_split("train", tmp_path / "d")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other"}'])
def test_a_damaged_manifest_is_an_error_with_a_text(tmp_path, text):
    """Nothing but a complete manifest of ours is read."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UsageError, match="manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b", "c:\\x"])
def test_a_manifest_cannot_point_outside(tmp_path, build, name):
    """File names that leave the folder make the manifest invalid."""
    build(tmp_path / "d")
    path = tmp_path / "d" / "manifest.json"
    data = json.loads(path.read_text())
    data["files"][name] = {"bytes": 1, "sha256": "0"}
    path.write_text(json.dumps(data))
    with pytest.raises(UsageError, match="damaged"):
        read_manifest(tmp_path / "d")


def test_loading_needs_no_tensorflow(tmp_path, build):
    """`load_split` imports NumPy only, and the package itself not even that."""
    build(tmp_path / "d")
    code = (
        "import sys, autograder.dataset; assert 'numpy' not in sys.modules\n"
        "from autograder.dataset import load_split; load_split('train', sys.argv[1])\n"
        "assert not {'tensorflow', 'keras', 'PIL', 'filelock'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "d")], check=True, timeout=60)


def test_the_public_names_can_be_had():
    """Every name in `__all__` is there, and others are not."""
    import autograder.dataset as package

    assert all(getattr(package, name) for name in package.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        package.no_such_name  # noqa: B018
