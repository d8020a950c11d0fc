"""The training item: the student's own code trains in the worker, the trusted side judges the weights.

Theory of operation.  A submission cannot report an AUC.  What comes back are the trained weights, as arrays, and the
network's predictions on public probe images.  The weights go into the trusted VGG-16 (handed in, never imported);
the kernel size and activation that reproduce the predictions are found by trying; that network predicts the hidden
split, whose images and labels never leave this process.  ``earned`` asks whether the AUC came from training.

The retry rule: a run that earns less than everything is repeated once with another seed, and the better one counts.
``auc_steps`` are set for this rule by ``autograder calibrate training``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.grading.checks import check_shape
from autograder.grading.earned import check_control, check_gain, check_kinship, hidden_auc
from autograder.grading.networks import OUTPUT_ATOL, load_weights, predict

Array = NDArray[Any]

KERNEL_SIZES = (3, 5, 7)
ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")
PROBE_IMAGES = 64
RUNS = 2
IMPROVEMENT = 0.002  # of the validation loss; early stopping with a min_delta up to this is right as well


class Diverged(AssertionError):
    """The trained weights hold NaN or infinity."""


@dataclass(frozen=True)
class Identified:
    """The arguments that reproduce a student's predictions, and the trusted model with their weights."""

    kernel_size: int
    activation: str
    model: Any
    max_difference: float


@dataclass(frozen=True)
class TrainingRun:
    """One run of a pipeline, as the trusted side sees it.

    Attributes:
        found: the trusted network with the trained weights.
        before: the weights that training began with.
        auc: on the hidden split.
        val_loss: validation loss of each epoch, as the pipeline reports it; empty where it reports none.
    """

    found: Identified
    before: list[Array]
    auc: float
    val_loss: tuple[float, ...]


def identify(
    weights: Sequence[Array],
    probe_images: Array,
    probe_predictions: Array,
    build: Callable[[int, str], Any],
    candidates: Iterable[tuple[int, str]],
    *,
    atol: float = OUTPUT_ATOL,
) -> Identified | None:
    """Finds the kernel size and activation with which ``weights`` give ``probe_predictions``.

    The shapes of the weights tell the kernel size; the activation is found by trying: the closest wins.

    Args:
        weights: the student's trainable arrays in order of first use.
        probe_images: (n, height, width, channels) float32 that the student may know.
        probe_predictions: (n, 1) float, what the student's model says about them.
        build: makes the trusted network from a kernel size and an activation.
        candidates: pairs of kernel size and activation to try.
        atol: largest difference of a prediction.

    Returns:
        The closest candidate, or None when none comes within ``atol``: this is no plain network of that kind.
    """
    kernels = [w for w in weights if w.ndim == 4]
    side = kernels[0].shape[0] if kernels else 0
    best = None
    for kernel_size, activation in candidates:
        if kernel_size != side:
            continue
        model = build(kernel_size, activation)
        if not load_weights(model, weights):
            continue
        difference = float(np.max(np.abs(predict(model, probe_images) - probe_predictions)))
        if difference <= atol and (best is None or difference < best.max_difference):
            best = Identified(kernel_size, activation, model, difference)
    return best


