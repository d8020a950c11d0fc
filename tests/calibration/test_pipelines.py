"""Pipelines are found beside their assignment, and a calibration goes on where it was interrupted."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from click.testing import CliRunner

from autograder.calibration import pipelines
from autograder.calibration.pipelines import Measured, candidates, measure
from autograder.cli.calibrate import command
from autograder.config import Bounds, load_assignment, load_course
from autograder.errors import UsageError
from autograder.grading.training.evidence import Gain, Kinship, Run

TINY = """
[profiles.tiny]
size = 32
per_class = 400
hidden_per_class = 100
width = 0.125
dense_units = 32
epochs = 3
steps_per_epoch = 30
validation_steps = 4
batch_size = 32
training_wall_s = 60
auc_steps = [{ auc = 0.99, credit = 1.0 }]
"""


@pytest.fixture
def profile(repository):
    """The protocol of the course."""
    return load_course(repository / "assignments", profile="cpu").active_profile


class Trainer:
    """Trains nothing; notes what would have been trained, and is interrupted after ``until`` runs."""

    def __init__(self):
        self.calls, self.until = [], 99

    def __call__(self, candidate, seed, *_):
        if len(self.calls) == self.until:
            raise KeyboardInterrupt
        self.calls.append((candidate.id, seed))
        run = Run(0.9 + seed / 100, gain=Gain(0.5, 0.9), kinship=Kinship(0.9, 0.8, 0.1, 0.1))
        return Measured(run, 0.88, 0.93, 2, 1.5)


@pytest.fixture
def trained(monkeypatch):
    """Stands in for the training."""
    trainer = Trainer()
    monkeypatch.setattr(pipelines, "_run", trainer)
    return trainer


def test_the_courses_pipelines(repository):
    """The reference, right ones, and the five faults that must not earn full marks."""
    assignment = load_assignment(repository / "assignments", "training")
    found = candidates(assignment.folder, "reference", 10, 3)
    assert [(c.id, c.right, c.seeds) for c in found[:1]] == [("reference", True, 10)]
    assert {c.id for c in found if not c.right} == {
        "learning_rate_times_ten", "no_scaling", "shuffled_labels", "sigmoid_throughout", "two_epochs"
    }  # fmt: skip
    assert all(c.seeds == 3 and c.sources[0] == "reference" and len(c.sources) == 2 for c in found[1:])


@pytest.mark.parametrize(("source", "text"), [("x = 1\n", "no docstring"), ("def\n", "not valid Python")])
def test_a_pipeline_without_a_name_is_refused(tmp_path, source, text):
    """The error names the file."""
    (tmp_path / "pipelines" / "faulty").mkdir(parents=True)
    (tmp_path / "pipelines" / "faulty" / "mine.py").write_text(source, encoding="utf-8")
    with pytest.raises(UsageError, match=rf"mine\.py.*{text}"):
        candidates(tmp_path, "", 3, 3)


def pipelines_of(*ids):
    """Pipelines that are run twice each."""
    return [pipelines.Candidate(id, id, True, 2, ("source",)) for id in ids]


def test_an_interrupted_calibration_goes_on(tmp_path, profile, trained):
    """What was finished is not trained again, and the second time gives the same as once without a break."""
    chosen = pipelines_of("a", "b")
    trained.until = 3
    with pytest.raises(KeyboardInterrupt):
        measure(chosen, None, None, profile, tmp_path, "data")
    trained.until = 99
    found = measure(chosen, None, None, profile, tmp_path, "data")
    assert trained.calls == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert {id: [run.auc for run in runs] for id, runs in found.items()} == {"a": [0.9, 0.91], "b": [0.9, 0.91]}


def test_whatever_decides_a_run_makes_it_anew(tmp_path, profile, trained):
    """Other images, another protocol or other code; thresholds, comments and docstrings decide nothing."""
    chosen = pipelines_of("a")
    measure(chosen, None, None, profile, tmp_path, "data")
    thresholds = dataclasses.replace(profile, auc_steps=(), bounds=Bounds(kernels=0.1))
    measure(chosen, None, None, thresholds, tmp_path, "data")
    commented = dataclasses.replace(chosen[0], sources=('"""A name."""\nsource  # a remark',))
    measure([commented], None, None, profile, tmp_path, "data")
    assert len(trained.calls) == 2
    measure(chosen, None, None, profile, tmp_path, "other data")
    measure(chosen, None, None, dataclasses.replace(profile, epochs=6), tmp_path, "data")
    measure([dataclasses.replace(chosen[0], sources=("other",))], None, None, profile, tmp_path, "data")
    assert len(trained.calls) == 8


def test_a_damaged_run_is_named(tmp_path, profile, trained):
    """The error says which file to remove."""
    measure(pipelines_of("a"), None, None, profile, tmp_path, "data")
    damaged = min(tmp_path.glob("a-0-*.json"))
    damaged.write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=rf"{damaged.name} is damaged.*remove it"):
        measure(pipelines_of("a"), None, None, profile, tmp_path, "data")


def test_an_assignment_without_training_has_nothing_to_calibrate(checkout, monkeypatch):
    """The error says so."""
    monkeypatch.chdir(checkout)
    with pytest.raises(UsageError, match="no item with a training run"):
        CliRunner().invoke(command, ["activations"], catch_exceptions=False)


@pytest.mark.slow
def test_a_calibration_from_end_to_end(checkout, tmp_path, monkeypatch):
    """With a tiny protocol: the reference trains, the sigmoid does not, and the steps are written into course.toml."""
    root = shutil.copytree(checkout, tmp_path / "checkout")
    for file in (root / "assignments" / "training" / "pipelines").glob("*/*.py"):
        if file.stem not in ("sigmoid_throughout", "two_epochs"):
            file.unlink()
    with (root / "assignments" / "course.toml").open("a", encoding="utf-8") as stream:
        stream.write(TINY)
    monkeypatch.chdir(root)
    arguments = ["training", "--profile", "tiny", "--seeds", "3"]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    assert done.return_value == 0, done.output
    steps = load_course(root / "assignments", profile="tiny").active_profile.auc_steps
    assert 0.7 <= steps[-1].auc < 0.99 and "AUC steps: 100%" in done.output
    assert "two epochs" in done.output and "0 of 3*" in done.output
