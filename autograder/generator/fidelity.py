"""How close two sets of images are: precision and recall, Fréchet and kernel distance, similarity of pairs.

All but the last work on feature vectors, ``(n, d)`` float arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import sqrtm
from sklearn.neighbors import NearestNeighbors

SIMILARITY_SCALES = (0.0448, 0.2856, 0.3001)
SIMILARITY_WINDOW = 7

Labelled = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Nearness:
    """How near a set of images is to the real training images; see the functions of this module."""

    precision: float
    recall: float
    frechet: float
    kernel: float


@dataclass(frozen=True)
class Similarity:
    """Mean MS-SSIM of random pairs, of normal and of abnormal images."""

    generated: tuple[float, float]
    real: tuple[float, float]


@dataclass(frozen=True)
class Fidelity:
    """Generated images and held-out real ones, each against as many real training images of the same classes.

    ``images``: how many normal and abnormal ones; ``recall_of_real``: the recall of generated images divided by that of
    held-out real ones.
    """

    images: tuple[int, int]
    generated: Nearness
    real: Nearness
    recall_of_real: float
    similarity: Similarity


def compare(
    training: Labelled, unseen: Labelled, generated: Labelled, features: Callable[[np.ndarray], np.ndarray], pairs: int
) -> Fidelity:
    """Takes the measurements.

    Args:
        training: real images that the generator has seen, ``(n, size, size)`` uint8, and their labels.
        unseen: real images of other patients, and their labels.
        generated: generated images, and their labels.
        features: images to vectors ``(n, d)``.
        pairs: number of pairs, for the similarity.
    """
    counts = class_counts(unseen[1])
    reference = features(of_classes(*training, counts))
    of_unseen = _nearness(reference, features(unseen[0]))
    of_generated = _nearness(reference, features(of_classes(*generated, counts)))
    similarity = Similarity(_similarities(generated, pairs), _similarities(training, pairs))
    return Fidelity(counts, of_generated, of_unseen, of_generated.recall / of_unseen.recall, similarity)


def class_counts(labels: np.ndarray) -> tuple[int, int]:
    """How many normal and abnormal images there are."""
    return int(np.sum(labels == 0)), int(np.sum(labels == 1))


def of_classes(images: np.ndarray, labels: np.ndarray, counts: tuple[int, int]) -> np.ndarray:
    """``counts`` images of each class, evenly spread over the set; all of a class if it has fewer."""
    chosen = []
    for label, count in enumerate(counts):
        indices = np.flatnonzero(labels == label)
        chosen.append(indices[np.linspace(0, len(indices) - 1, min(count, len(indices))).astype(int)])
    return np.asarray(images[np.sort(np.concatenate(chosen))])


def _nearness(reference: np.ndarray, other: np.ndarray) -> Nearness:
    precision, recall = precision_recall(reference, other)
    return Nearness(precision, recall, frechet_distance(reference, other), kernel_distance(reference, other))


def _similarities(labelled: Labelled, pairs: int) -> tuple[float, float]:
    images, labels = labelled
    normal, abnormal = (mean_similarity(images[labels == label], pairs, seed=label) for label in (0, 1))
    return normal, abnormal


def precision_recall(reference: np.ndarray, other: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Improved precision and recall.

    A set's manifold is the union of balls around its points, each as large as the distance to the
    ``k``-th nearest other point of the set.

    Returns:
        Precision, the share of ``other`` within the manifold of ``reference``, and recall, the share of
        ``reference`` within the manifold of ``other``; both in [0, 1].

    Source: Kynkäänniemi et al. (2019), arXiv:1904.06991.
    """
    return _share_within(other, reference, k), _share_within(reference, other, k)


def _share_within(points: np.ndarray, manifold: np.ndarray, k: int) -> float:
    neighbours = NearestNeighbors(n_neighbors=k + 1).fit(manifold)
    radii = neighbours.kneighbors(manifold)[0][:, k]
    distances = NearestNeighbors(radius=float(radii.max())).fit(manifold).radius_neighbors(points)
    inside = [bool(np.any(d <= radii[i])) for d, i in zip(*distances, strict=True)]
    return float(np.mean(inside))


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Squared Fréchet distance of two normal distributions fitted to the sets.

    ``|mean_a - mean_b|^2 + trace(C_a + C_b - 2 sqrt(C_a C_b))``, at least 0.

    Source: Heusel et al. (2017), arXiv:1706.08500.
    """
    covariances = [np.cov(x, rowvar=False) for x in (a, b)]
    root = np.real(sqrtm(covariances[0] @ covariances[1]))
    gap = a.mean(axis=0) - b.mean(axis=0)
    return max(0.0, float(gap @ gap + np.trace(covariances[0] + covariances[1] - 2.0 * root)))


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Squared maximum mean discrepancy, unbiased, with the kernel ``(x.y / d + 1)^3``; about 0 for equal sources.

    Source: Bińkowski et al. (2018), arXiv:1801.01401.
    """
    d = a.shape[1]

    def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.asarray((x @ y.T / d + 1.0) ** 3)

    def within(x: np.ndarray) -> float:
        full = kernel(x, x)
        return float((full.sum() - np.trace(full)) / (len(x) * (len(x) - 1)))

    return within(a) + within(b) - 2.0 * float(kernel(a, b).mean())


def mean_similarity(images: np.ndarray, pairs: int, seed: int) -> float:
    """Mean MS-SSIM of random pairs of different images; 1 when all are the same.

    Three scales and a window of 7 pixels, since the images are small.

    Args:
        images: ``(n, size, size)`` uint8, of one class; size at least 32.
        pairs: how many pairs.
        seed: of the choice of pairs.

    Source: Wang, Simoncelli and Bovik (2003), "Multiscale structural similarity for image quality assessment".
    """
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    first = rng.integers(len(images), size=pairs)
    second = (first + rng.integers(1, len(images), size=pairs)) % len(images)
    weights = np.array(SIMILARITY_SCALES) / sum(SIMILARITY_SCALES)
    values = [
        tf.image.ssim_multiscale(
            images[first[chunk], ..., None].astype(np.float32),
            images[second[chunk], ..., None].astype(np.float32),
            255.0,
            power_factors=weights.tolist(),
            filter_size=SIMILARITY_WINDOW,
        ).numpy()
        for chunk in np.array_split(np.arange(pairs), max(1, pairs // 100))
    ]
    return float(np.mean(np.concatenate(values)))
