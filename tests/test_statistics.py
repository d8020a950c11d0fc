"""AUC with DeLong's intervals, against scikit-learn, brute force and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autograder.statistics import auc_difference, auc_interval


def draw(rng, n=60, m=80, shift=1.0, digits=1):
    """Labels and scores with ties."""
    y_true = np.repeat([0, 1], [n, m])
    return y_true, np.round(rng.normal(size=n + m) + shift * y_true, digits)


@pytest.mark.parametrize("seed", range(5))
def test_the_auc_is_that_of_scikit_learn(seed):
    """Ties count one half."""
    y_true, scores = draw(np.random.default_rng(seed))
    assert auc_interval(y_true, scores).value == pytest.approx(roc_auc_score(y_true, scores))


def test_the_deviation_is_that_of_the_definition():
    """The interval is the one from the sums over all pairs in DeLong's paper."""
    y_true, scores = draw(np.random.default_rng(1), 12, 9)
    normal, abnormal = scores[y_true == 0], scores[y_true == 1]
    wins = (abnormal[:, None] > normal) + 0.5 * (abnormal[:, None] == normal)
    variance = wins.mean(axis=1).var(ddof=1) / 9 + wins.mean(axis=0).var(ddof=1) / 12
    auc = wins.mean()
    found = auc_interval(y_true, scores)
    for end, sign in ((found.low, -1), (found.high, 1)):
        expected = np.log(auc / (1 - auc)) + sign * 1.959964 * np.sqrt(variance) / (auc * (1 - auc))
        assert np.log(end / (1 - end)) == pytest.approx(expected, rel=1e-5)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Of 400 samples about 95 % have the true AUC in their interval (binomial: 0.92 to 0.98)."""
    rng, truth = np.random.default_rng(2), 0.7602499389065233  # Phi(1 / sqrt(2))
    hits = []
    for _ in range(400):
        found = auc_interval(*draw(rng, digits=6))
        hits.append(found.low <= truth <= found.high)
    assert 0.92 <= np.mean(hits) <= 0.98


def test_the_difference_is_paired():
    """A score against itself differs by nothing at all; against an independent one the interval is wide."""
    rng = np.random.default_rng(3)
    y_true, first = draw(rng)
    _, second = draw(rng, shift=0.2)
    same = auc_difference(y_true, first, first)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    found = auc_difference(y_true, first, second)
    assert found.value == pytest.approx(roc_auc_score(y_true, first) - roc_auc_score(y_true, second))
    assert 0.05 < found.high - found.low < 0.5


def test_a_perfect_score_has_no_width():
    """If no pair is wrong the variance is 0, and the interval has no width instead of being NaN."""
    assert auc_interval(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])).low == 1.0


@pytest.mark.parametrize(
    ("y_true", "scores"), [([1, 1], [0.1, 0.2]), ([0, 1], [0.1]), ([0, 1], [0.1, np.nan]), ([0, 2], [0.1, 0.2])]
)
def test_what_has_no_auc_is_refused(y_true, scores):
    """One class, unequal lengths, NaN, other labels."""
    with pytest.raises(ValueError, match=r"wanted|NaN"):
        auc_interval(np.array(y_true), np.array(scores))
