"""Summaries of each experiment's runs: means over seeds with intervals, and whether the networks learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.figures import CHANCE_LOSS
from autograder.statistics import Estimate, estimate
from autograder.study.experiment import Experiment
from autograder.study.run import StudyRun

LEARNED_AUC = 0.8
# A network that answers 1/2 to every image has a loss of ln 2; a calibrated one with an AUC of 0.8 has 0.55.
LEARNED_LOSS = 0.9 * CHANCE_LOSS
GAP_EPOCHS = 5


@dataclass(frozen=True)
class Summary:
    """The runs of one experiment.

    Attributes:
        experiment: of ``study.EXPERIMENTS``.
        runs: at least one, by seed.
        auc: mean on the test split, its interval clipped to [0, 1].
        loss: mean training loss of the last epoch, in nats.
        val_loss: mean validation loss of the last epoch, in nats.
        gap: mean of validation minus training loss over the last five epochs, or over all if there are fewer.
        parameters: number of trained parameters.
        seconds_per_epoch: mean, on the machine of the run with whatever else ran there.
    """

    experiment: Experiment
    runs: tuple[StudyRun, ...]
    auc: Estimate
    loss: float
    val_loss: float
    gap: float
    parameters: int
    seconds_per_epoch: float

    @property
    def title(self) -> str:
        """The experiment's title, with "sigmoid" before it if only its group says so."""
        return f"{'sigmoid: ' * (self.experiment.group == ('sigmoid',))}{self.experiment.title}"

    @property
    def learned(self) -> int:
        """How many of the runs learned."""
        return sum(map(has_learned, self.runs))

    @property
    def learned_text(self) -> str:
        """``2 of 3 seeds``."""
        return f"{self.learned} of {len(self.runs)} seed{'s' * (len(self.runs) != 1)}"


def has_learned(run: StudyRun) -> bool:
    """Whether a network learned: a test AUC above 0.8, and a last training loss below 0.9 ln 2.

    The AUC alone is not enough: it sees only the order of the images, and a network whose answers are all near 1/2
    can have the order right by luck.  The comparisons are written so that NaN counts as not learned.
    """
    return run.auc > LEARNED_AUC and run.loss[-1] < LEARNED_LOSS


def overfitting_gap(run: StudyRun) -> float:
    """Mean of validation minus training loss over the last epochs."""
    return float(np.mean(np.subtract(run.val_loss, run.loss)[-GAP_EPOCHS:]))


def summarise(experiments: Sequence[Experiment], runs: Sequence[StudyRun]) -> list[Summary]:
    """One summary for each experiment that has runs, in the order of the experiments."""
    found = []
    for experiment in experiments:
        own = tuple(sorted((run for run in runs if run.experiment == experiment.id), key=lambda run: run.seed))
        if own:
            found.append(_summary(experiment, own))
    return found


def _summary(experiment: Experiment, runs: tuple[StudyRun, ...]) -> Summary:
    return Summary(
        experiment=experiment,
        runs=runs,
        auc=estimate([run.auc for run in runs], 0.0, 1.0),
        loss=float(np.mean([run.loss[-1] for run in runs])),
        val_loss=float(np.mean([run.val_loss[-1] for run in runs])),
        gap=float(np.mean([overfitting_gap(run) for run in runs])),
        parameters=runs[0].parameters,
        seconds_per_epoch=float(np.mean([run.seconds / len(run.loss) for run in runs])),
    )


def paired_difference(first: Summary, second: Summary, value: Callable[[StudyRun], float]) -> Estimate | None:
    """How much higher a number is in the first than in the second, seed by seed; None without a common seed.

    Args:
        first: an experiment.
        second: the experiment to compare it with.
        value: the number, such as the AUC.
    """
    others = {run.seed: run for run in second.runs}
    differences = [value(run) - value(others[run.seed]) for run in first.runs if run.seed in others]
    return estimate(differences) if differences else None
