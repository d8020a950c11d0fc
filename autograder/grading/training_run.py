"""The training item: the student's own code trains in the worker, the trusted side judges the weights.

Theory of operation.  A submission cannot report an AUC.  What comes back are the trained weights, as arrays, and the
network's predictions on public probe images.  The weights go into the trusted VGG-16 (handed in, never imported);
the kernel size and activation that reproduce the predictions are found by trying; that network predicts the hidden
split, whose images and labels never leave this process.

Three checks ask whether the AUC was earned by training.  The weights before training must do worse: a fresh network
can rank the classes well by chance.  The weights after it must still resemble them: the initial ones depend on the
course's secret, so no source can hold weights that do.  And a control run on permuted labels must learn nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.grading.checks import check_shape
from autograder.grading.networks import OUTPUT_ATOL, load_weights, predict

Array = NDArray[Any]

PROBE_IMAGES = 64
LEAST_GAIN = 0.2  # of the way from the AUC before training to 1; training from 0.65 to 0.75 goes 0.29 of it
FILTER_KINSHIP_FLAG = 0.5  # correlation with its initial values of the filter that training changed most
CONTROL_FLAG = 0.90
CONTROL_REFUSED = 0.98


@dataclass(frozen=True)
class Identified:
    """The arguments that reproduce a student's predictions, and the trusted model with their weights."""

    kernel_size: int
    activation: str
    model: Any
    max_difference: float


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
    kernel_sizes: Sequence[int] = (3, 5, 7),
    activations: Sequence[str] = ("sigmoid", "tanh", "relu", "elu"),
) -> None:
    """Trains the student's network with the student's own code and judges it on images that it never sees.

    The worker trains; the weights come back as arrays and are put into the trusted network, whose predictions on
    the hidden split are compared with labels that never left this side.  A submission cannot report an AUC.

    Args:
        student: the proxy; the submission defines ``make_dataset``, ``build_and_compile`` and ``train``.
        build: the trusted ``build_vgg16``.
        course_data: ``train()``, ``validation()`` and ``hidden()`` give images (n, h, w) uint8 and labels (n,).
        profile: the protocol, its time limit, and ``auc_steps``.
        facts: gets "credit" in [0, 1], "message", "auc", "auc_before", "kinship", "kernel_size", "activation",
            "control_auc", perhaps "flags".
        rng: source of the seeds and of the permutation.
        kernel_sizes, activations: what the student may choose from.

    Raises:
        AssertionError: less than full credit; ``facts["credit"]`` says what was earned all the same.
    """
    facts["credit"] = 0.0
    try:
        _train_and_judge(student, build, course_data, profile, facts, rng, (kernel_sizes, activations))
    except AssertionError as error:
        facts.setdefault("message", str(error))  # a hidden test's own text is not shown; this one may be
        raise


def _train_and_judge(
    student: Any,
    build: Callable[..., Any],
    course_data: Any,
    profile: Any,
    facts: dict[str, Any],
    rng: np.random.Generator,
    choices: tuple[Sequence[int], Sequence[str]],
) -> None:
    """The steps of ``trains_to``."""
    candidates = list(itertools.product(*choices))

    def build_candidate(kernel_size: int, activation: str) -> Any:
        return build((profile.size, profile.size, 1), profile.width, kernel_size, activation, profile.dense_units)

    def trained(labels: Array, epochs: int, steps_per_epoch: int) -> tuple[Identified, list[Array]]:
        seed = int(rng.integers(2**31))
        handle, before = _run_pipeline(student, course_data, labels, profile, epochs, steps_per_epoch, seed)
        probe = course_data.validation()[0][:PROBE_IMAGES]
        return _rebuild(student, handle, probe, build_candidate, candidates), before

    def control_auc() -> float:
        return _auc_of(trained(rng.permutation(labels), 1, profile.control_steps)[0].model, course_data)

    labels = course_data.train()[1]
    found, before = trained(labels, profile.epochs, profile.steps_per_epoch)
    auc = _auc_of(found.model, course_data)
    facts |= {"auc": round(auc, 4), "kernel_size": found.kernel_size, "activation": found.activation}
    credit = max((step.credit for step in profile.auc_steps if auc >= step.auc), default=0.0)
    if credit:
        after = found.model.get_weights()
        _check_gain(auc, before, found.model, course_data, facts)
        _check_kinship(found.model.get_weights(), after, profile.least_kinship, facts)
        _check_control(control_auc, facts)
    facts["credit"] = credit
    full = max(step.auc for step in profile.auc_steps)
    # Numbers only: this line is read in every language.
    facts["message"] = (
        f"AUC = {auc:.3f} ({found.kernel_size}x{found.kernel_size}, {found.activation}); 100 %: {full:.2f}"
    )
    assert auc >= full, facts["message"]


