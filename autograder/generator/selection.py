"""Selects the best checkpoint of a training run: the one whose images are nearest to unseen real ones.

The score is the kernel distance (``fidelity``) between generated and held-out real images, in the
features of a network trained on the other real images, averaged over the two classes; smaller is better.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograder.generator.features import FeatureExtractor, train_features
from autograder.generator.fidelity import kernel_distance, precision_recall
from autograder.generator.real import RealImages, shrink

FEATURES_NAME = "features.npz"
FEATURE_SIZE = 64
IMAGES_PER_CLASS = 500


class Judge:
    """Scores generators of one run.

    Args:
        real: the run's real images.
        folder: the run's folder; the feature network is trained once and kept there.
        steps: batches that the feature network is trained on.
    """

    def __init__(self, real: RealImages, folder: Path, steps: int):
        self._size = min(FEATURE_SIZE, real.images.shape[1])
        path = folder / FEATURES_NAME
        if not path.exists():
            images, labels = real.part(held_out=False)
            train_features(shrink(images, self._size), labels, steps=steps, seed=0).save(path)
        self._features = FeatureExtractor.load(path, self._size)
        unseen, labels = real.part(held_out=True)
        self._unseen = [self._features(shrink(unseen[labels == label], self._size)) for label in (0, 1)]

    def scores(self, draw: Callable[[int, int], np.ndarray]) -> dict[str, float]:
        """Kernel distance, precision and recall of generated images, each averaged over the classes.

        Args:
            draw: makes ``(count, size, size)`` uint8 images of a class: ``draw(label, count)``.
        """
        rows = []
        for label, unseen in enumerate(self._unseen):
            generated = self._features(shrink(draw(label, IMAGES_PER_CLASS), self._size))
            some = generated[: len(unseen)]
            rows.append((kernel_distance(unseen, generated), *precision_recall(unseen[: len(some)], some)))
        kernel, precision, recall = np.mean(rows, axis=0)
        return {"kernel_distance": float(kernel), "precision": float(precision), "recall": float(recall)}
