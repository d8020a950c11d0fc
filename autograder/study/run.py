"""Runs the experiments, one file for each run.

Theory of operation.  ``<out>/study.json`` holds what all runs have in common: the protocol and the images.  Each run,
one experiment with one seed, is a file of its own in ``<out>/runs/``, see ``autograder.runs``.  So an interrupted
study can go on, and more seeds can be added later.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from autograder.config import Profile
from autograder.dataset.store import MANIFEST_NAME, load_split, read_manifest
from autograder.figures import roc_points
from autograder.runs import claim, finished, read_identity
from autograder.study.experiment import Experiment, Study

VERSION = 1
STUDY_NAME = "study.json"
DECIMALS = 5
PROTOCOL = ("size", "width", "dense_units", "epochs", "steps_per_epoch", "validation_steps", "batch_size")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class StudyInputs:
    """The inputs of a study.

    Attributes:
        study: the module ``reference_solution/study.py``.
        training: the module ``reference_solution/training.py``.
        profile: sizes and protocol, with the study's number of epochs.
        data: folder of the data set.
    """

    study: Study
    training: ModuleType
    profile: Profile
    data: Path


@dataclass(frozen=True)
class StudyRun:
    """One network: its losses, one per epoch; its AUC and ROC curve (at 101 false positive rates) on the test split."""

    experiment: str
    seed: int
    loss: list[float]
    val_loss: list[float]
    auc: float
    tpr: list[float]
    parameters: int
    seconds: float

    @property
    def history(self) -> dict[str, list[float]]:
        """The two losses."""
        return {"loss": self.loss, "val_loss": self.val_loss}


def run_study(
    inputs: StudyInputs,
    out: Path,
    experiments: Sequence[Experiment],
    seeds: int,
    progress: Progress = lambda done, total: None,
) -> list[StudyRun]:
    """Trains the networks that have no run yet.

    Args:
        inputs: protocol, images and modules.
        out: folder of the runs; made if missing.
        experiments: of ``study.EXPERIMENTS``.
        seeds: runs of each experiment, with the seeds 0, 1, ...
        progress: called with (multiplications done, in all), in arbitrary units.

    Returns:
        All runs of these experiments and seeds.

    Raises:
        UsageError: ``out`` holds a study under another protocol or of other images.
    """
    _claim(inputs, out)
    # All experiments with one seed before the next seed, so that an unfinished study can be read.
    plan = [(experiment, seed) for seed in range(seeds) for experiment in experiments]
    done, total = 0, sum(_cost(inputs, experiment) for experiment, _ in plan)
    progress(0, total)
    splits, found = _Splits(inputs.data), []
    for experiment, seed in plan:
        on_epoch = _Epochs(progress, done, total, experiment)
        train = functools.partial(_train, inputs, experiment, seed, splits, on_epoch)
        found.append(finished(_path(out, experiment.id, seed), StudyRun, train))
        done += _cost(inputs, experiment)
        progress(done, total)
    return found


class _Epochs:
    """Reports the epochs of one run as progress of the whole study."""

    def __init__(self, progress: Progress, done: int, total: int, experiment: Experiment):
        self._progress, self._done, self._total, self._step = progress, done, total, _cost_of_epoch(experiment)

    def __call__(self) -> None:
        self._done += self._step
        self._progress(self._done, self._total)


def _cost_of_epoch(experiment: Experiment) -> int:
    return int(experiment.kernel_size**2)  # the cost of a convolution grows with the area of its kernel


def _cost(inputs: StudyInputs, experiment: Experiment) -> int:
    return _cost_of_epoch(experiment) * int(experiment.longer) * inputs.profile.epochs


def _path(out: Path, experiment_id: str, seed: int) -> Path:
    return out / "runs" / f"{experiment_id}-{seed}.json"


def _claim(inputs: StudyInputs, out: Path) -> None:
    """Claims the folder for this study.

    Raises:
        UsageError: it holds another one.
    """
    manifest = read_manifest(inputs.data)
    imported = hashlib.sha256((inputs.data / MANIFEST_NAME).read_bytes()).hexdigest()
    identity = {
        "version": VERSION,
        "protocol": {key: value for key, value in asdict(inputs.profile).items() if key in PROTOCOL},
        "data": {"imported": imported} if manifest.is_imported else manifest.recipe,
    }
    claim(out / STUDY_NAME, identity, "a study")
    (out / "runs").mkdir(exist_ok=True)


def read_study(out: Path) -> dict[str, object]:
    """Reads what all runs of a folder have in common: ``protocol`` and ``data``.

    Raises:
        UsageError: it is missing or damaged.
    """
    return read_identity(out / STUDY_NAME)


class _Splits:
    """The images, loaded when the first run needs them."""

    def __init__(self, data: Path):
        self._data = data

    @functools.cached_property
    def loaded(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Images and labels of each split."""
        return {name: load_split(name, self._data) for name in ("train", "validation", "test")}


def _train(
    inputs: StudyInputs, experiment: Experiment, seed: int, splits: _Splits, on_epoch: Callable[[], None]
) -> StudyRun:
    from sklearn.metrics import roc_auc_score

    started = time.monotonic()
    history, scores, parameters = inputs.study.run(
        experiment, seed, inputs.profile, splits.loaded, inputs.training, on_epoch
    )
    seconds = time.monotonic() - started
    scores = np.nan_to_num(scores, nan=0.5)  # a network that diverged counts as chance
    labels = splits.loaded["test"][1]
    return StudyRun(
        experiment=experiment.id,
        seed=seed,
        loss=np.round(history["loss"], DECIMALS).tolist(),
        val_loss=np.round(history["val_loss"], DECIMALS).tolist(),
        auc=round(float(roc_auc_score(labels, scores)), DECIMALS),
        tpr=np.round(roc_points(labels, scores)[1], DECIMALS).tolist(),
        parameters=parameters,
        seconds=round(seconds, 1),
    )
