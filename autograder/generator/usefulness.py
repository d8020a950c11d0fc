"""Whether a network trained on generated images only can classify real ones.

The course's own VGG-16, handed in as a module, trains under the course's protocol on generated or on real
images and is tested on both ("train on synthetic, test on real": Esteban et al. 2017, arXiv:1706.02633).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.config import Profile
from autograder.statistics import Interval, auc_difference, auc_interval

Labelled = tuple[np.ndarray, np.ndarray]

VALIDATION_SHARE = 10
SOURCES = ("synthetic", "real")


@dataclass(frozen=True)
class AucOfRuns:
    """AUC of each seed with DeLong's interval, their mean, and their standard deviation (None for one seed)."""

    runs: tuple[Interval, ...]
    mean: float
    deviation: float | None


@dataclass(frozen=True)
class Usefulness:
    """AUCs of networks trained on one kind of images and tested on another, ``<trained on>_to_<tested on>``.

    ``synthetic_minus_real`` is the paired difference of each seed on real images; ``synthetic_of_real`` the ratio of
    the two means.
    """

    synthetic_to_real: AucOfRuns
    real_to_real: AucOfRuns
    synthetic_to_synthetic: AucOfRuns
    real_to_synthetic: AucOfRuns
    synthetic_minus_real: tuple[Interval, ...]
    synthetic_of_real: float


@dataclass(frozen=True)
class Scores:
    """Probabilities of abnormal, ``(n,)`` float, of one seed's network on each kind of test images."""

    real: np.ndarray
    synthetic: np.ndarray


def judge(trained: Mapping[str, Sequence[Scores]], real: np.ndarray, synthetic: np.ndarray) -> Usefulness:
    """The AUCs of trained networks.

    Args:
        trained: for each of ``SOURCES`` (what the networks were trained on) the scores of each seed.
        real: ``(n,)`` labels of the real test images.
        synthetic: ``(n,)`` labels of the generated ones.
    """

    def auc(source: str, test: str, truth: np.ndarray) -> AucOfRuns:
        runs = tuple(auc_interval(truth, getattr(scores, test)) for scores in trained[source])
        values = [run.value for run in runs]
        deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
        return AucOfRuns(runs, float(np.mean(values)), deviation)

    synthetic_to_real, real_to_real = auc("synthetic", "real", real), auc("real", "real", real)
    pairs = zip(trained["synthetic"], trained["real"], strict=True)
    return Usefulness(
        synthetic_to_real=synthetic_to_real,
        real_to_real=real_to_real,
        synthetic_to_synthetic=auc("synthetic", "synthetic", synthetic),
        real_to_synthetic=auc("real", "synthetic", synthetic),
        synthetic_minus_real=tuple(auc_difference(real, a.real, b.real) for a, b in pairs),
        synthetic_of_real=synthetic_to_real.mean / real_to_real.mean,
    )


def train_and_score(
    reference: Any, profile: Profile, train: Labelled, tests: Mapping[str, np.ndarray], seed: int
) -> Scores:
    """Trains the reference VGG-16 once.

    Args:
        reference: the module ``reference_solution/training.py``.
        profile: the protocol.
        train: ``(n, size, size)`` uint8 images and ``(n,)`` labels; every tenth image only gives the validation loss.
        tests: images to score, ``real`` and ``synthetic``.
        seed: of the weights and the order of the images.
    """
    import keras

    keras.utils.set_random_seed(seed)
    images, labels = train
    watched = np.arange(len(labels)) % VALIDATION_SHARE == 0
    fitted, validation = (
        reference.make_dataset(images[chosen], labels[chosen], profile.batch_size, training=training, seed=seed)
        for chosen, training in ((~watched, True), (watched, False))
    )
    protocol = {
        "epochs": profile.epochs,
        "steps_per_epoch": profile.steps_per_epoch,
        "validation_steps": profile.validation_steps,
        "batch_size": profile.batch_size,
    }
    model = reference.build_and_compile((profile.size, profile.size, 1), profile.width, profile.dense_units)
    reference.train(model, fitted, validation, protocol)
    return Scores(**{name: _predict(model, test) for name, test in tests.items()})


def _predict(model: Any, images: np.ndarray) -> np.ndarray:
    parts = [
        np.asarray(model(images[start : start + 500, ..., None].astype(np.float32) / 255.0, training=False))
        for start in range(0, len(images), 500)
    ]
    return np.concatenate(parts)[:, 0]
