"""What a training pipeline earns: pure functions of the evidence and the profile's settings.

An AUC earns by the profile's ``auc_steps``; then it is asked whether it was earned by training, or by luck, or by
weights that came with the submission.  The weights that training was given are drawn from the course's secret, so no
source can hold weights that come from them: they must do worse than the trained ones, and each array of the trained
ones must lie as far from them as training moves it, neither further nor nearer (``bounds``, from measured runs).  The
losses that the pipeline reports must be those of its weights.

The retry rule: a run that earns less than everything is repeated once with another seed, and the better one counts.
``auc_steps`` are set for this rule by ``autograder calibrate training``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.config import AucStep, Bounds, Profile
from autograder.grading.training.evidence import Evidence, FailureKind, Gain, Kinship, Run
from autograder.model import Award

RUNS = 2
IMPROVEMENT = 0.002  # of the validation loss; early stopping with a min_delta up to this is right as well
LEAST_GAIN = 0.2  # of the way from the AUC before training to 1; training from 0.65 to 0.75 goes 0.29 of it
NOT_REPEATABLE = "an operation of this pipeline has no deterministic form on a GPU: another run may differ a little"


def needs_another_run(runs: Sequence[Run], profile: Profile) -> bool:
    """Whether another run could change the verdict: the first one did not earn everything, and was no fault.

    Args:
        runs: those made so far.
        profile: gives the AUC steps.
    """
    if not runs:
        return True
    failure = runs[-1].failure
    if len(runs) == RUNS or (failure is not None and failure.kind is not FailureKind.DIVERGED):
        return False
    return auc_credit(runs[-1].auc, profile.auc_steps) < 1  # of a run that diverged: 0


def judge(evidence: Evidence, profile: Profile) -> Award:
    """The verdict on a pipeline.

    Args:
        evidence: at least one run; complete when no run is needed any more.
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
    credit = earned(best, profile)
    flags = [NOT_REPEATABLE] if not all(run.repeatable for run in evidence.runs) else []
    for doubt in _doubts(best, profile.bounds) if credit else ():
        flags += [doubt.flag] if doubt.flag else []
        if doubt.refusal:
            return Award(0.0, doubt.refusal, tuple(flags), numbers)
    return Award(credit, _message(best, evidence.runs, profile), tuple(flags), numbers)


def best_run(runs: Sequence[Run]) -> Run | None:
    """The run with the highest AUC, the earlier of equals; None where none has an AUC."""
    return max((run for run in runs if run.auc is not None), key=lambda run: run.auc or 0.0, default=None)


def earned(run: Run, profile: Profile) -> float:
    """The share of the points that a run earns if nothing speaks against its weights.

    Who stops too early, or reports losses that its weights do not have, earns less than everything.

    Args:
        run: its AUC and its losses.
        profile: what each AUC earns, the number of epochs, and how far the losses may be off.
    """
    credit = auc_credit(run.auc, profile.auc_steps)
    if stopped_too_early(run.val_loss, profile.epochs) or misreported(run, profile.bounds.loss):
        credit = min(credit, max((step.credit for step in profile.auc_steps if step.credit < 1), default=0.0))
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


def misreported(run: Run, most: float) -> str:
    """What a pipeline reports of its losses that its weights do not have; "" for nothing.

    Args:
        run: what was reported and measured.
        most: the largest difference.
    """
    if misreport(run) <= most or run.measured is None:
        return ""
    shown = f"{run.loss[-1]:.3f}" if run.loss else "none"
    reported = f"loss = {shown}, val_loss = {run.val_loss[-1]:.3f}"
    return f"{reported}; measured: {run.measured.train:.3f} and {run.measured.validation:.3f}"


def misreport(run: Run) -> float:
    """How far the losses that a pipeline reports are from those of its weights; 0 where it reports none.

    The validation loss has to be that of the weights that it left: those of the last epoch, or, where it put back the
    best ones, of the epoch with the lowest validation loss.  The training loss is a mean over an epoch in which the
    weights got better, so that it only must not be lower.
    """
    if run.measured is None or not run.val_loss:
        return 0.0
    epochs = {len(run.val_loss) - 1, min(range(len(run.val_loss)), key=run.val_loss.__getitem__)}
    validation = min(abs(run.val_loss[epoch] - run.measured.validation) for epoch in epochs)
    losses = [run.loss[epoch] for epoch in epochs if epoch < len(run.loss)]
    return max(validation, run.measured.train - max(losses) if losses else 0.0)


def _message(run: Run, runs: Sequence[Run], profile: Profile) -> str:
    """What the student reads; mostly numbers, since it is read in every language."""
    values = ", ".join("NaN" if other.auc is None else f"{other.auc:.3f}" for other in runs)
    full = max(step.auc for step in profile.auc_steps)
    shown = f"max({values})" if len(runs) > 1 else values
    message = f"AUC = {shown} ({run.label}); 100 %: {full:.2f}"
    if stopped_too_early(run.val_loss, profile.epochs):
        losses = ", ".join(f"{loss:.3f}" for loss in run.val_loss)
        message += f"; val_loss = {losses}: still falling after {len(run.val_loss)} of {profile.epochs} epochs"
    if wrong := misreported(run, profile.bounds.loss):
        message += f"; {wrong}, on images in [0, 1]"
    return message


# -- was the AUC earned by training? -------------------------------------------------------------------


@dataclass(frozen=True)
class Doubt:
    """What speaks against an AUC: a flag for the TA, and why nothing is earned where chance cannot explain it."""

    flag: str = ""
    refusal: str = ""


def _doubts(run: Run, bounds: Bounds) -> Iterator[Doubt]:
    yield doubt_gain(run.gain)
    yield doubt_kinship(run.kinship, bounds)
    if wrong := misreported(run, bounds.loss):
        yield Doubt(f"train reports other losses than its weights have: {wrong}")


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


def doubt_kinship(kinship: Kinship | None, bounds: Bounds) -> Doubt:
    """Weights that were put in place instead of trained do not lie where training leads from the initial ones.

    Training starts from the initial weights and stays near them, how near, ``autograder calibrate`` measures.  Weights
    from elsewhere have a correlation of about 0.  Over thousands of steps the resemblance fades, so the profile says
    how much there has to be.

    Args:
        kinship: what was measured.
        bounds: of the profile.
    """
    if kinship is None:
        return Doubt()
    if kinship.least_moved < bounds.least_moved:
        share = f"{100 * kinship.least_moved:.2g} %"
        return Doubt(
            refusal=f"a layer was hardly trained: its weights moved by {share}; train has to train all of them"
        )
    strange = [
        f"a correlation of {value:.2f} with its initial values, training leaves at least {least:.2f}, in a {what}"
        for what, value, least in (
            ("kernel", kinship.kernels, bounds.kernels),
            ("filter", kinship.filters, bounds.filters),
        )
        if value < least
    ]
    if kinship.most_bias > bounds.most_bias:
        strange.append(f"a bias moved by {kinship.most_bias:.2g}, training moves it by {bounds.most_bias:.2g} at most")
    if not strange:
        return Doubt()
    refusal = "the trained weights do not come from the initial ones: train has to fit the network that it is given"
    return Doubt(f"weights that were put in place? {strange[0]}", refusal)
