"""Runs the experiments, one file for each run.

Theory of operation.  ``<out>/study.json`` says what all runs have in common: the protocol and the images.  Each run,
one experiment with one seed, is a file of its own in ``<out>/runs/``, written when it is complete; a run that is there
is not trained again.  So a study that was interrupted goes on, and one more seed is added to those that there are.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.config import Profile
from autograder.dataset.store import MANIFEST_NAME, load_split, read_manifest
from autograder.errors import UsageError
from autograder.figures import roc_points
from autograder.files import write_json

VERSION = 1
STUDY_NAME = "study.json"
DECIMALS = 5
PROTOCOL = ("size", "width", "dense_units", "epochs", "steps_per_epoch", "validation_steps", "batch_size")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Inputs:
    """What is run, and with what.

    Attributes:
        study: the module ``reference_solution/study.py``.
        training: the module ``reference_solution/training.py``.
        profile: sizes and protocol; its ``epochs`` are the study's.
        data: folder of the data set.
    """

    study: Any
    training: Any
    profile: Profile
    data: Path


@dataclass(frozen=True)
class Run:
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
    inputs: Inputs,
    out: Path,
    experiments: Sequence[Any],
    seeds: int,
    progress: Progress = lambda done, total: None,
) -> list[Run]:
    """Trains what is missing.

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
    # One seed of everything before the next one: an unfinished study is worth looking at.
    plan = [(experiment, seed) for seed in range(seeds) for experiment in experiments]
    done, total = 0, sum(_cost(inputs, experiment) for experiment, _ in plan)
    progress(0, total)
    splits: dict[str, Any] = {}
    for experiment, seed in plan:
        path = _path(out, experiment.id, seed)
        if not path.exists():
            splits = splits or {name: load_split(name, inputs.data) for name in ("train", "validation", "test")}
            write_json(
                path, asdict(_train(inputs, experiment, seed, splits, _Epochs(progress, done, total, experiment)))
            )
        done += _cost(inputs, experiment)
        progress(done, total)
    return [read_run(_path(out, experiment.id, seed)) for experiment, seed in plan]


class _Epochs:
    """Reports the epochs of one run as progress of the whole."""

    def __init__(self, progress: Progress, done: int, total: int, experiment: Any):
        self._progress, self._done, self._total, self._step = progress, done, total, _cost_of_epoch(experiment)

    def __call__(self) -> None:
        self._done += self._step
        self._progress(self._done, self._total)


def _cost_of_epoch(experiment: Any) -> int:
    return int(experiment.kernel_size**2)  # what a convolution costs grows with the area of its kernel


def _cost(inputs: Inputs, experiment: Any) -> int:
    return _cost_of_epoch(experiment) * int(experiment.longer) * inputs.profile.epochs


def _path(out: Path, experiment_id: str, seed: int) -> Path:
    return out / "runs" / f"{experiment_id}-{seed}.json"


def _claim(inputs: Inputs, out: Path) -> None:
    """Makes the folder this study's own.

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
    (out / "runs").mkdir(parents=True, exist_ok=True)
    stored = out / STUDY_NAME
    if stored.exists() and (found := read_study(out)) != identity:
        differing = [key for key in identity if found.get(key) != identity[key]]
        raise UsageError(
            f"{out} holds a study of something else ({', '.join(differing)} differ); name another folder, or remove it"
        )
    write_json(stored, identity)


def read_study(out: Path) -> dict[str, Any]:
    """What all runs of a folder have in common: ``protocol`` and ``data``.

    Raises:
        UsageError: it is missing or damaged.
    """
    return _read_json(out / STUDY_NAME)


def read_run(path: Path) -> Run:
    """One run.

    Raises:
        UsageError: the file is damaged; says how to make it again.
    """
    try:
        return Run(**_read_json(path))
    except TypeError as error:
        raise UsageError(f"{path} is damaged ({error}); remove it, and the same command trains it again") from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is damaged ({error}); remove it, and the same command makes it again") from None


def _train(inputs: Inputs, experiment: Any, seed: int, splits: dict[str, Any], on_epoch: Callable[[], None]) -> Run:
    from sklearn.metrics import roc_auc_score

    started = time.monotonic()
    history, scores, parameters = inputs.study.run(experiment, seed, inputs.profile, splits, inputs.training, on_epoch)
    seconds = time.monotonic() - started
    scores = np.nan_to_num(scores, nan=0.5)  # a network that diverged says nothing
    labels = splits["test"][1]
    return Run(
        experiment=experiment.id,
        seed=seed,
        loss=np.round(history["loss"], DECIMALS).tolist(),
        val_loss=np.round(history["val_loss"], DECIMALS).tolist(),
        auc=round(float(roc_auc_score(labels, scores)), DECIMALS),
        tpr=np.round(roc_points(labels, scores)[1], DECIMALS).tolist(),
        parameters=parameters,
        seconds=round(seconds, 1),
    )
