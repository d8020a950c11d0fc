"""Whether a network that never saw a real image can judge real ones.

The course's own VGG-16, handed in as a module, trains under the course's protocol on generated or on real
images and is tested on both ("train on synthetic, test on real": Esteban et al. 2017, arXiv:1706.02633).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.config import Profile

Labelled = tuple[np.ndarray, np.ndarray]

VALIDATION_SHARE = 10


def train_and_score(
    reference: Any, profile: Profile, train: Labelled, tests: Mapping[str, np.ndarray], seed: int
) -> dict[str, np.ndarray]:
    """Trains the reference VGG-16 once.

    Args:
        reference: the module ``reference_solution/training.py``.
        profile: the protocol.
        train: ``(n, size, size)`` uint8 images and ``(n,)`` labels; every tenth image only gives the validation loss.
        tests: images to score, by name.
        seed: of the weights and the order of the images.

    Returns:
        Of each set of test images the probabilities of abnormal, ``(n,)`` float.
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
    return {name: _predict(model, test) for name, test in tests.items()}


def _predict(model: Any, images: np.ndarray) -> np.ndarray:
    parts = [
        np.asarray(model(images[start : start + 500, ..., None].astype(np.float32) / 255.0, training=False))
        for start in range(0, len(images), 500)
    ]
    return np.concatenate(parts)[:, 0]
