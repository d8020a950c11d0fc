"""Helpers for authors who grade a Keras network: by its function, never by the names of its layers.

Two things learned by trial stand behind them.  Default initial weights prove nothing: a Glorot-initialised
sigmoid VGG-16 gives the same output for every image.  So ``random_weights`` scales the weights layer by layer
to pre-activations of standard deviation 2, after which a swapped activation or pooling moves some output by
0.3 or more, while right networks agree to about 1e-4.  And the order of a model's ``weights`` list depends on how
it was written, so weights are matched in the order of their first use in a forward pass
(``student.weights``), where functional, sequential, nested, subclassed and custom layers agree.

The trusted network is handed in (the fixture ``reference``); nothing here imports a solution.
TensorFlow, Keras and scikit-learn are imported inside the functions: a host that grades NumPy needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.grading.checks import check_close, check_shape

Array = NDArray[Any]

PRE_ACTIVATION_STD = 2.0
OUTPUT_ATOL = 0.02
"""Largest difference between two probabilities that still counts as the same function.

Right networks differ by up to about 1e-4 (float32 sums in another order), wrong ones by 0.3 or more.
"""


def random_weights(model: Any, images: Array, rng: np.random.Generator) -> list[Array]:
    """Puts random weights into a trusted chain of Keras layers, scaled so that every layer matters.

    Every unit's pre-activation gets mean about 0.3 N(0, 1) and standard deviation 2 over the images (and
    positions), so that no layer is linear, saturated or dead, whatever the activation.

    Args:
        model: keras.Model whose layers form one chain; changed in place.
        images: (n, height, width, channels) float32, n >= 4.
        rng: source of the weights.

    Returns:
        The model's weights as float32 arrays, kernel and bias of each layer in the order of the layers.
    """
    import keras

    x = keras.ops.convert_to_tensor(images)
    weights: list[Array] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if layer.weights:
            weights += _randomise(layer, x, rng)
        x = layer(x)
    return weights


def _randomise(layer: Any, x: Any, rng: np.random.Generator) -> list[Array]:
    """Random kernel and bias of one layer with the input ``x``; returns them."""
    import keras

    kernel = rng.standard_normal(layer.kernel.shape).astype("float32")
    units = kernel.shape[-1]
    activation, layer.activation = layer.activation, keras.activations.linear
    layer.set_weights([kernel, np.zeros(units, "float32")])
    pre = np.asarray(layer(x), dtype=np.float64).reshape(-1, units)
    layer.activation = activation
    scale = PRE_ACTIVATION_STD / np.maximum(pre.std(axis=0), 1e-6)
    bias = 0.3 * rng.standard_normal(units) - pre.mean(axis=0) * scale
    arrays = [(kernel * scale).astype("float32"), bias.astype("float32")]
    layer.set_weights(arrays)
    return arrays


def transplant(student: Any, handle: Any, arrays: Sequence[Array]) -> None:
    """Puts the trusted ``arrays`` (kernel, bias, kernel, bias, ...) into the student's model.

    The order is that of first use; a layer that uses its bias before its kernel is as good.
    Weights that are not trainable (a seed, a counter) stay as they are.

    Raises:
        AssertionError: the student's model has weights of other number or shapes; says which.
    """
    weights = student.weights(handle)
    wanted = _in_order_of([w.value.shape for w in weights if w.trainable], arrays)
    values = iter(wanted)
    student.assign(handle, [next(values) if w.trainable else w.value for w in weights])


def _in_order_of(shapes: Sequence[tuple[int, ...]], arrays: Sequence[Array]) -> list[Array]:
    """``arrays`` with the kernel and bias of a layer exchanged where ``shapes`` want it so."""
    if len(shapes) != len(arrays):
        raise AssertionError(
            f"the model has {len(shapes)} trainable arrays, {len(arrays)} expected: one kernel and one bias for "
            f"each of the {len(arrays) // 2} layers, and no layers beside them"
        )
    ordered: list[Array] = []
    for n in range(0, len(arrays), 2):
        pair = list(arrays[n : n + 2])
        if tuple(shapes[n]) != pair[0].shape:
            pair.reverse()
        for shape, array in zip(shapes[n : n + 2], pair, strict=True):
            if tuple(shape) != array.shape:
                got = " and ".join(str(tuple(s)) for s in shapes[n : n + 2])
                want = " and ".join(str(a.shape) for a in arrays[n : n + 2])
                raise AssertionError(f"layer {n // 2 + 1} has weights of shapes {got}, expected {want}")
        ordered += pair
    return ordered


def same_function_as(
    student: Any, handle: Any, trusted_model: Any, images: Array, *, rng: np.random.Generator, atol: float = OUTPUT_ATOL
) -> None:
    """Checks that the student's model computes what the trusted one does, given the same weights.

    Args:
        student: the proxy.
        handle: the student's model.
        trusted_model: keras.Model built by the instructor's code with the same arguments; its weights change.
        images: (n, height, width, channels) float32, n >= 4; not square, so that height and width differ.
        rng: source of the random weights.
        atol: largest difference of an output (a probability).

    Raises:
        AssertionError: the weights do not fit, or the outputs differ.
    """
    transplant(student, handle, random_weights(trusted_model, images, rng))
    check_close(student.predict(handle, images), predict(trusted_model, images), rtol=0, atol=atol, what="output")


def check_gradients(
    student: Any, handle: Any, trusted_model: Any, images: Array, labels: Array, *, rng: np.random.Generator
) -> None:
    """Checks that training reaches every weight: with scaled random weights every gradient is finite and not all 0.

    Args:
        student: the proxy.
        handle: the student's model.
        trusted_model: as in ``same_function_as``.
        images: (n, height, width, channels) float32.
        labels: (n,) or (n, 1) float32, 0 or 1, both present.
        rng: source of the random weights.

    Raises:
        AssertionError: names the first weight without a usable gradient.
    """
    transplant(student, handle, random_weights(trusted_model, images, rng))
    names = [w.name for w in student.weights(handle) if w.trainable]
    gradients = student.gradients(handle, images, labels)
    assert len(gradients) == len(names), f"{len(gradients)} gradients for {len(names)} weights"
    for name, gradient in zip(names, gradients, strict=True):
        assert gradient is not None, f"no gradient reaches {name}"
        assert np.all(np.isfinite(gradient)), f"the gradient of {name} is not finite"
        assert np.any(gradient), f"the gradient of {name} is 0 everywhere"


def predict(model: Any, images: Array, *, batch_size: int = 256) -> Array:
    """Outputs of a trusted model, (n, 1) float32, in batches of ``batch_size`` images."""
    parts = [np.asarray(model(images[n : n + batch_size], training=False)) for n in range(0, len(images), batch_size)]
    return np.concatenate(parts)


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
        if not _load(model, weights):
            continue
        difference = float(np.max(np.abs(predict(model, probe_images) - probe_predictions)))
        if difference <= atol and (best is None or difference < best.max_difference):
            best = Identified(kernel_size, activation, model, difference)
    return best


def _load(model: Any, weights: Sequence[Array]) -> bool:
    """Puts a student's arrays into a trusted chain of layers; False when they do not fit."""
    try:
        # Kernel and bias may come in either order: the trusted arrays' shapes say which is which.
        model.set_weights(_in_order_of([w.shape for w in model.get_weights()], list(weights)))
    except AssertionError:
        return False
    return True


