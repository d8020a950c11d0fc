"""Estimates with their uncertainty: areas under ROC curves, and means over seeds.

Source of the former: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), doi:10.2307/2531595; computed by
midranks as in Sun and Xu (2014), IEEE Signal Processing Letters 21(11), doi:10.1109/LSP.2014.2337313.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata
from scipy.stats import t as student_t

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds with its 95 % interval, which is None for a single seed."""

    mean: float
    interval: tuple[float, float] | None

    def text(self, spec: str = ".3f") -> str:
        """``0.977 [0.974, 0.980]``, or the mean alone."""
        if self.interval is None:
            return format(self.mean, spec)
        return f"{self.mean:{spec}} [{self.interval[0]:{spec}}, {self.interval[1]:{spec}}]"

    @property
    def sign(self) -> int:
        """1 or -1 where the interval lies above or below 0, and 0 where it contains 0 or there is none."""
        low, high = self.interval or (-math.inf, math.inf)
        return int(low > 0) - int(high < 0)


def auc_interval(y_true: np.ndarray, y_score: np.ndarray, level: float = 0.95) -> Interval:
    """AUC with DeLong's interval, taken on the logit scale so that it stays within [0, 1].

    Args:
        y_true: ``(n,)`` int, 0 normal, 1 abnormal.
        y_score: ``(n,)`` float, higher is more abnormal.
        level: confidence.

    Raises:
        ValueError: one class only, unequal lengths, or scores that are not finite.
    """
    below, above = _components(y_true, y_score)
    auc = float(below.mean())
    deviation = float(np.sqrt(_variance(below) + _variance(above)))
    if not 0.0 < auc < 1.0 or deviation == 0.0:
        return Interval(auc, auc, auc)
    reach = norm.ppf(0.5 + level / 2.0) * deviation / (auc * (1.0 - auc))
    middle = np.log(auc / (1.0 - auc))
    low, high = (float(1.0 / (1.0 + np.exp(-(middle + sign * reach)))) for sign in (-1.0, 1.0))
    return Interval(auc, low, high)


def auc_difference(y_true: np.ndarray, first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Interval:
    """AUC of ``first`` minus AUC of ``second``, two scores of the same images, with DeLong's paired interval."""
    (below_a, above_a), (below_b, above_b) = _components(y_true, first), _components(y_true, second)
    difference = float(below_a.mean() - below_b.mean())
    deviation = np.sqrt(_variance(below_a - below_b) + _variance(above_a - above_b))
    reach = float(norm.ppf(0.5 + level / 2.0) * deviation)
    return Interval(difference, difference - reach, difference + reach)


def estimate(values: Sequence[float], lowest: float = -math.inf, highest: float = math.inf) -> Estimate:
    """Mean and 95 % t-interval, mean +- t(n - 1) * s / sqrt(n), clipped to the possible values.

    Args:
        values: (n,) float, n >= 1, one for each seed.
        lowest: the smallest possible value.
        highest: the largest possible value.

    Source: Student (1908), "The probable error of a mean".
    """
    mean, count = float(np.mean(values)), len(values)
    if count < 2:
        return Estimate(mean, None)
    half = float(student_t.ppf((1 + CONFIDENCE) / 2, count - 1) * np.std(values, ddof=1) / math.sqrt(count))
    return Estimate(mean, (max(lowest, mean - half), min(highest, mean + half)))


def _components(y_true: np.ndarray, y_score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each abnormal image the share of normal ones below it, for each normal one that of abnormal ones above."""
    y_true, y_score = np.asarray(y_true), np.asarray(y_score, dtype=float)
    if y_true.shape != y_score.shape or set(np.unique(y_true).tolist()) != {0, 1}:
        raise ValueError(f"wanted as many labels as scores, 0 and 1 both among them; got {y_true.shape} labels")
    if not np.isfinite(y_score).all():
        raise ValueError("the scores hold NaN or infinite values")
    abnormal, normal = y_score[y_true == 1], y_score[y_true == 0]
    ranks = rankdata(np.concatenate([abnormal, normal]))
    below = (ranks[: len(abnormal)] - rankdata(abnormal)) / len(normal)
    above = 1.0 - (ranks[len(abnormal) :] - rankdata(normal)) / len(abnormal)
    return below, above


def _variance(parts: np.ndarray) -> float:
    """Variance of the mean of ``parts``."""
    return float(parts.var(ddof=1) / len(parts)) if len(parts) > 1 else 0.0