def _run_pipeline(
    student: Any, course_data: Any, labels: Array, profile: Any, epochs: int, steps_per_epoch: int, seed: int
) -> tuple[Any, list[Array]]:
    """The student's data sets, network and training, in the worker; the model's handle, and its weights before."""
    images, (val_images, val_labels) = course_data.train()[0], course_data.validation()
    protocol = {
        "epochs": epochs,
        "steps_per_epoch": steps_per_epoch,
        "validation_steps": profile.validation_steps,
        "batch_size": profile.batch_size,
    }
    limit_s = profile.training_wall_s
    student.define(f"keras.utils.set_random_seed({seed})", "seed")  # the same initial weights on every run
    data = student.make_dataset(images, labels, profile.batch_size, True, seed, timeout_s_=limit_s)
    val_data = student.make_dataset(val_images, val_labels, profile.batch_size, False, seed, timeout_s_=limit_s)
    model = student.build_and_compile((profile.size, profile.size, 1), profile.width, profile.dense_units)
    before = [w.value for w in student.weights(model) if w.value.dtype.kind == "f"]  # frozen ones as well
    student.train(model, data, val_data, protocol, timeout_s_=limit_s)
    return model, before


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
        raise AssertionError("the trained weights hold NaN or infinity: training diverged, try a smaller learning rate")
    found = identify(weights, images, predictions, build, candidates)
    if found is None:
        raise AssertionError("not a plain VGG-16: no allowed kernel size and activation reproduces its predictions")
    return found


def _auc_of(model: Any, course_data: Any) -> float:
    """AUC of a trusted model on the hidden split."""
    from sklearn.metrics import roc_auc_score

    images, labels = course_data.hidden()
    return float(roc_auc_score(labels, predict(model, (images.astype("float32") / 255)[..., np.newaxis])[:, 0]))


def _check_gain(auc: float, before: Sequence[Array], model: Any, course_data: Any, facts: dict[str, Any]) -> None:
    """Training, not luck with the initial weights, has to have earned the AUC.

    Args:
        auc: of the trained network on the hidden split.
        before: the weights that training began with.
        model: the trusted network; these weights are put into it, and stay there.

    Raises:
        AssertionError: training went less than ``LEAST_GAIN`` of the way from the AUC before it to 1.
    """
    if not load_weights(model, before):
        raise AssertionError("train has put another network in the place of the one that build_and_compile made")
    first = _auc_of(model, course_data)
    facts["auc_before"] = round(first, 4)
    if auc - first <= LEAST_GAIN * (1 - first):
        raise AssertionError(
            f"training has hardly changed the network: AUC = {first:.3f} before and {auc:.3f} after; does train fit it?"
        )


def _check_kinship(before: Sequence[Array], after: Sequence[Array], least: float, facts: dict[str, Any]) -> None:
    """Looks for weights that were put in place instead of trained.

    Training starts from the initial weights and stays near them, in the ``cpu`` profile (470 steps) so near that the
    filter that changed most still had a correlation of 0.94 with its initial values (reference solution, Adam at
    5e-4), and the kernel that changed most 0.76 (Adam at 3e-3, which does not learn any more). Weights from elsewhere
    have about 0. Over thousands of steps the resemblance fades, so the profile says how much there has to be.

    Args:
        before, after: weights of the trusted network, in the same order.
        least: lowest correlation of a whole kernel that earns credit; 0 for a profile in which it says nothing.

    Raises:
        AssertionError: a kernel has less.
    """
    pairs = [(b, a) for b, a in zip(before, after, strict=True) if b.ndim > 1]
    kernels = min(_correlation(b.ravel(), a.ravel()) for b, a in pairs)
    columns = [(b.reshape(-1, b.shape[-1]).T, a.reshape(-1, a.shape[-1]).T) for b, a in pairs]
    filters = min(_correlation(b, a) for bs, as_ in columns for b, a in zip(bs, as_, strict=True))
    facts["kinship"] = [round(kernels, 3), round(filters, 3)]
    if not least:
        return
    if filters < FILTER_KINSHIP_FLAG:
        flag = f"a filter has a correlation of {filters:.2f} with its initial values: was it trained, or put in place?"
        facts["flags"] = [*facts.get("flags", ()), flag]
    if kernels < least:
        raise AssertionError(
            "the trained weights do not come from the initial ones: train has to fit the network that it is given"
        )


def _correlation(a: Array, b: Array) -> float:
    """Pearson's correlation; 1 for equal arrays, 0 where only one of them varies."""
    a, b = a - a.mean(dtype=np.float64), b - b.mean(dtype=np.float64)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else float(np.array_equal(a, b))


def _check_control(control_auc: Callable[[], float], facts: dict[str, Any]) -> None:
    """Looks for knowledge that did not come from the labels: training on permuted ones must not give a good AUC.

    A network carried in with the submission keeps its AUC through a few steps on permuted labels. An honest one
    has learned nothing, but its AUC need not be near 0.5: random features rank the classes well or badly by
    chance (220 fresh networks gave 0.15 to 0.86 on real X-rays and 0.17 to 0.92 on generated ones; ten trained on
    permuted labels 0.30 to 0.81). So two high values, from different permutations and initial weights, are a
    flag for the TA, and credit is refused only where both are beyond what chance reached. A low value helps
    nobody and means nothing.

    Raises:
        AssertionError: both runs are extreme.
    """
    facts["control_auc"] = [round(control_auc(), 4)]
    if facts["control_auc"][0] < CONTROL_FLAG:
        return
    facts["control_auc"].append(round(control_auc(), 4))
    if min(facts["control_auc"]) < CONTROL_FLAG:
        return
    values = " and ".join(f"{value:.3f}" for value in facts["control_auc"])
    flag = f"trained on permuted labels the network still has AUC {values}: look for weights in the source"
    facts["flags"] = [*facts.get("flags", ()), flag]
    if min(facts["control_auc"]) >= CONTROL_REFUSED:
        raise AssertionError("the network knows the classes without having learned them from the labels")
