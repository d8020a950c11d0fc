"""The images of a course as its graders see them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.dataset import build
from autograder.dataset.course import CourseData
from autograder.dataset.store import HIDDEN_SUFFIX, IMPORTED, Manifest
from autograder.dataset.verify import record_file
from autograder.errors import UsageError
from autograder.files import write_json
from autograder.workspace import Workspace
from tests.dataset.conftest import ScriptedSampler

PROFILE = """
title = {{}}
language = "en"
profile = "demo"
assignments = []

[profiles.demo]
size = {size}
per_class = 10
hidden_per_class = 4
width = 1.0
dense_units = 8
epochs = 1
steps_per_epoch = 1
validation_steps = 1
batch_size = 2
training_wall_s = 1
auc_steps = []
"""


def make_workspace(folder: Path, size: int = 16) -> Workspace:
    """A course of small images, its state in ``folder`` itself."""
    (folder / "assignments").mkdir()
    (folder / "assignments" / "course.toml").write_text(PROFILE.format(size=size))
    return Workspace(folder, folder / "assignments", folder, folder, b"0123456789abcdef", course_dir=folder)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A course whose images are painted without TensorFlow."""
    monkeypatch.setattr(build, "GeneratorSampler", lambda path, size, batch: ScriptedSampler(size))
    return make_workspace(tmp_path)


def write_imported(folder, counts):
    """An imported data set with these numbers of normal and abnormal images; a pixel is the image's label."""
    folder.mkdir(parents=True)
    for split, (normal, abnormal) in counts.items():
        labels = np.repeat([0, 1], [normal, abnormal])
        np.save(folder / f"{split}_labels.npy", labels)
        np.save(
            folder / f"{split}_images.npy", np.broadcast_to(labels[:, None, None], (len(labels), 16, 16)).astype("u1")
        )
    files = {path.name: record_file(path) for path in folder.glob("*.npy")}
    write_json(folder / "manifest.json", Manifest(16, counts, {"source": IMPORTED}, files).to_json())


def test_everything_is_built_on_first_use(workspace, tmp_path):
    """Students' and grader's images appear, and the hidden ones are not among the students'."""
    data = CourseData(workspace)
    assert [len(split()[1]) for split in (data.train, data.validation, data.hidden)] == [12, 4, 8]
    assert (tmp_path / "data" / "demo" / "manifest.json").is_file()
    assert not list((tmp_path / "data").rglob("hidden*"))


def test_an_instructors_own_images_are_used(workspace, tmp_path):
    """Imported splits, uneven classes and all, and the hidden share that the import set apart."""
    own = tmp_path / "data" / "demo"
    write_imported(own, {"train": [3, 9], "validation": [1, 3], "test": [1, 3]})
    write_imported(own.with_name("demo" + HIDDEN_SUFFIX), {"hidden": [20, 25]})
    data = CourseData(workspace)
    assert [np.bincount(s()[1]).tolist() for s in (data.train, data.validation, data.hidden)] == [
        [3, 9],
        [1, 3],
        [20, 25],
    ]
    assert data.hidden()[0].shape == (45, 16, 16)


def test_imported_images_without_a_hidden_share_are_refused(workspace, tmp_path):
    """Generated hidden images would not fit the instructor's own; the error says how to get a share."""
    write_imported(tmp_path / "data" / "demo", {"train": [3, 9], "validation": [1, 3], "test": [1, 3]})
    with pytest.raises(UsageError, match="--hidden 20"):
        CourseData(workspace).train()


@pytest.mark.parametrize(
    ("counts", "size", "message"),
    [({"hidden": [25, 19]}, 16, "only 19 images"), ({"hidden": [25, 25]}, 32, "--size 32")],
)
def test_imported_images_that_cannot_be_graded_with_are_refused_at_once(tmp_path, counts, size, message):
    """Too few hidden images, or another size than the profile's: known before anything runs."""
    own = tmp_path / "data" / "demo"
    write_imported(own, {"train": [3, 9], "validation": [1, 3], "test": [1, 3]})
    write_imported(own.with_name("demo" + HIDDEN_SUFFIX), counts)
    with pytest.raises(UsageError, match=message):
        CourseData(make_workspace(tmp_path, size)).check()
