"""Whether a generator has learned single images by heart.

Three questions.  Are generated images nearer to the training images than unseen real ones are?  Is any so
near that it is a copy?  Can the training images be told from unseen ones by how near the generated images
come to them (a black-box membership inference; Chen et al. 2020, "GAN-Leaks", arXiv:1909.03935)?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.statistics import Interval, auc_interval

CHUNK = 500


@dataclass(frozen=True)
class Nearest:
    """Of each query the nearest reference: its index, its distance, and the distance of the second nearest."""

    index: np.ndarray
    distance: np.ndarray
    second: np.ndarray


def nearest(queries: np.ndarray, references: np.ndarray) -> Nearest:
    """Nearest references by root mean square difference, in bounded memory.

    Args:
        queries: ``(n, ...)`` vectors or images.
        references: ``(m, ...)`` of the same form, m at least 2.
    """
    flat_r = references.reshape(len(references), -1).astype(np.float32)
    square_r = np.einsum("ij,ij->i", flat_r, flat_r)
    parts = []
    for start in range(0, len(queries), CHUNK):
        flat_q = queries[start : start + CHUNK].reshape(-1, flat_r.shape[1]).astype(np.float32)
        squares = np.einsum("ij,ij->i", flat_q, flat_q)[:, None] + square_r - 2.0 * flat_q @ flat_r.T
        two = np.argpartition(squares, 1, axis=1)[:, :2]
        # Squares of small differences of large numbers lose their digits, so the two are computed again.
        gaps = np.stack([np.mean((flat_q - flat_r[two[:, n]]) ** 2, axis=1, dtype=np.float64) for n in (0, 1)], axis=1)
        order = np.argsort(gaps, axis=1)
        rows = np.arange(len(flat_q))
        parts.append((two[rows, order[:, 0]], np.sqrt(gaps[rows, order[:, 0]]), np.sqrt(gaps[rows, order[:, 1]])))
    index, first, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Nearest(index, first, second)


def membership_auc(members: np.ndarray, others: np.ndarray, generated: np.ndarray) -> Interval:
    """AUC of the guess that images with a near generated image were trained on; 0.5 is no leak."""
    distances = [nearest(real, generated).distance for real in (members, others)]
    labels = np.repeat([1, 0], [len(members), len(others)])
    return auc_interval(labels, -np.concatenate(distances))