def same_as_one_of(
    student: Any, handle: Any, candidates: Sequence[Any], images: Array, *, rng: np.random.Generator
) -> None:
    """Checks that the student's model computes what one of the trusted candidates does, given the same weights.

    For a network whose activation the student chose.  Arguments as in ``same_function_as``; the candidates
    have weights of the same shapes.

    Raises:
        AssertionError: no candidate gives the same outputs.
    """
    arrays = random_weights(candidates[0], images, rng)
    transplant(student, handle, arrays)
    outputs = student.predict(handle, images)
    for model in candidates:
        model.set_weights(arrays)
        try:
            check_close(outputs, predict(model, images), rtol=0, atol=OUTPUT_ATOL)
        except AssertionError:
            continue
        return
    raise AssertionError("the network is not a plain VGG-16 with one of the four activations")


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
        facts: gets "auc", "credit" in [0, 1], "kernel_size", "activation", "control_auc" and perhaps "flags".
        rng: source of the seeds and of the permutation.
        kernel_sizes, activations: what the student may choose from.

    Raises:
        AssertionError: less than full credit; ``facts["credit"]`` says what was earned all the same.
    """
    facts["credit"] = 0.0
    candidates = [(k, activation) for k in kernel_sizes for activation in activations]

    def build_candidate(kernel_size: int, activation: str) -> Any:
        return build((profile.size, profile.size, 1), profile.width, kernel_size, activation, profile.dense_units)

    def trained(labels: Array, epochs: int, steps_per_epoch: int) -> Identified:
        handle = _run_pipeline(student, course_data, labels, profile, epochs, steps_per_epoch, int(rng.integers(2**31)))
        return _rebuild(student, handle, course_data.validation()[0][:64], build_candidate, candidates)

    labels = course_data.train()[1]
    found = trained(labels, profile.epochs, profile.steps_per_epoch)
    auc = _auc_of(found.model, course_data)
    facts |= {"auc": round(auc, 4), "kernel_size": found.kernel_size, "activation": found.activation}
    credit = max((step.credit for step in profile.auc_steps if auc >= step.auc), default=0.0)
    if credit:
        _check_control(lambda: _auc_of(trained(rng.permutation(labels), 1, profile.control_steps).model, course_data), facts)
    facts["credit"] = credit
    wanted = max(step.auc for step in profile.auc_steps)
    assert auc >= wanted, f"AUC {auc:.3f} on unseen images, {wanted} wanted for all points"


def _run_pipeline(
    student: Any, course_data: Any, labels: Array, profile: Any, epochs: int, steps_per_epoch: int, seed: int
) -> Any:
    """The student's data sets, network and training, in the worker; returns the trained model's handle."""
    images, (val_images, val_labels) = course_data.train()[0], course_data.validation()
    protocol = {
        "epochs": epochs,
        "steps_per_epoch": steps_per_epoch,
        "validation_steps": profile.validation_steps,
        "batch_size": profile.batch_size,
    }
    limit_s = profile.training_wall_s
    data = student.make_dataset(images, labels, profile.batch_size, True, seed, timeout_s_=limit_s)
    val_data = student.make_dataset(val_images, val_labels, profile.batch_size, False, seed, timeout_s_=limit_s)
    model = student.build_and_compile((profile.size, profile.size, 1), profile.width, profile.dense_units)
    student.train(model, data, val_data, protocol, timeout_s_=limit_s)
    return model


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


def _check_control(control_auc: Callable[[], float], facts: dict[str, Any]) -> None:
    """Looks for knowledge that did not come from the labels: training on permuted ones must not give a good AUC.

    A network carried in with the submission keeps its AUC through a few steps on permuted labels.  An honest one
    has learned nothing, but its AUC need not be near 0.5: random features rank the classes well or badly by
    chance (measured on real X-rays: CONTROL_MEASURED).  So a high value is a flag for the TA; credit is
    refused only where two runs with different permutations are both above what chance reaches.

    Raises:
        AssertionError: both runs are extreme.
    """
    facts["control_auc"] = [round(control_auc(), 4)]
    if facts["control_auc"][0] < CONTROL_FLAG:
        return
    facts["control_auc"].append(round(control_auc(), 4))
    values = " and ".join(f"{value:.3f}" for value in facts["control_auc"])
    facts["flags"] = [f"trained on permuted labels the network still has AUC {values}: look for weights in the source"]
    if min(facts["control_auc"]) >= CONTROL_REFUSED:
        raise AssertionError("the network knows the classes without having learned them from the labels")
