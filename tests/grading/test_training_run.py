"""The retry rule, the credit, and when it is right to stop training early; no network is trained here."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.config import AucStep
from autograder.grading import training_run
from autograder.grading.training_run import Diverged, TrainingRun, auc_credit, best_run, stopped_too_early

PROFILE = SimpleNamespace(auc_steps=(AucStep(0.7, 0.5), AucStep(0.8, 0.75), AucStep(0.9, 1.0)), epochs=5)


def trainer(*aucs):
    """Makes runs of these AUCs, one after the other; None diverges."""
    left = iter(aucs)

    def train():
        auc = next(left)
        if auc is None:
            raise Diverged("NaN")
        return TrainingRun(None, [], auc, ())

    return train


@pytest.mark.parametrize(
    ("aucs", "best", "noted"),
    [
        ((0.95,), 0.95, [0.95]),
        ((0.9,), 0.9, [0.9]),
        ((0.5, 0.93), 0.93, [0.5, 0.93]),
        ((0.85, 0.6), 0.85, [0.85, 0.6]),
        ((None, 0.75), 0.75, [None, 0.75]),
        ((0.4, None), 0.4, [0.4, None]),
    ],
)
def test_the_better_of_two_runs_counts(aucs, best, noted):
    """A second run is made only where the first does not earn everything; bad luck costs nothing."""
    facts = {}
    assert best_run(trainer(*aucs), PROFILE, facts).auc == best
    assert (facts["auc"], facts["auc_runs"]) == (best, noted)


def test_two_runs_that_diverge_are_named():
    """There is nothing to count where both hold NaN."""
    with pytest.raises(Diverged):
        best_run(trainer(None, None), PROFILE, {})


@pytest.mark.parametrize(("auc", "credit"), [(0.69, 0), (0.7, 0.5), (0.85, 0.75), (0.9, 1), (1.0, 1)])
def test_an_auc_earns_its_step(auc, credit):
    """A step begins at its AUC."""
    assert auc_credit(auc, PROFILE) == credit


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


@pytest.mark.parametrize(
    "history", [None, [], {}, {"val_loss": 3}, {"val_loss": ["a"]}, {"val_loss": [float("nan")]}, {"val_loss": [[1]]}]
)
def test_a_history_of_any_form_is_read(history):
    """What a pipeline returns is not trusted to be a history."""
    assert training_run._val_loss(history) == ()
