"""Means, intervals and verdicts against numbers worked out by hand or by another library."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autograder.statistics import Estimate, estimate
from autograder.study.summary import has_learned, overfitting_gap, paired_difference, summarise
from tests.study.conftest import EXPERIMENTS, failed, made_up


def test_the_interval_is_students():
    """SciPy's one-sample t-test gives the same interval."""
    from scipy import stats

    values = [0.91, 0.95, 0.94, 0.92]
    wanted = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    found = estimate(values)
    assert found.mean == pytest.approx(0.93)
    assert found.interval == pytest.approx((wanted.low, wanted.high))


def test_the_interval_stays_where_an_auc_can_be():
    """Two seeds far apart give an interval that would reach beyond 0 and 1."""
    assert estimate([0.5, 0.98], 0.0, 1.0).interval == (0.0, 1.0)


def test_one_seed_has_no_interval_and_equal_ones_have_none_to_speak_of():
    """A mean alone, and an interval of width 0."""
    assert estimate([0.9]) == Estimate(0.9, None)
    assert estimate([0.9, 0.9, 0.9]).interval == pytest.approx((0.9, 0.9))


def test_an_estimate_as_text():
    """The interval is in brackets, if there is one."""
    assert Estimate(0.9774, (0.97, 0.985)).text() == "0.977 [0.970, 0.985]"
    assert Estimate(0.0016, None).text("+.4f") == "+0.0016"


@pytest.mark.parametrize(("interval", "sign"), [((0.1, 0.2), 1), ((-0.2, -0.1), -1), ((-0.1, 0.1), 0), (None, 0)])
def test_the_sign_of_a_difference_is_told_by_its_interval(interval, sign):
    """Without an interval, or with 0 in it, there is none."""
    assert Estimate(0.15, interval).sign == sign


def test_a_summary_of_three_seeds():
    """Means over the seeds of what a run holds, whatever order the files came in."""
    runs = [made_up("elu", 2, auc=0.98), made_up("elu", 0, auc=0.96, loss=0.3), made_up("elu", 1, auc=0.97)]
    (found,) = summarise(EXPERIMENTS, [*runs, made_up("unknown")])
    assert found.experiment is EXPERIMENTS[0] and [run.seed for run in found.runs] == [0, 1, 2]
    assert found.auc.mean == pytest.approx(0.97)
    half = 4.302653 * 0.01 / math.sqrt(3)
    assert found.auc.interval == pytest.approx((0.97 - half, 0.97 + half))
    assert (found.loss, found.val_loss, found.gap) == pytest.approx((0.7 / 3, 0.7 / 3 + 0.01, 0.01))
    assert (found.parameters, found.seconds_per_epoch, found.learned_text) == (5000, 2.0, "3 of 3 seeds")


def test_summaries_come_in_the_order_of_the_experiments():
    """Experiments without a run are left out."""
    found = summarise(EXPERIMENTS, [made_up("tanh"), made_up("elu")])
    assert [summary.experiment.id for summary in found] == ["elu", "tanh"]


def test_the_title_says_sigmoid_where_only_the_group_does():
    """ "batch normalisation" alone would not say of what."""
    found = summarise(EXPERIMENTS, [made_up("sigmoid"), made_up("sigmoid_normalised")])
    assert [summary.title for summary in found] == ["sigmoid, 3x3", "sigmoid: batch normalisation"]


@pytest.mark.parametrize(
    ("auc", "loss", "learned"),
    [(0.97, 0.2, True), (0.5, 0.693, False), (0.95, 0.69, False), (0.7, 0.3, False), (0.97, math.nan, False)],
)
def test_learning_takes_an_order_and_a_loss(auc, loss, learned):
    """An AUC that luck gave, with a loss at ln 2, is not learning; NaN never is."""
    assert has_learned(made_up("elu", auc=auc, loss=loss)) is learned


def test_some_seeds_may_learn():
    """The summary counts them."""
    (found,) = summarise(EXPERIMENTS, [made_up("relu", 0), failed("relu", 1), made_up("relu", 2)])
    assert (found.learned, found.learned_text) == (2, "2 of 3 seeds")
    (one,) = summarise(EXPERIMENTS, [failed("relu")])
    assert one.learned_text == "0 of 1 seed"


@pytest.mark.parametrize("epochs", [1, 3, 8])
def test_the_gap_is_of_the_last_five_epochs_or_fewer(epochs):
    """NumPy's mean of the same epochs."""
    run = made_up("elu", epochs=epochs)
    run.val_loss[:] = np.arange(epochs, dtype=float).tolist()
    run.loss[:] = [1.0] * epochs
    assert overfitting_gap(run) == pytest.approx(np.arange(epochs)[-5:].mean() - 1)


def test_differences_are_paired_by_seed():
    """A scatter that both networks share does not widen the interval; seeds that only one has are left out."""
    one = [made_up("elu", seed, auc=auc) for seed, auc in enumerate((0.90, 0.94, 0.98))]
    other = [made_up("elu_7x7", seed, auc=auc) for seed, auc in enumerate((0.91, 0.951, 0.989, 0.2))]
    small, large = summarise(EXPERIMENTS, one + other)
    found = paired_difference(large, small, lambda run: run.auc)
    assert found.mean == pytest.approx(0.01) and found.sign == 1
    assert found.interval[1] - found.interval[0] < 0.01
    assert paired_difference(small, large, lambda run: run.auc).mean == pytest.approx(-0.01)


def test_without_a_common_seed_there_is_no_difference():
    """Nothing is compared with another seed's run."""
    small, large = summarise(EXPERIMENTS, [made_up("elu", 0), made_up("elu_7x7", 1)])
    assert paired_difference(large, small, lambda run: run.auc) is None
