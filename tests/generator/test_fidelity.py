"""Distances between sets of images, against cases with a known answer."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.generator.fidelity import frechet_distance, kernel_distance, mean_similarity, precision_recall


def brute_share_within(points, manifold, k):
    """The share of points inside the union of balls, by the definition."""
    gaps = np.linalg.norm(manifold[:, None] - manifold, axis=2)
    radii = np.sort(gaps, axis=1)[:, k]
    return np.mean([np.any(np.linalg.norm(manifold - point, axis=1) <= radii) for point in points])


def test_precision_and_recall_are_those_of_the_definition():
    """Brute force over all pairs gives the same shares."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(50, 3)), rng.normal(0.5, 0.7, size=(40, 3))
    assert precision_recall(a, b) == pytest.approx((brute_share_within(b, a, 3), brute_share_within(a, b, 3)))


def test_one_repeated_image_has_precision_but_no_recall():
    """A generator without variety draws well and covers nothing."""
    rng = np.random.default_rng(1)
    real = rng.normal(size=(200, 4))
    collapsed = rng.normal(0.0, 0.01, size=(200, 4))
    precision, recall = precision_recall(real, collapsed)
    assert precision > 0.95 and recall < 0.05


def test_two_samples_of_one_source_are_near_in_every_way():
    """What real against real looks like."""
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(400, 4)), rng.normal(size=(400, 4))
    precision, recall = precision_recall(a, b)
    assert min(precision, recall) > 0.7
    assert frechet_distance(a, b) < 0.1
    assert abs(kernel_distance(a, b)) < 0.05


def test_the_frechet_distance_of_two_normal_clouds():
    """Means 3 apart along one axis, deviations 1 and 2 along the other: 9 + (2 - 1)^2."""
    rng = np.random.default_rng(3)
    cloud = rng.normal(size=(20000, 2))
    other = cloud[::-1] * np.array([1.0, 2.0]) + np.array([3.0, 0.0])
    assert frechet_distance(cloud, other) == pytest.approx(10.0, rel=0.02)


def test_the_kernel_distance_is_that_of_the_definition():
    """The mean over all pairs of different points, by loops."""
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(6, 3)), rng.normal(1.0, 1.0, size=(5, 3))

    def mean(x, y, same):
        values = [(p @ q / 3 + 1) ** 3 for i, p in enumerate(x) for j, q in enumerate(y) if not (same and i == j)]
        return np.mean(values)

    assert kernel_distance(a, b) == pytest.approx(mean(a, a, True) + mean(b, b, True) - 2 * mean(a, b, False))


def test_the_similarity_of_pairs_tells_copies_from_noise():
    """Copies of one image are as similar as can be; independent noise is not similar at all."""
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 256, (20, 64, 64)).astype(np.uint8)
    copies = np.repeat(noise[:1], 20, axis=0)
    assert mean_similarity(copies, 10, seed=0) == pytest.approx(1.0, abs=1e-5)
    assert mean_similarity(noise, 10, seed=0) < 0.2
