"""What a training pipeline earns: pure functions of the evidence and the profile's settings.

An AUC earns by the profile's ``auc_steps``; then three questions are asked, whether it was earned by training, or by
luck, or by weights that came with the submission.  The weights before training must do worse: a fresh network can rank
the classes well by chance.  The weights after it must still resemble them: the initial ones depend on the course's
secret, so no source can hold weights that do.  And a control run on permuted labels must learn nothing.

The retry rule: a run that earns less than everything is repeated once with another seed, and the better one counts.
``auc_steps`` are set for this rule by ``autograder calibrate training``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.config import AucStep, Profile
from autograder.grading.training.evidence import Control, Evidence, FailureKind, Gain, Kinship, Run
from autograder.model import Award

RUNS = 2
CONTROLS = 2
IMPROVEMENT = 0.002  # of the validation loss; early stopping with a min_delta up to this is right as well
LEAST_GAIN = 0.2  # of the way from the AUC before training to 1; training from 0.65 to 0.75 goes 0.29 of it
FILTER_KINSHIP_FLAG = 0.5  # correlation with its initial values of the filter that training changed most
CONTROL_FLAG = 0.90
NOT_REPEATABLE = "an operation of this pipeline has no deterministic form on a GPU: another run may differ a little"
CONTROL_REFUSED = 0.98


class Step(enum.Enum):
    """What to measure next."""

    RUN = "a run on the course's labels"
    CONTROL = "a short run on permuted labels"


def next_step(evidence: Evidence, profile: Profile) -> Step | None:
    """What has to be measured before there can be a verdict; None when nothing is missing.

    Runs cost minutes, so each is made only where it can change the verdict: the second one where the first did not
    earn everything, the first control run where something was earned, the second where the first is extreme.
    """
    if _another_run_counts(evidence.runs, profile):
        return Step.RUN
    if _another_control_counts(evidence.controls) and judge(evidence, profile).credit:
        return Step.CONTROL
    return None


def _another_run_counts(runs: Sequence[Run], profile: Profile) -> bool:
    if not runs:
        return True
    failure = runs[-1].failure
    if len(runs) == RUNS or (failure is not None and failure.kind is not FailureKind.DIVERGED):
        return False
    return auc_credit(runs[-1].auc, profile.auc_steps) < 1  # of a run that diverged: 0


def _another_control_counts(controls: Sequence[Control]) -> bool:
    return not controls or (len(controls) < CONTROLS and (controls[-1].auc or 0.0) >= CONTROL_FLAG)


def judge(evidence: Evidence, profile: Profile) -> Award:
    """The verdict on a pipeline.

    Args:
        evidence: at least one run; complete when ``next_step`` is None.
        profile: thresholds and number of epochs.

    Returns:
        The credit in [0, 1], what the student reads about it, flags for the TA, and the evidence as plain numbers.
    """
    numbers = evidence.as_plain()
    best = best_run(evidence.runs)
    failures = [run.failure for run in evidence.runs if run.failure and run.failure.kind is not FailureKind.DIVERGED]
    if failures or best is None:
        failure = failures[0] if failures else evidence.runs[-1].failure
        return Award(0.0, failure.text if failure else "", (), numbers)
    credit = earned(best, profile.auc_steps, profile.epochs)
    flags = [NOT_REPEATABLE] if not all(run.repeatable for run in evidence.runs) else []
    for doubt in _doubts(best, evidence.controls, profile) if credit else ():
        flags += [doubt.flag] if doubt.flag else []
        if doubt.refusal:
            return Award(0.0, doubt.refusal, tuple(flags), numbers)
    return Award(credit, _message(best, evidence.runs, profile), tuple(flags), numbers)


def best_run(runs: Sequence[Run]) -> Run | None:
    """The run with the highest AUC, the earlier of equals; None where none has an AUC."""
    return max((run for run in runs if run.auc is not None), key=lambda run: run.auc or 0.0, default=None)


def earned(run: Run, steps: Sequence[AucStep], epochs: int) -> float:
    """The share of the points that a run earns if nothing speaks against it.

    Args:
        run: its AUC and validation losses.
        steps: what each AUC earns.
        epochs: what the protocol asks for; who stops too early earns less than everything.
    """
    credit = auc_credit(run.auc, steps)
    if stopped_too_early(run.val_loss, epochs):
        credit = min(credit, max((step.credit for step in steps if step.credit < 1), default=0.0))
    return credit


def auc_credit(auc: float | None, steps: Sequence[AucStep]) -> float:
    """The share of the points that an AUC earns by the steps."""
    return max((step.credit for step in steps if auc is not None and auc >= step.auc), default=0.0)


def stopped_too_early(val_loss: Sequence[float], epochs: int) -> bool:
    """Whether training ended before its time though the validation loss was still falling.

    To stop is right once the loss no longer falls.  This is what tells a pipeline that ignores ``epochs`` from one that
    stops early with reason; their AUC need not differ.

    Args:
        val_loss: validation loss of each epoch that was run.
        epochs: what the protocol asks for.
    """
    if not val_loss or len(val_loss) >= epochs:
        return False
    *before, last = val_loss
    return not before or last < min(before) - IMPROVEMENT


def _message(run: Run, runs: Sequence[Run], profile: Profile) -> str:
    """What the student reads; mostly numbers, since it is read in every language."""
    values = ", ".join("NaN" if other.auc is None else f"{other.auc:.3f}" for other in runs)
    full = max(step.auc for step in profile.auc_steps)
    shown = f"max({values})" if len(runs) > 1 else values
    message = f"AUC = {shown} ({run.label}); 100 %: {full:.2f}"
    if stopped_too_early(run.val_loss, profile.epochs):
        losses = ", ".join(f"{loss:.3f}" for loss in run.val_loss)
        message += f"; val_loss = {losses}: still falling after {len(run.val_loss)} of {profile.epochs} epochs"
    return message


# -- was the AUC earned by training? -------------------------------------------------------------------


@dataclass(frozen=True)
class Doubt:
    """What speaks against an AUC: a flag for the TA, and why nothing is earned where chance cannot explain it."""

    flag: str = ""
    refusal: str = ""


def _doubts(run: Run, controls: Sequence[Control], profile: Profile) -> Iterator[Doubt]:
    yield doubt_gain(run.gain)
    yield doubt_kinship(run.kinship, profile.least_kinship)
    yield doubt_control(controls)


def doubt_gain(gain: Gain | None) -> Doubt:
    """Training, not luck with the initial weights, has to have earned the AUC.

    Refused is what went less than ``LEAST_GAIN`` of the way from the AUC before training to 1.
    """
    if gain is None:
        return Doubt(refusal="train has put another network in the place of the one that build_and_compile made")
    if gain.after - gain.before <= LEAST_GAIN * (1 - gain.before):
        values = f"AUC = {gain.before:.3f} before and {gain.after:.3f} after"
        return Doubt(refusal=f"training has hardly changed the network: {values}; does train fit it?")
    return Doubt()


def doubt_kinship(kinship: Kinship | None, least: float) -> Doubt:
    """Weights that were put in place instead of trained do not resemble the initial ones.

    Training starts from the initial weights and stays near them, in the ``cpu`` profile (470 steps) so near that the
    filter that changed most still had a correlation of 0.94 with its initial values (reference solution, Adam at
    5e-4), and the kernel that changed most 0.76 (Adam at 3e-3, which does not learn any more). Weights from elsewhere
    have about 0. Over thousands of steps the resemblance fades, so the profile says how much there has to be.

    Args:
        kinship: what was measured.
        least: lowest correlation of a whole kernel that earns credit; 0 for a profile in which it says nothing.
    """
    if not least or kinship is None:
        return Doubt()
    flag, filters = "", kinship.filters
    if filters < FILTER_KINSHIP_FLAG:
        flag = f"a filter has a correlation of {filters:.2f} with its initial values: was it trained, or put in place?"
    refusal = "the trained weights do not come from the initial ones: train has to fit the network that it is given"
    return Doubt(flag, refusal if kinship.kernels < least else "")


def doubt_control(controls: Sequence[Control]) -> Doubt:
    """Knowledge that did not come from the labels shows where training on permuted ones gives a good AUC.

    A network carried in with the submission keeps its AUC through a few steps on permuted labels. An honest one
    has learned nothing, but its AUC need not be near 0.5: random features rank the classes well or badly by
    chance (220 fresh networks gave 0.15 to 0.86 on real X-rays and 0.17 to 0.92 on generated ones; ten trained on
    permuted labels 0.30 to 0.81). So two high values, from different permutations and initial weights, are a
    flag for the TA, and credit is refused only where both are beyond what chance reached. A low value helps
    nobody and means nothing.
    """
    for control in controls:
        if control.failure is not None:
            return Doubt(refusal=control.failure.text)
    values = [control.auc for control in controls if control.auc is not None]
    if len(values) < CONTROLS or min(values) < CONTROL_FLAG:
        return Doubt()
    shown = " and ".join(f"{value:.3f}" for value in values)
    flag = f"trained on permuted labels the network still has AUC {shown}: look for weights in the source"
    refusal = "the network knows the classes without having learned them from the labels"
    return Doubt(flag, refusal if min(values) >= CONTROL_REFUSED else "")
