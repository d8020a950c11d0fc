"""The thresholds follow from the scatter as they are said to: checked by simulation and by cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.calibration.pipelines import Candidate, Measured
from autograder.calibration.steps import Scatter, calibrate, chance_below, inverse_logit, logit
from autograder.errors import UsageError
from autograder.grading.training.evidence import Failure, FailureKind, Gain, Kinship, Losses, Run

DIVERGED = Measured(Run(None, failure=Failure(FailureKind.DIVERGED, "NaN")), None, None, 5, 1.0)


NEAR = Kinship(kernels=0.99, filters=0.95, least_moved=0.02, most_bias=0.2)


def measured(auc, *, error=0.0, too_early=False, gained=True, kinship=NEAR, off=0.02, fall=0.1):
    """A run of this AUC whose logit has this standard error on another hidden split."""
    low, high = (inverse_logit(logit(auc) + sign * error) for sign in (-1, 1))
    run = Run(
        auc,
        (0.3, 0.2),
        (0.2 + fall, 0.2),
        Losses(0.2, 0.2 + off),
        gain=Gain(0.3 if gained else auc, auc),
        kinship=kinship,
    )
    return Measured(run, low, high, 5 if too_early else 2, 1.0)


def faults(*aucs, **changes):
    """Runs of a faulty pipeline, whose AUCs hardly scatter."""
    return [measured(inverse_logit(logit(auc) + 1e-3 * n), **changes) for n, auc in enumerate(aucs)]


def candidate(id, right, seeds=3):
    """A pipeline without a source."""
    return Candidate(id, id, right, seeds, ())


def calibrated(right, faulty):
    """The calibration of one right and one faulty pipeline with these runs."""
    return calibrate([candidate("right", True), candidate("fault", False)], {"right": right, "fault": faulty})


def test_a_right_pipeline_fails_at_its_bound_as_rarely_as_is_said():
    """Over many calibrations from 5 seeds, two runs both miss the bound with a chance above 1 % in 5 % of them."""
    rng = np.random.default_rng(0)
    logits = rng.normal(3.0, 0.4, size=(20_000, 5))
    bounds = [logit(Scatter(5, mean, deviation, 0.0).bound)
              for mean, deviation in zip(logits.mean(axis=1), logits.std(axis=1, ddof=1), strict=True)]  # fmt: skip
    from scipy.stats import norm

    chances = norm.cdf((np.array(bounds) - 3.0) / 0.4) ** 2
    # 20,000 draws of a share of 5 % have a standard error of 0.15 %; five of them.
    assert np.mean(chances > 0.01) == pytest.approx(0.05, abs=0.008)


def test_the_chance_to_fail_at_the_bound_is_one_per_cent():
    """Both ways of reading the tolerance limit agree, whatever the number of seeds."""
    for seeds in (3, 10, 50):
        scatter = Scatter(seeds, 3.0, 0.2, 0.0)
        assert scatter.chance_to_fail(scatter.bound) == pytest.approx(0.01, rel=1e-3)
    assert Scatter(10, 3.0, 0.2, 0.0).chance_to_fail(0.5) < 1e-6
    assert Scatter(10, 3.0, 0.2, 0.0).chance_to_fail(0.99999) > 0.99


def test_more_seeds_and_less_scatter_raise_the_bound_and_another_hidden_split_lowers_it():
    """What is not known is paid for by a lower threshold."""
    assert Scatter(3, 3.0, 0.2, 0.0).bound < Scatter(10, 3.0, 0.2, 0.0).bound < Scatter(10, 3.0, 0.1, 0.0).bound
    lowered = Scatter(10, 3.0, 0.1, 0.1)
    assert logit(Scatter(10, 3.0, 0.1, 0.0).bound) - logit(lowered.bound) == pytest.approx(0.2326, abs=1e-3)


def test_full_marks_stand_half_way_between_right_and_faulty():
    """Between a bound of 0.97 (no scatter) and a best fault of 0.70, on the logit scale; errors double step by step."""
    found = calibrated([measured(0.97)] * 3, [measured(0.7)] * 3)
    assert (round(found.bound, 3), found.best_fault) == (0.97, 0.7)
    assert found.full == round(inverse_logit((logit(0.97) + logit(0.7)) / 2), 2) == 0.9
    assert [(step.auc, step.credit) for step in found.steps] == [(0.7, 0.5), (0.8, 0.75), (0.9, 1.0)]


def test_a_fault_that_scatters_raises_full_marks():
    """Until two of its runs reach them with a chance of at most 5 %, at a confidence of 95 %; else there are none."""
    logits = np.linspace(-2.5, 1.5, 12)
    fault = [measured(inverse_logit(value)) for value in logits]
    found = calibrated([measured(0.98)] * 3, fault)
    half_way = inverse_logit((logit(0.98) + logits[-1]) / 2)
    assert found.full > half_way + 0.02 and found.chances["fault"] <= 0.05
    one = chance_below(-logit(found.full), 12, float(np.mean(-logits)), float(np.std(logits, ddof=1)))
    assert found.chances["fault"] == pytest.approx(1 - (1 - one) ** 2)
    assert calibrated([measured(0.96)] * 3, fault).steps == ()  # no room for it
    few = calibrated([measured(0.98)] * 3, fault[::4])  # 3 seeds tell little about a scatter
    assert few.steps == () and few.chances["fault"] > 0.05


def test_the_chance_of_a_value_below_a_limit_is_an_upper_limit():
    """It falls below the true chance in 5 % of all samples, see above; far away it is as good as none."""
    rng = np.random.default_rng(1)
    samples = rng.normal(2.0, 1.0, size=(4_000, 8))
    limits = [chance_below(0.0, 8, float(sample.mean()), float(sample.std(ddof=1))) for sample in samples]
    from scipy.stats import norm

    assert np.mean(np.array(limits) < norm.cdf(-2.0)) == pytest.approx(0.05, abs=0.018)  # five standard errors
    assert chance_below(0.0, 3, 9.0, 0.0) < 1e-12 and chance_below(0.0, 3, -9.0, 0.1) > 0.999


@pytest.mark.parametrize("changes", [{"off": 0.5}, {"too_early": True}, {"gained": False}])
def test_a_fault_that_another_rule_stops_leaves_the_steps_alone(changes):
    """Its AUC says nothing then; how surely the rule stops it is said as it is of an AUC."""
    runs = [
        measured(auc, **changes | ({"fall": 0.1 + auc / 100} if "too_early" in changes else {}))
        for auc in (0.97, 0.971, 0.972)
    ]
    found = calibrated([measured(0.97)] * 3, runs)
    assert found.best_fault == 0.5
    # Where it gained nothing, nothing says how surely.
    assert found.steps and (found.chances["fault"] <= 0.05) is (
        "gained" not in changes
    )  # there nothing says how surely


def test_lower_steps_never_pay_for_chance():
    """No step is below 0.70, which fresh networks reach by chance."""
    found = calibrated([measured(0.87)] * 3, [measured(0.6)] * 3)
    assert [(step.auc, step.credit) for step in found.steps] == [(0.7, 0.75), (0.76, 1.0)]
    found = calibrated([measured(0.75)] * 3, [measured(0.5)] * 3)
    assert [(step.auc, step.credit) for step in found.steps] == [(0.7, 1.0)]
    assert calibrated([measured(0.69)] * 3, [measured(0.5)] * 3).steps == ()


@pytest.mark.parametrize("fault", [0.97, 0.999])
def test_without_room_there_are_no_steps(fault):
    """A faulty pipeline as good as the right ones cannot be told from them by its AUC."""
    assert calibrated([measured(0.97)] * 3, [measured(fault)] * 3).steps == ()


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([measured(0.97), measured(0.97)], "at least 3 seeds"),
        ([measured(0.97), measured(0.97), measured(0.97, too_early=True)], "seed 2"),
        ([measured(0.97), DIVERGED, measured(0.97)], "seed 1"),
    ],
)
def test_a_right_pipeline_that_is_none_is_named(runs, text):
    """It must not diverge or stop too early, and needs a scatter."""
    with pytest.raises(UsageError, match=text):
        calibrated(runs, [measured(0.6)] * 3)


def test_bounds_are_four_times_as_far_as_right_training_went():
    """A correlation is the cosine of an angle whose tangent is the way from the initial weights."""
    far = Kinship(kernels=0.98, filters=0.9, least_moved=0.01, most_bias=0.25)
    runs = [measured(0.97), measured(0.97, kinship=far, off=0.07), measured(0.97)]
    bounds = calibrated(runs, [measured(0.6)] * 3).bounds
    for name, value in (("kernels", 0.98), ("filters", 0.9)):
        way = np.tan(np.arccos(getattr(bounds, name)))
        assert way == pytest.approx(4 * np.tan(np.arccos(value)), rel=0.05)
    assert bounds.least_moved == pytest.approx(0.0025) and bounds.most_bias == pytest.approx(1.0)
    assert bounds.loss == pytest.approx(0.28)
    assert (
        calibrated([measured(0.97, off=0.01)] * 3, [measured(0.6)] * 3).bounds.loss == 0.05
    )  # nobody is asked for less
    faded = calibrated([measured(0.97, kinship=Kinship(-0.01, -0.1, 3.0, 9.0))] * 3, [measured(0.6)] * 3).bounds
    assert (faded.kernels, faded.filters) == (-1.0, -1.0)