def trains_to(
    student: Any,
    build: Callable[..., Any],
    course_data: Any,
    profile: Any,
    facts: dict[str, Any],
    *,
    rng: np.random.Generator,
    kernel_sizes: Sequence[int] = KERNEL_SIZES,
    activations: Sequence[str] = ACTIVATIONS,
) -> None:
    """Trains the student's network with the student's own code and judges it on images that it never sees.

    The worker trains; the weights come back as arrays and are put into the trusted network, whose predictions on
    the hidden split are compared with labels that never left this side.  A submission cannot report an AUC.

    Args:
        student: the proxy; the submission defines ``make_dataset``, ``build_and_compile`` and ``train``.
        build: the trusted ``build_vgg16``.
        course_data: ``train()``, ``validation()`` and ``hidden()`` give images (n, h, w) uint8 and labels (n,).
        profile: the protocol, its time limit, and ``auc_steps``.
        facts: gets "credit" in [0, 1], "message", "auc" (of the better run), "auc_runs", "auc_before", "kinship",
            "kernel_size", "activation", "control_auc", perhaps "flags".
        rng: source of the seeds and of the permutation.
        kernel_sizes, activations: what the student may choose from.

    Raises:
        AssertionError: less than full credit; ``facts["credit"]`` says what was earned all the same.
    """
    facts["credit"] = 0.0
    pipeline = Pipeline(student, build, course_data, profile, (kernel_sizes, activations))
    try:
        _train_and_judge(pipeline, facts, rng)
    except AssertionError as error:
        facts.setdefault("message", str(error))  # a hidden test's own text is not shown; this one may be
        raise


def _train_and_judge(pipeline: Pipeline, facts: dict[str, Any], rng: np.random.Generator) -> None:
    """The steps of ``trains_to``."""
    profile, course_data = pipeline.profile, pipeline.course_data
    run = best_run(lambda: pipeline.run(int(rng.integers(2**31))), profile, facts)
    found = run.found
    facts |= {"kernel_size": found.kernel_size, "activation": found.activation}
    credit, too_early = auc_credit(run.auc, profile), stopped_too_early(run.val_loss, profile.epochs)
    if too_early:
        credit = min(credit, max((step.credit for step in profile.auc_steps if step.credit < 1), default=0.0))
    if credit:
        after = found.model.get_weights()
        check_gain(run.auc, run.before, found.model, course_data, facts)
        check_kinship(found.model.get_weights(), after, profile.least_kinship, facts)
        check_control(lambda: pipeline.control_auc(rng), facts)
    facts["credit"] = credit
    facts["message"] = _message(run, facts["auc_runs"], profile, too_early)
    assert credit == 1, facts["message"]


def best_run(train: Callable[[], TrainingRun], profile: Any, facts: dict[str, Any]) -> TrainingRun:
    """The better of two runs; the second is made only where the first does not earn everything.

    Args:
        train: makes a run, each time with another seed.
        profile: its ``auc_steps`` say what earns everything.
        facts: gets "auc" and "auc_runs"; the AUC of a run that diverged is None.

    Raises:
        Diverged: both did.
    """
    best, facts["auc_runs"] = None, []
    for number in range(1, RUNS + 1):
        try:
            run = train()
        except Diverged:
            facts["auc_runs"].append(None)
            if number == RUNS and best is None:
                raise
            continue
        facts["auc_runs"].append(round(run.auc, 4))
        if best is None or run.auc > best.auc:
            best, facts["auc"] = run, round(run.auc, 4)
        if auc_credit(run.auc, profile) == 1:
            break
    assert best is not None
    return best


def auc_credit(auc: float, profile: Any) -> float:
    """The share of the points that an AUC earns by the profile's steps."""
    return max((step.credit for step in profile.auc_steps if auc >= step.auc), default=0.0)


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


def _message(run: TrainingRun, aucs: Sequence[float | None], profile: Any, too_early: bool) -> str:
    """What the student reads; mostly numbers, since it is read in every language."""
    values = ", ".join("NaN" if auc is None else f"{auc:.3f}" for auc in aucs)
    found, full = run.found, max(step.auc for step in profile.auc_steps)
    shown = f"max({values})" if len(aucs) > 1 else values
    message = f"AUC = {shown} ({found.kernel_size}x{found.kernel_size}, {found.activation}); 100 %: {full:.2f}"
    if too_early:
        losses = ", ".join(f"{loss:.3f}" for loss in run.val_loss)
        message += f"; val_loss = {losses}: still falling after {len(run.val_loss)} of {profile.epochs} epochs"
    return message


