"""Dealing images to splits."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.errors import UsageError
from autograder.importing.selection import deal

SHARES = {"train": 60.0, "validation": 20.0, "test": 20.0}


def counts(labels, splits):
    """Images of each split and class."""
    return [[int(np.sum((splits == s) & (labels == c))) for c in (0, 1)] for s in range(int(splits.max()) + 1)]


def test_single_images_are_dealt_exactly():
    """Both classes are shared as asked, to the image."""
    labels = np.repeat([0, 1], [50, 105])
    assert counts(labels, deal(labels, np.arange(155), SHARES, 1)) == [[30, 63], [10, 21], [10, 21]]


def test_the_seed_decides():
    """The same seed deals alike, another one otherwise."""
    labels = np.repeat([0, 1], 50)
    first, again, other = (deal(labels, np.arange(100), SHARES, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("seed", range(5))
def test_patients_stay_together_and_shares_come_near(seed):
    """Patients have one to eight images, some of both classes; no share is off by more than three points."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(200), rng.integers(1, 9, 200))
    labels = (groups % 2) ^ (rng.random(len(groups)) < 0.1)
    splits = deal(labels.astype(np.int64), groups, SHARES | {"train": 40.0, "hidden": 20.0}, seed)
    assert all(len(set(splits[groups == g])) == 1 for g in range(200))
    for label in (0, 1):
        shares = [100 * np.mean(splits[labels == label] == s) for s in range(4)]
        np.testing.assert_allclose(shares, [40, 20, 20, 20], atol=3)


def test_few_patients_are_spread_so_that_every_split_has_both_classes():
    """Three patients of a class for three splits is enough."""
    labels, groups = np.repeat([0, 1], 15), np.repeat(np.arange(6), 5)
    assert np.min(counts(labels, deal(labels, groups, SHARES, 3))) == 5


def test_too_few_images_or_patients_are_refused():
    """A split without one class could not be used; the text says what to do."""
    with pytest.raises(UsageError, match="2 normal images are too few"):
        deal(np.repeat([0, 1], [2, 50]), np.arange(52), SHARES, 1)
    with pytest.raises(UsageError, match=r"too few patients.*--patient-pattern"):
        deal(np.repeat([0, 1], 30), np.zeros(60, int), SHARES, 1)
