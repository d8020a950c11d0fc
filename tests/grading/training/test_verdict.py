"""What is measured next, and what the evidence earns; no network is trained here."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from autograder.config import AucStep, Bounds
from autograder.grading.training.evidence import Evidence, Failure, FailureKind, Gain, Kinship, Losses, Run, kinship_of
from autograder.grading.training.verdict import (
    auc_credit,
    best_run,
    doubt_gain,
    doubt_kinship,
    judge,
    misreport,
    misreported,
    needs_another_run,
    stopped_too_early,
)
from tests.profiles import make_profile

PROFILE = make_profile(auc_steps=(AucStep(0.7, 0.5), AucStep(0.8, 0.75), AucStep(0.9, 1.0)), epochs=5)
NEAR = Kinship(kernels=0.9, filters=0.8, least_moved=0.1, most_bias=0.1)
BOUNDS = Bounds(kernels=0.6, filters=0.5, least_moved=0.01, most_bias=1.0, loss=0.1)
DIVERGED = Run(None, failure=Failure(FailureKind.DIVERGED, "NaN"))


def run_of(auc, **changes):
    """A run of this AUC that nothing speaks against; None diverged."""
    if auc is None:
        return DIVERGED
    return Run(auc, chosen={"activation": "elu"}, label="elu", **{"gain": Gain(0.5, auc), "kinship": NEAR} | changes)


def evidence_of(*aucs):
    """Evidence of these AUCs."""
    return Evidence(tuple(map(run_of, aucs)))


def gathered(aucs):
    """The runs that are made, one by one, when they give these AUCs."""
    evidence, aucs = Evidence(), iter(aucs)
    while needs_another_run(evidence.runs, PROFILE):
        evidence = Evidence((*evidence.runs, run_of(next(aucs))))
    return evidence


@pytest.mark.parametrize(
    ("aucs", "best", "noted"),
    [
        ((0.95, 0.99), 0.95, [0.95]),
        ((0.9, 0.99), 0.9, [0.9]),
        ((0.5, 0.93), 0.93, [0.5, 0.93]),
        ((0.85, 0.6), 0.85, [0.85, 0.6]),
        ((None, 0.75), 0.75, [None, 0.75]),
        ((0.4, None), 0.4, [0.4, None]),
    ],
)
def test_the_better_of_two_runs_counts(aucs, best, noted):
    """A second run is made only where the first does not earn everything; bad luck costs nothing."""
    runs = gathered(aucs).runs
    assert best_run(runs).auc == best
    assert [run.auc for run in runs] == noted


def test_two_runs_that_diverge_are_named():
    """There is nothing to count where both hold NaN."""
    award = judge(gathered([None, None]), PROFILE)
    assert (award.credit, award.message) == (0.0, "NaN")


def test_another_network_is_refused_at_once():
    """It is not tried again, and a better run before it does not count."""
    other = Run(None, failure=Failure(FailureKind.OTHER_NETWORK, "not a plain VGG-16"))
    for evidence in (Evidence((other,)), Evidence((run_of(0.85), other))):
        assert not needs_another_run(evidence.runs, PROFILE)
        assert judge(evidence, PROFILE).credit == 0 and judge(evidence, PROFILE).message == "not a plain VGG-16"


@pytest.mark.parametrize(("auc", "credit"), [(0.69, 0), (0.7, 0.5), (0.85, 0.75), (0.9, 1), (1.0, 1)])
def test_an_auc_earns_its_step(auc, credit):
    """A step begins at its AUC."""
    assert auc_credit(auc, PROFILE.auc_steps) == judge(evidence_of(auc), PROFILE).credit == credit


@pytest.mark.parametrize(
    ("val_loss", "too_early"),
    [
        ((0.4,), True),
        ((0.4, 0.2), True),
        ((0.4, 0.5), False),
        ((0.2, 0.4, 0.3), False),
        ((0.2, 0.199), False),  # early stopping may ask for more of a fall than that
        ((0.4, 0.3, 0.31, 0.2), True),
        ((0.4, 0.3, 0.2, 0.1, 0.05), False),  # all that was asked for
        ((), False),  # a pipeline that reports nothing loses the item `train`, not this one
    ],
)
def test_stopping_is_right_once_the_loss_no_longer_falls(val_loss, too_early):
    """What early stopping does is right; a fixed number of epochs is not."""
    assert stopped_too_early(val_loss, PROFILE.epochs) is too_early
    award = judge(Evidence((dataclasses.replace(run_of(0.95), val_loss=val_loss),)), PROFILE)
    assert (award.credit, "still falling" in award.message) == ((0.75, True) if too_early else (1.0, False))


def test_a_network_that_train_puts_in_place_is_refused():
    """The network that is judged has to be the one that training began with."""
    assert "another network" in doubt_gain(None).refusal
    award = judge(Evidence((run_of(0.95, gain=None, kinship=None),)), PROFILE)
    assert award.credit == 0 and "another network" in award.message


def moved(share, *, bias=0.1):
    """How weights before and after a change of this share are related; the change has no direction."""
    rng = np.random.default_rng(5)
    before = [rng.normal(size=(3, 3, 8, 8)), np.zeros(8), rng.normal(size=(500, 1)), np.zeros(1)]
    after = [b + (share * rng.normal(size=b.shape) if b.ndim > 1 else bias) for b in before]
    return kinship_of(before, after)


def test_how_weights_are_related_to_the_initial_ones():
    """A change as large as the weights leaves a correlation of 1 / sqrt(2); shares and biases are as they are."""
    kinship = moved(1.0)
    assert kinship.kernels == pytest.approx(0.7, abs=0.15) and kinship.filters <= kinship.kernels
    assert kinship.least_moved == pytest.approx(1.0, abs=0.3) and kinship.most_bias == pytest.approx(0.1)
    assert moved(0.0, bias=-7.0) == Kinship(pytest.approx(1.0), pytest.approx(1.0), 0.0, 7.0)
    assert kinship_of([np.zeros((2, 2))], [np.ones((2, 2))]).least_moved == 1.0


@pytest.mark.parametrize(
    ("kinship", "text"),
    [
        (moved(0.1), ""),
        (moved(10.0), "do not come from the initial ones"),
        (moved(0.0), "hardly trained"),
        (moved(0.1, bias=-100_000), "do not come from the initial ones"),
        (dataclasses.replace(NEAR, filters=0.4), "do not come from the initial ones"),
        (dataclasses.replace(NEAR, least_moved=0.009), "moved by 0.9 %"),
    ],
)
def test_weights_have_to_be_where_training_leads(kinship, text):
    """Neither further from the initial ones than training goes, nor where they were, biases included."""
    doubt = doubt_kinship(kinship, BOUNDS)
    assert (text in doubt.refusal) if text else not doubt.refusal
    profile = dataclasses.replace(PROFILE, bounds=BOUNDS)
    award = judge(Evidence((run_of(0.95, kinship=kinship),)), profile)
    assert award.credit == (0 if text else 1) and bool(award.flags) is bool(doubt.flag)


def test_a_profile_without_bounds_asks_for_none():
    """The numbers are there all the same."""
    kinship = moved(10.0)
    assert doubt_kinship(kinship, Bounds()) == doubt_kinship(None, BOUNDS)
    assert judge(Evidence((run_of(0.95, kinship=kinship),)), PROFILE).numbers["runs"][0]["kinship"]["kernels"]


@pytest.mark.parametrize(
    ("loss", "val_loss", "measured", "wrong"),
    [
        ((0.5, 0.3), (0.4, 0.3), Losses(0.25, 0.31), False),
        ((0.5, 0.3), (0.4, 0.3), Losses(0.25, 0.5), True),  # better than its weights are
        ((0.5, 0.3), (0.4, 0.3), Losses(0.25, 0.1), True),  # and worse
        ((0.5, 0.3), (0.2, 0.3), Losses(0.25, 0.21), False),  # the best weights were put back
        ((0.5, 0.3), (0.2, 0.3), Losses(0.25, 0.09), True),
        ((0.5, 0.1), (0.4, 0.3), Losses(0.4, 0.3), True),  # a training loss that these weights do not have
        ((0.9, 0.8), (0.4, 0.3), Losses(0.2, 0.3), False),  # a mean over an epoch in which they got better
        ((), (0.4, 0.3), Losses(0.2, 0.3), False),
        ((), (), Losses(0.2, 0.3), False),  # a pipeline that reports nothing loses the item `train`
    ],
)
def test_losses_have_to_be_those_of_the_weights(loss, val_loss, measured, wrong):
    """Others are told to the student, flagged, and bar from full marks; the AUC is measured all the same."""
    run = dataclasses.replace(run_of(0.95), loss=loss, val_loss=val_loss, measured=measured)
    assert bool(misreported(run, 0.1)) is (misreport(run) > 0.1) is wrong
    profile = dataclasses.replace(PROFILE, bounds=BOUNDS, epochs=2)
    award = judge(Evidence((run,)), profile)
    assert award.credit == (0.75 if wrong else 1.0)
    assert ("measured: " in award.message) is any("other losses" in flag for flag in award.flags) is wrong


def test_evidence_survives_json():
    """What a report holds can be judged again, with other thresholds, and nothing is trained."""
    run = dataclasses.replace(run_of(0.85), loss=(0.4, 0.3), val_loss=(0.3, 0.2), measured=Losses(0.3, 0.2))
    evidence = Evidence((DIVERGED, run))
    award = judge(evidence, PROFILE)
    assert award.credit == 0.75
    again = Evidence.from_plain(json.loads(json.dumps(award.numbers)))
    assert again == evidence
    milder = make_profile(auc_steps=(AucStep(0.8, 1.0),), epochs=2)
    assert judge(again, milder).credit == 1 and not needs_another_run(again.runs, milder)