@dataclass(frozen=True)
class Pipeline:
    """A student's data sets, network and training, to be run under the protocol.

    ``choices`` are the kernel sizes and activations that the student may choose from.
    """

    student: Any
    build: Callable[..., Any]
    course_data: Any
    profile: Any
    choices: tuple[Sequence[int], Sequence[str]] = (KERNEL_SIZES, ACTIVATIONS)

    def run(self, seed: int) -> TrainingRun:
        """Trains with the course's labels, and judges the weights.

        Raises:
            AssertionError: the result is no plain VGG-16; ``Diverged`` where it holds NaN or infinity.
        """
        return self._run(self.course_data.train()[1], self.profile.epochs, self.profile.steps_per_epoch, seed)

    def control_auc(self, rng: np.random.Generator) -> float:
        """AUC after a short training on permuted labels."""
        labels = rng.permutation(self.course_data.train()[1])
        return self._run(labels, 1, self.profile.control_steps, int(rng.integers(2**31))).auc

    def _run(self, labels: Array, epochs: int, steps_per_epoch: int, seed: int) -> TrainingRun:
        handle, before, history = self._train(labels, epochs, steps_per_epoch, seed)
        probe = self.course_data.validation()[0][:PROBE_IMAGES]
        found = _rebuild(self.student, handle, probe, self._candidate, list(itertools.product(*self.choices)))
        return TrainingRun(found, before, hidden_auc(found.model, self.course_data), _val_loss(history))

    def _candidate(self, kernel_size: int, activation: str) -> Any:
        profile = self.profile
        shape = (profile.size, profile.size, 1)
        return self.build(shape, profile.width, kernel_size, activation, profile.dense_units)

    def _train(self, labels: Array, epochs: int, steps_per_epoch: int, seed: int) -> tuple[Any, list[Array], Any]:
        """In the worker: the model's handle, its weights before, and what ``train`` returned."""
        student, profile = self.student, self.profile
        images, (val_images, val_labels) = self.course_data.train()[0], self.course_data.validation()
        protocol = {
            "epochs": epochs,
            "steps_per_epoch": steps_per_epoch,
            "validation_steps": profile.validation_steps,
            "batch_size": profile.batch_size,
        }
        limit_s = profile.training_wall_s
        student.call(student.define(set_random_seed), seed)
        data = student.make_dataset(images, labels, profile.batch_size, True, seed, timeout_s_=limit_s)
        val_data = student.make_dataset(val_images, val_labels, profile.batch_size, False, seed, timeout_s_=limit_s)
        model = student.build_and_compile((profile.size, profile.size, 1), profile.width, profile.dense_units)
        before = [w.value for w in student.weights(model) if w.value.dtype.kind == "f"]  # frozen ones as well
        history = student.train(model, data, val_data, protocol, timeout_s_=limit_s)
        return model, before, history


def set_random_seed(seed: int) -> None:
    """In the worker: the same initial weights on every run."""
    import keras

    keras.utils.set_random_seed(seed)


def _val_loss(history: Any) -> tuple[float, ...]:
    """The validation losses that a pipeline reports; whether they are as asked is for the item ``train`` to say."""
    try:
        values = tuple(float(value) for value in history["val_loss"])
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return ()
    return values if np.all(np.isfinite(values)) else ()


def _rebuild(
    student: Any,
    handle: Any,
    probe: Array,
    build: Callable[[int, str], Any],
    candidates: Iterable[tuple[int, str]],
) -> Identified:
    """The trusted network with the student's weights, proven on ``probe``, (n, height, width) uint8."""
    images = (probe.astype("float32") / 255)[..., np.newaxis]
    predictions = student.predict(handle, images)
    check_shape(predictions, (len(images), 1))
    weights = [w.value for w in student.weights(handle) if w.trainable]
    if not all(np.all(np.isfinite(array)) for array in [*weights, predictions]):
        raise Diverged("the trained weights hold NaN or infinity: training diverged, try a smaller learning rate")
    found = identify(weights, images, predictions, build, candidates)
    if found is None:
        raise AssertionError("not a plain VGG-16: no allowed kernel size and activation reproduces its predictions")
    return found
