"""What is measured next, and what the evidence earns; no network is trained here."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from autograder.config import AucStep
from autograder.grading.training.evidence import Control, Evidence, Failure, FailureKind, Gain, Kinship, Run, kinship_of
from autograder.grading.training.verdict import (
    Step,
    auc_credit,
    best_run,
    doubt_control,
    doubt_gain,
    doubt_kinship,
    judge,
    next_step,
    stopped_too_early,
)
from tests.profiles import make_profile

PROFILE = make_profile(auc_steps=(AucStep(0.7, 0.5), AucStep(0.8, 0.75), AucStep(0.9, 1.0)), epochs=5)
DIVERGED = Run(None, failure=Failure(FailureKind.DIVERGED, "NaN"))


def run_of(auc, **changes):
    """A run of this AUC that nothing speaks against; None diverged."""
    if auc is None:
        return DIVERGED
    return Run(
        auc, (), {"activation": "elu"}, "elu", **{"gain": Gain(0.5, auc), "kinship": Kinship(0.9, 0.8)} | changes
    )


def evidence_of(*aucs, controls=(0.5,)):
    """Evidence of these AUCs."""
    return Evidence(tuple(map(run_of, aucs)), tuple(map(Control, controls)))


def gathered(aucs, controls=(0.5, 0.5)):
    """What is measured, step by step, when the runs give these values."""
    evidence, aucs, controls = Evidence(), iter(aucs), iter(controls)
    while step := next_step(evidence, PROFILE):
        if step is Step.RUN:
            evidence = dataclasses.replace(evidence, runs=(*evidence.runs, run_of(next(aucs))))
        else:
            evidence = dataclasses.replace(evidence, controls=(*evidence.controls, Control(next(controls))))
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
        assert next_step(evidence, PROFILE) is None
        assert judge(evidence, PROFILE).credit == 0 and judge(evidence, PROFILE).message == "not a plain VGG-16"


@pytest.mark.parametrize(
    ("aucs", "controls", "made"),
    [
        ((0.95,), (0.5,), 1),
        ((0.95,), (0.92, 0.4), 2),
        ((0.95,), (0.99, 0.99), 2),
        ((0.5, 0.6), (), 0),  # nothing was earned
    ],
)
def test_control_runs_are_made_where_they_can_matter(aucs, controls, made):
    """None where nothing was earned, and a second one only where the first is extreme."""
    assert [control.auc for control in gathered(aucs, controls).controls] == list(controls[:made])


def test_a_network_that_gained_nothing_is_not_controlled():
    """What is refused anyway costs no further run."""
    lucky = Evidence((run_of(0.99, gain=Gain(0.99, 0.99)),))
    assert next_step(lucky, PROFILE) is None and judge(lucky, PROFILE).credit == 0


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


@pytest.mark.parametrize(("share", "credit", "flagged"), [(0.1, 1.0, False), (2.0, 1.0, True), (10.0, 0.0, True)])
def test_weights_have_to_come_from_the_initial_ones(share, credit, flagged):
    """Weights near their initial values are trained; others were put in place: flagged, and in the end refused."""
    rng = np.random.default_rng(5)
    before = [rng.normal(size=(3, 3, 4, 8)), np.zeros(8), rng.normal(size=(32, 1)), np.zeros(1)]
    after = [b + (share * rng.normal(size=b.shape) if n == 0 else 0.1) for n, b in enumerate(before)]
    kinship = kinship_of(before, after)
    doubt = doubt_kinship(kinship, 0.3)
    assert ("do not come from the initial ones" in doubt.refusal) is not bool(credit)
    assert bool(doubt.flag) is flagged
    assert 0 <= kinship.filters <= kinship.kernels <= 1 or not credit


def test_where_training_is_long_kinship_says_nothing():
    """A profile without a threshold neither flags nor refuses; the numbers are there all the same."""
    rng = np.random.default_rng(5)
    kinship = kinship_of([rng.normal(size=(3, 4))], [rng.normal(size=(3, 4))])
    doubt = doubt_kinship(kinship, 0.0)
    assert not doubt.flag and not doubt.refusal
    assert judge(Evidence((run_of(0.95, kinship=kinship),)), PROFILE).numbers["runs"][0]["kinship"]["kernels"]


def test_one_filter_put_in_place_is_flagged():
    """A small network that is hidden in a large one changes its own filters alone."""
    rng = np.random.default_rng(5)
    before = [rng.normal(size=(3, 3, 4, 8))]
    after = [before[0] + 0.05]
    after[0][..., 0] = rng.normal(size=(3, 3, 4))
    kinship = kinship_of(before, after)
    doubt = doubt_kinship(kinship, 0.3)
    assert kinship.kernels > 0.8 and "a filter has a correlation" in doubt.flag and not doubt.refusal


@pytest.mark.parametrize(
    ("aucs", "flagged"), [([0.5], False), ([0.1], False), ([0.92, 0.4], False), ([0.93, 0.95], True)]
)
def test_a_lucky_control_run_costs_nothing(aucs, flagged):
    """One high value is chance, two are a flag for the TA; neither takes credit away."""
    evidence = gathered([0.95], aucs)
    assert [control.auc for control in evidence.controls] == aucs
    doubt, award = doubt_control(evidence.controls), judge(evidence, PROFILE)
    assert bool(doubt.flag) is bool(award.flags) is flagged
    assert award.credit == 1 and not doubt.refusal


def test_evidence_survives_json():
    """What a report holds can be judged again, with other thresholds, and nothing is trained."""
    evidence = Evidence(
        (DIVERGED, dataclasses.replace(run_of(0.85), val_loss=(0.3, 0.2))),
        (Control(0.5), Control(None, Failure(FailureKind.DIVERGED, "NaN"))),
    )
    award = judge(dataclasses.replace(evidence, controls=evidence.controls[:1]), PROFILE)
    assert award.credit == 0.5 or award.credit == 0.75
    stored = json.loads(json.dumps(award.numbers))
    again = Evidence.from_plain(stored)
    assert Evidence.from_plain(json.loads(json.dumps(evidence.as_plain()))) == evidence
    milder = make_profile(auc_steps=(AucStep(0.8, 1.0),), epochs=2)
    assert judge(again, milder).credit == 1 and next_step(again, milder) is None
