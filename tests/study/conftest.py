"""A study that trains nothing: its networks, its images, and runs with made-up numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.config import Profile
from autograder.dataset.store import MANIFEST_NAME, FileRecord, Manifest
from autograder.files import write_json
from autograder.study.run import StudyInputs, StudyRun

PROFILE = Profile(
    size=32, per_class=20, hidden_per_class=4, width=0.125, dense_units=8, epochs=2, steps_per_epoch=3,
    validation_steps=1, batch_size=4, training_wall_s=60, auc_steps=(),
)  # fmt: skip
GENERATED = {"size": 32, "seed": 1, "generator_sha256": "ab" * 32, "batch_size": 4,
             "severity": {"normal": [1.0, 4.0], "abnormal": [4.0, 1.0]}}  # fmt: skip
PER_CLASS = {"train": 12, "validation": 8, "test": 8}


@dataclass(frozen=True)
class Experiment:
    """Has the attributes of those in ``reference_solution/study.py``."""

    id: str
    title: str
    group: tuple[str, ...]
    kernel_size: int = 3
    activation: str = "elu"
    dense_activation: str | None = None
    initial: str = "glorot"
    normalised: bool = False
    learning_rate: float = 5e-4
    longer: int = 1


EXPERIMENTS = (
    Experiment("elu", "ELU, 3x3", ("kernel", "activation")),
    Experiment("elu_7x7", "ELU, 7x7", ("kernel",), kernel_size=7),
    Experiment("tanh", "tanh, 3x3", ("activation",), activation="tanh"),
    Experiment("relu", "ReLU, 3x3", ("activation",), activation="relu"),
    Experiment("sigmoid", "sigmoid, 3x3", ("activation", "sigmoid"), activation="sigmoid"),
    Experiment("sigmoid_fast", "learning rate x 10", ("sigmoid",), activation="sigmoid", learning_rate=5e-3),
    Experiment("sigmoid_long", "three times as long", ("sigmoid",), activation="sigmoid", longer=3),
    Experiment("sigmoid_normalised", "batch normalisation", ("sigmoid",), activation="sigmoid", normalised=True),
    Experiment("sigmoid_gain", "weights x 4", ("sigmoid",), activation="sigmoid", initial="glorot x 4"),
)


class FakeStudy:
    """Stands for ``reference_solution/study.py``: writes down what it is asked for; Ctrl-C comes in run ``limit``."""

    EXPERIMENTS = EXPERIMENTS

    def __init__(self, limit: int = 10**9) -> None:
        self.trained: list[tuple[str, int]] = []
        self.limit = limit

    def run(self, experiment, seed, profile, data, training, on_epoch):
        """Losses that fall, and scores that rank most images right."""
        if len(self.trained) == self.limit:
            raise KeyboardInterrupt
        self.trained.append((experiment.id, seed))
        epochs = experiment.longer * profile.epochs
        for _ in range(epochs):
            on_epoch()
        losses = list(0.4 / np.arange(1, epochs + 1))
        labels = data["test"][1]
        scores = labels + np.random.default_rng(seed).normal(0, 0.3, len(labels))
        return {"loss": losses, "val_loss": losses}, scores, 1000 * experiment.kernel_size**2


@pytest.fixture
def make_data(tmp_path: Path) -> Callable[..., Path]:
    """A factory of data sets of 32 x 32 pixels, ``make_data(recipe)``; generated ones by default."""

    def make(recipe: dict | None = None, name: str = "data") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rng, files = np.random.default_rng(0), {}
        for split, count in PER_CLASS.items():
            arrays = {
                "images": rng.integers(0, 256, size=(2 * count, 32, 32), dtype=np.uint8),
                "labels": (np.arange(2 * count) % 2).astype(np.int64),
            }
            for kind, array in arrays.items():
                path = folder / f"{split}_{kind}.npy"
                np.save(path, array)
                files[path.name] = FileRecord(path.stat().st_size, "")
        manifest = Manifest(32, dict(PER_CLASS), recipe or GENERATED | {"per_class": PER_CLASS}, files)
        write_json(folder / MANIFEST_NAME, manifest.to_json())
        return folder

    return make


@pytest.fixture
def make_inputs(make_data: Callable[..., Path]) -> Callable[..., StudyInputs]:
    """A factory of inputs, ``make_inputs(study, data)``."""

    def make(study: FakeStudy | None = None, data: Path | None = None, profile: Profile = PROFILE) -> StudyInputs:
        return StudyInputs(study or FakeStudy(), SimpleNamespace(), profile, data or make_data())

    return make


def made_up(experiment: str, seed: int = 0, *, auc: float = 0.97, loss: float = 0.2, epochs: int = 10) -> StudyRun:
    """A run with these numbers; its validation loss is 0.01 above the training loss."""
    return StudyRun(experiment, seed, [0.69] + [loss] * (epochs - 1), [0.7] + [loss + 0.01] * (epochs - 1), auc,
               np.linspace(0, 1, 101).tolist(), 25_000 if experiment == "elu_7x7" else 5000, 2.0 * epochs)  # fmt: skip


def failed(experiment: str, seed: int = 0, *, auc: float = 0.5) -> StudyRun:
    """A run whose loss stays at ln 2."""
    return made_up(experiment, seed, auc=auc, loss=0.6931)
