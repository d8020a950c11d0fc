"""From the scatter of right pipelines and the best runs of faulty ones to the AUC steps.

Model of the scatter.  logit(AUC) of a pipeline is normal over seeds.  With the retry rule two runs must miss a step for
a pipeline to fail, so one run may miss it with probability sqrt(1 %) = 10 %.  The seeds tell mean and deviation only
roughly: the *bound* is the one-sided tolerance limit that 90 % of all runs exceed, with confidence 95 % (noncentral t).
A course with another secret has another hidden split, the same for both runs, so that the retry does not help against
it: the bound is lowered by the 99 % quantile of its sampling error, 2.33 standard errors.

Full marks are asked for half way, on the logit scale, between the lowest bound of a right pipeline and the best run of
a faulty one: as far from failing a right answer as from paying a wrong one.  Each lower step allows twice the error
1 - AUC of the one above it.

Source: tolerance limits: Hahn and Meeker (1991), "Statistical Intervals", section 4.6; standard error of an AUC:
DeLong et al. (1988), doi:10.2307/2531595.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from autograder.calibration.pipelines import Candidate, Measured
from autograder.config import AucStep
from autograder.errors import UsageError
from autograder.grading.training.verdict import RUNS

CHANCE_TO_FAIL = 0.01
CONFIDENCE = 0.95
LOWEST_STEP = 0.70
MOST_KINSHIP = 0.3
MIN_SEEDS = 3
Z_MOST = 8.0  # standard deviations; a chance of 1e-15 is as good as none


@dataclass(frozen=True)
class Scatter:
    """logit(AUC) of a right pipeline over its seeds.

    Attributes:
        seeds: how many.
        mean, deviation: of logit(AUC).
        hidden_error: standard error of logit(AUC) on another hidden split of the same size.
    """

    seeds: int
    mean: float
    deviation: float
    hidden_error: float

    @property
    def bound(self) -> float:
        """The highest AUC that this pipeline can be asked for, see the module's text."""
        one_run = CHANCE_TO_FAIL ** (1 / RUNS)
        root = math.sqrt(self.seeds)
        factor = stats.nct.ppf(CONFIDENCE, self.seeds - 1, root * stats.norm.ppf(1 - one_run)) / root
        margin = stats.norm.ppf(1 - CHANCE_TO_FAIL) * self.hidden_error
        return inverse_logit(self.mean - factor * self.deviation - margin)

    def chance_to_fail(self, auc: float) -> float:
        """Upper limit, with confidence 95 %, of the chance that ``RUNS`` runs all miss an AUC on this hidden split."""
        root = math.sqrt(self.seeds)
        distance = root * (self.mean - logit(auc)) / max(self.deviation, 1e-9)

        def excess(z: float) -> float:
            value = float(stats.nct.cdf(distance, self.seeds - 1, root * z))
            if math.isnan(value):  # far out in a tail
                value = float(distance > root * z)
            return value - CONFIDENCE

        if excess(-Z_MOST) < 0:
            return 1.0
        z = optimize.brentq(excess, -Z_MOST, Z_MOST) if excess(Z_MOST) < 0 else Z_MOST
        return float(stats.norm.sf(z) ** RUNS)


@dataclass(frozen=True)
class Calibration:
    """The thresholds, and what they follow from.

    ``bound`` is the lowest one of a right pipeline, ``best_fault`` the best AUC of a faulty run that no other rule
    stops; ``steps`` is empty where there is no room between them.
    """

    scatters: dict[str, Scatter]
    bound: float
    best_fault: float
    steps: tuple[AucStep, ...]
    least_kinship: float

    @property
    def full(self) -> float:
        """The AUC for full marks."""
        return max(step.auc for step in self.steps)


def logit(auc: float) -> float:
    """ln(AUC / (1 - AUC)); an AUC of 0 or 1 is taken as one millionth from it."""
    auc = min(max(auc, 1e-6), 1 - 1e-6)
    return math.log(auc / (1 - auc))


def inverse_logit(value: float) -> float:
    """The AUC whose logit is ``value``."""
    return 1 / (1 + math.exp(-value))


def calibrate(chosen: Sequence[Candidate], results: Mapping[str, Sequence[Measured]]) -> Calibration:
    """The thresholds that these runs call for.

    Raises:
        UsageError: a right pipeline diverged, was stopped by another rule, or has too few seeds.
    """
    scatters = {c.id: _scatter(c, results[c.id]) for c in chosen if c.right}
    bound = min(scatter.bound for scatter in scatters.values())
    faulty = [run for c in chosen if not c.right for run in results[c.id]]
    best_fault = max((run.auc for run in faulty if run.auc is not None and run.reaches(run.auc)), default=0.5)
    kinships = [run.kinship.kernels for c in chosen if c.right for run in results[c.id] if run.kinship]
    return Calibration(scatters, bound, best_fault, _steps(bound, max(best_fault, 0.5)), _least_kinship(kinships))


def _scatter(candidate: Candidate, runs: Sequence[Measured]) -> Scatter:
    if len(runs) < MIN_SEEDS:
        raise UsageError(f"{candidate.title}: wanted at least {MIN_SEEDS} seeds to see a scatter, got {len(runs)}")
    for seed, run in enumerate(runs):
        if run.auc is None or run.low is None or run.high is None or not run.reaches(run.auc):
            raise UsageError(
                f"{candidate.title}, seed {seed}: a right pipeline must not diverge, stop while the validation loss "
                f"falls, or leave the network as it was (AUC {run.auc}, val_loss {list(run.val_loss)}): "
                "mend the pipeline or the profile's protocol"
            )
    values = [logit(run.auc) for run in runs if run.auc is not None]
    errors = [(logit(run.high) - logit(run.low)) / 2 for run in runs if run.low is not None and run.high is not None]
    return Scatter(len(runs), float(np.mean(values)), float(np.std(values, ddof=1)), float(np.mean(errors)))


def _steps(bound: float, best_fault: float) -> tuple[AucStep, ...]:
    """Full, three quarters and half of the points, none of them below 0.70, which fresh networks reach by chance.

    None at all where no AUC of two decimals fits between fault and bound.
    """
    full = round(inverse_logit((logit(bound) + logit(best_fault)) / 2), 2)
    full = max(full if full > best_fault else round(full + 0.01, 2), LOWEST_STEP)
    if not best_fault < full <= bound:
        return ()
    steps = {full: 1.0}
    for factor, credit in ((2, 0.75), (4, 0.5)):
        steps.setdefault(round(max(1 - factor * (1 - full), LOWEST_STEP), 2), credit)
    return tuple(AucStep(auc, credit) for auc, credit in sorted(steps.items()))


def _least_kinship(kinships: Sequence[float]) -> float:
    """Half of the lowest resemblance that honest training left, at most 0.3; 0 where it left hardly any."""
    half = math.floor(50 * min(kinships)) / 100
    return min(half, MOST_KINSHIP) if half >= 0.1 else 0.0
