"""From the scatter of right pipelines and the best runs of faulty ones to the AUC steps.

Model of the scatter.  logit(AUC) of a pipeline is normal over seeds.  With the retry rule two runs must miss a step for
a pipeline to fail, so one run may miss it with probability sqrt(1 %) = 10 %.  The seeds tell mean and deviation only
roughly: the *bound* is the one-sided tolerance limit that 90 % of all runs exceed, with confidence 95 % (noncentral t).
A course with another secret has another hidden split, the same for both runs, so that the retry does not help against
it: the bound is lowered by the 99 % quantile of its sampling error, 2.33 standard errors.

The bounds of the weights and of the losses are as many times as far as the farthest right run went: a wall that no
right pipeline comes near, and behind which nothing is that does not come from training.

Full marks are asked for half way, on the logit scale, between the lowest bound of a right pipeline and the best run of
a faulty one: as far from failing a right answer as from paying a wrong one.  Each lower step allows twice the error
1 - AUC of the one above it.  A faulty pipeline may reach full marks in ``RUNS`` runs with a chance of at most 5 %, at
a confidence of 95 %: by its AUC, by losses that are not those of its weights, or by stopping too early, whichever
keeps it further away, each taken as normal over seeds.  Where that does not hold, full marks are raised, up to the
bound; against a pipeline that another rule stops every time they are not, and the chance is only told.

Source: tolerance limits: Hahn and Meeker (1991), "Statistical Intervals", section 4.6; standard error of an AUC:
DeLong et al. (1988), doi:10.2307/2531595.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from autograder.calibration.pipelines import Candidate, Measured
from autograder.config import AucStep, Bounds
from autograder.errors import UsageError
from autograder.grading.training.evidence import Run
from autograder.grading.training.verdict import IMPROVEMENT, RUNS, misreport

CHANCE_TO_FAIL = 0.01
CHANCE_OF_A_FAULT = 0.05
CONFIDENCE = 0.95
LOWEST_STEP = 0.70
FARTHER = 4.0  # times as far from the initial weights as a right run went
LEAST_LOSS = 0.05  # nobody's losses are asked to be nearer than that: pipelines use other validation images
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
        return chance_below(logit(auc), self.seeds, self.mean, self.deviation) ** RUNS


def chance_below(limit: float, seeds: int, mean: float, deviation: float) -> float:
    """Upper limit, with confidence 95 %, of the chance of a value below a limit.

    Args:
        limit: in the units of the values.
        seeds: how many values there are.
        mean, deviation: of these values, which are taken as normal.
    """
    root = math.sqrt(seeds)
    distance = root * (mean - limit) / max(deviation, 1e-9)

    def excess(z: float) -> float:
        value = float(stats.nct.cdf(distance, seeds - 1, root * z))
        if math.isnan(value):  # far out in a tail
            value = float(distance > root * z)
        return value - CONFIDENCE

    if excess(-Z_MOST) < 0:
        return 1.0
    z = optimize.brentq(excess, -Z_MOST, Z_MOST) if excess(Z_MOST) < 0 else Z_MOST
    return float(stats.norm.sf(z))


@dataclass(frozen=True)
class Calibration:
    """The thresholds, and what they follow from.

    Attributes:
        scatters: of the right pipelines, by their ids.
        bound: the lowest one of a right pipeline.
        best_fault: the best AUC of a faulty run that no other rule stops.
        steps: empty where there is no room between the two, or a faulty pipeline comes too often.
        bounds: of the weights and losses.
        chances: of each faulty pipeline to reach full marks, upper limits with confidence 95 %.
    """

    scatters: dict[str, Scatter]
    bound: float
    best_fault: float
    steps: tuple[AucStep, ...]
    bounds: Bounds
    chances: dict[str, float]

    @property
    def full(self) -> float:
        """The AUC for full marks."""
        return max(step.auc for step in self.steps)

    def reaches(self, run: Measured) -> bool:
        """Whether a run earns full marks."""
        return run.auc is not None and run.auc >= self.full and not self.stops(run)

    def stops(self, run: Measured) -> bool:
        """Whether another rule than the AUC bars a run from full marks."""
        return _is_stopped(run, self.bounds)


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
    bounds = _bounds([run.run for c in chosen if c.right for run in results[c.id]])
    faulty = {c.id: results[c.id] for c in chosen if not c.right}
    unstopped = [run.auc for runs in faulty.values() for run in runs if not _is_stopped(run, bounds)]
    best_fault = max((auc for auc in unstopped if auc is not None), default=0.5)
    full = _full(bound, max(best_fault, 0.5))
    while full and full <= bound and (chances := _chances(faulty, full, bounds)):
        # Another AUC does not help against a pipeline that another rule stops in all of its runs.
        by_auc = [chances[id] for id, runs in faulty.items() if not all(_is_stopped(run, bounds) for run in runs)]
        if max(by_auc, default=0.0) <= CHANCE_OF_A_FAULT:
            return Calibration(scatters, bound, best_fault, _steps(full), bounds, chances)
        full = round(full + 0.01, 2)
    steps = _steps(full) if full and not faulty else ()
    return Calibration(scatters, bound, best_fault, steps, bounds, _chances(faulty, min(full or 1.0, bound), bounds))


def _is_stopped(run: Measured, bounds: Bounds) -> bool:
    return run.is_stopped or misreport(run.run) > bounds.loss


def _chances(faulty: Mapping[str, Sequence[Measured]], full: float, bounds: Bounds) -> dict[str, float]:
    """Of each faulty pipeline: the chance to earn everything; whose AUC suffices is not run again."""
    chances = {}
    for id, runs in faulty.items():
        tries = 1 if all(run.auc is not None and run.auc >= full for run in runs) else RUNS
        chances[id] = 1 - (1 - _chance_of_a_run(runs, full, bounds)) ** tries
    return chances


def _chance_of_a_run(runs: Sequence[Measured], full: float, bounds: Bounds) -> float:
    """The rule that stops the pipeline most surely decides; how far a run is behind it, is taken as normal."""
    rules = (
        [logit(full) - logit(run.auc) for run in runs if run.auc is not None],
        [math.log(misreport(run.run) / bounds.loss) for run in runs if misreport(run.run) > 0],
        [_fall(run) for run in runs if len(run.val_loss) < run.epochs],
    )
    chances = [1.0]
    diverged = sum(run.auc is None for run in runs)  # such a run earns nothing
    for behind in rules:
        if len(behind) == len(runs) - diverged and len(behind) >= MIN_SEEDS:
            chances.append(chance_below(0.0, len(behind), float(np.mean(behind)), float(np.std(behind, ddof=1))))
        elif diverged == len(runs):
            chances.append(0.0)
    return min(chances)


def _fall(run: Measured) -> float:
    """By how much the validation loss was still falling, beyond what ends a training in time."""
    *before, last = run.val_loss or (0.0,)
    return (min(before) - last if before else 1.0) - IMPROVEMENT


def _scatter(candidate: Candidate, runs: Sequence[Measured]) -> Scatter:
    if len(runs) < MIN_SEEDS:
        raise UsageError(f"{candidate.title}: wanted at least {MIN_SEEDS} seeds to see a scatter, got {len(runs)}")
    for seed, run in enumerate(runs):
        if run.auc is None or run.low is None or run.high is None or run.is_stopped:
            raise UsageError(
                f"{candidate.title}, seed {seed}: a right pipeline must not diverge, stop while the validation loss "
                f"falls, or leave the network as it was (AUC {run.auc}, val_loss {list(run.val_loss)}): "
                "mend the pipeline or the profile's protocol"
            )
    values = [logit(run.auc) for run in runs if run.auc is not None]
    errors = [(logit(run.high) - logit(run.low)) / 2 for run in runs if run.low is not None and run.high is not None]
    return Scatter(len(runs), float(np.mean(values)), float(np.std(values, ddof=1)), float(np.mean(errors)))


def _full(bound: float, best_fault: float) -> float:
    """The AUC for full marks, at least 0.70; 0 where no AUC of two decimals fits between fault and bound."""
    full = round(inverse_logit((logit(bound) + logit(best_fault)) / 2), 2)
    full = max(full if full > best_fault else round(full + 0.01, 2), LOWEST_STEP)
    return full if best_fault < full <= bound else 0.0


def _steps(full: float) -> tuple[AucStep, ...]:
    """Full, three quarters and half of the points, none of them below 0.70, which fresh networks reach by chance."""
    steps = {full: 1.0}
    for factor, credit in ((2, 0.75), (4, 0.5)):
        steps.setdefault(round(max(1 - factor * (1 - full), LOWEST_STEP), 2), credit)
    return tuple(AucStep(auc, credit) for auc, credit in sorted(steps.items()))


def _bounds(runs: Sequence[Run]) -> Bounds:
    """What right training did, ``FARTHER`` away; a correlation is the cosine of an angle, and its tangent the way."""
    kinships = [run.kinship for run in runs if run.kinship]

    def farther(correlation: float) -> float:
        if correlation <= 0:
            return -1.0
        way = FARTHER * math.sqrt(1 / correlation**2 - 1)
        return math.floor(100 / math.sqrt(1 + way**2)) / 100

    def rounded(value: float, rounding: Callable[[float], int]) -> float:
        digits = 1 - math.floor(math.log10(value)) if value > 0 else 0
        return round(rounding(round(value * 10.0**digits, 6)) / 10.0**digits, digits)

    return Bounds(
        kernels=farther(min(kinship.kernels for kinship in kinships)),
        filters=farther(min(kinship.filters for kinship in kinships)),
        least_moved=rounded(min(kinship.least_moved for kinship in kinships) / FARTHER, math.floor),
        most_bias=rounded(FARTHER * max(kinship.most_bias for kinship in kinships), math.ceil),
        loss=max(LEAST_LOSS, rounded(FARTHER * max(map(misreport, runs)), math.ceil)),
    )
