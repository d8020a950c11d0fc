"""Nearest training images and membership inference."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.generator.goals import memorisation
from autograder.generator.privacy import Distances, Privacy, membership_auc, nearest
from autograder.statistics import Interval


def test_the_nearest_is_that_of_all_pairs():
    """Distances are root mean squares."""
    rng = np.random.default_rng(0)
    queries, references = rng.integers(0, 256, (20, 4, 4), np.uint8), rng.integers(0, 256, (30, 4, 4), np.uint8)
    gaps = np.sqrt(((queries[:, None].astype(float) - references) ** 2).mean(axis=(2, 3)))
    distance, index = nearest(queries, references)
    np.testing.assert_array_equal(index, gaps.argmin(axis=1))
    np.testing.assert_allclose(distance, gaps.min(axis=1))


def test_a_copy_has_distance_0():
    """Exactly, in spite of large numbers."""
    references = np.random.default_rng(1).integers(200, 256, (50, 64, 64), np.uint8)
    distance, index = nearest(references[17:18], references)
    assert (index[0], distance[0]) == (17, 0.0)


def test_membership_is_a_coin_toss_for_independent_images_and_plain_for_copies():
    """AUC near 0.5 when the generator knows nothing, near 1 when it repeats its training images."""
    rng = np.random.default_rng(2)
    members, others, fresh = (rng.normal(size=(300, 5)) for _ in range(3))
    fair = membership_auc(members, others, fresh)
    assert fair.low <= 0.5 <= fair.high
    assert membership_auc(members, others, members + rng.normal(0, 0.01, members.shape)).value > 0.99


@pytest.mark.parametrize(("suspects", "words"), [(0, "No training image was memorised"), (3, "3 of 2,000")])
def test_the_verdict_is_plain(suspects, words):
    """Either nothing was memorised, or how many images are suspected."""
    pixels = Distances(9.0, 9.0, 7.1, 6.2, suspects, Interval(0.5, 0.4, 0.6))
    text = memorisation(Privacy(generated=2000, unseen=1040, pixels=pixels, features=pixels, closest=()))
    assert words in text and "7.1" in text and "6.2" in text
