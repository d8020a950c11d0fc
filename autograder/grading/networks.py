"""Helpers for authors who grade a Keras network: by its function, never by the names of its layers.

Two things learned by trial stand behind them.  Default initial weights prove nothing: a Glorot-initialised
sigmoid VGG-16 gives the same output for every image.  So ``random_weights`` scales the weights layer by layer
to pre-activations of standard deviation 2, after which a swapped activation or pooling moves some output by
0.1 or more, while right networks agree to about 1e-4.  And the order of a model's ``weights`` list depends on how
it was written, so weights are matched in the order of their first use in a forward pass
(``student.weights``), where functional, sequential, nested, subclassed and custom layers agree.

The trusted network is handed in (the fixture ``reference``); nothing here imports a solution.
TensorFlow, Keras and scikit-learn are imported inside the functions: a host that grades NumPy needs none.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.grading.checks import check_shape

Array = NDArray[Any]
Build = Callable[[], Any]

PRE_ACTIVATION_STD = 2.0
OUTPUT_ATOL = 0.02
"""Largest difference between two probabilities that still counts as the same function.

Measured on 200 seeds: networks with layers written by hand (convolution as a product of patches, activations from
their formulas) differ from the trusted one by up to 6.3e-5, float32 sums in another order; on 60 seeds a swapped
activation differs by 0.13 (ReLU6 for ReLU), 0.22 (GELU for ReLU) or more.
"""


MAX_ANSWERS = 64
_answers: dict[Any, tuple[list[Array], list[Array], Any]] = {}


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


def transplant(student: Any, handle: Any, arrays: Sequence[Array], input_shape: tuple[int, ...]) -> None:
    """Puts the trusted ``arrays`` (kernel, bias, kernel, bias, ...) into the student's model.

    ``input_shape`` is that of one example: a subclassed model does not know its own.

    The order is that of first use; a layer that uses its bias before its kernel is as good.
    Weights that are not trainable (a seed, a counter) stay as they are.

    Raises:
        AssertionError: the student's model has weights of other number or shapes; says which.
    """
    weights = student.weights(handle, input_shape)
    wanted = _in_order_of([w.value.shape for w in weights if w.trainable], arrays)
    _assign_trainable(student, handle, weights, wanted)


def _assign_trainable(student: Any, handle: Any, weights: Sequence[Any], arrays: Sequence[Array]) -> None:
    """Puts ``arrays`` into the model's trainable ``weights``; the others stay as they are."""
    values = iter(arrays)
    student.assign(handle, [next(values) if w.trainable else w.value for w in weights])


def give_weights(student: Any, handle: Any, build: Build, images: Array, *, rng: np.random.Generator) -> Array:
    """Puts random weights, scaled for the trusted network, into the student's model.

    Args:
        student: the proxy.
        handle: the student's model.
        build: makes the trusted network, as in ``same_function_as``.
        images: (n, height, width, channels) float32, n >= 4.
        rng: source of the random weights.

    Returns:
        What the trusted network gives with them.

    Raises:
        AssertionError: the student's model has weights of other number or shapes.
    """
    arrays, (wanted,) = _trusted_outputs([build], images, rng)
    transplant(student, handle, arrays, images.shape[1:])
    return wanted


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
    student: Any,
    handle: Any,
    build: Build | Sequence[Build],
    images: Array,
    *,
    rng: np.random.Generator,
    atol: float = OUTPUT_ATOL,
) -> None:
    """Checks that the student's model computes what the trusted one does, given the same weights.

    Args:
        student: the proxy.
        handle: the student's model.
        build: makes the trusted network with the same arguments, as a ``functools.partial``: what it gives is
            computed once for all submissions. Several where the student may choose (an activation): one has to
            agree, and their weights have the same shapes.
        images: (n, height, width, channels) float32, n >= 4; not square, so that height and width differ.
        rng: source of the random weights.
        atol: largest difference of an output (a probability).

    Raises:
        AssertionError: the weights do not fit, or the outputs differ.
    """
    builds = [build] if callable(build) else list(build)
    arrays, wanted = _trusted_outputs(builds, images, rng)
    transplant(student, handle, arrays, images.shape[1:])
    outputs = student.predict(handle, images)
    check_shape(outputs, wanted[0].shape, "the output")
    differences = [float(np.max(np.abs(outputs - expected))) for expected in wanted]
    # Not `any(... > atol)`: a NaN has to fail.
    assert any(difference <= atol for difference in differences), (
        f"with the same weights the outputs differ by {min(differences):.3g}"
        + (f" or more from all {len(builds)} networks that are allowed" if len(builds) > 1 else "")
    )


def difference_of(
    student: Any, first: Any, second: Any, build: Build, images: Array, *, rng: np.random.Generator
) -> float:
    """How far apart two of the student's models are, given the same weights.

    The weights are scaled for a trusted network.  Where they do not fit, because the student's network has other
    shapes, others of about that scale do: a wrong network can still be compared with itself.

    Args:
        student: the proxy.
        first, second: the student's models.
        build: makes the trusted network, as in ``same_function_as``.
        images: (n, height, width, channels) float32, n >= 4.
        rng: source of the random weights.

    Returns:
        The largest absolute difference of an output.

    Raises:
        AssertionError: the two models have weights of other number or shapes.
    """
    arrays, _ = _trusted_outputs([build], images, rng)
    variables = [student.weights(handle, images.shape[1:]) for handle in (first, second)]
    shapes = [[w.value.shape for w in of_model if w.trainable] for of_model in variables]
    assert sorted(shapes[0]) == sorted(shapes[1]), "the two networks have weights of other number or shapes"
    try:
        wanted = [_in_order_of(of_model, arrays) for of_model in shapes]
    except AssertionError:
        assert shapes[0] == shapes[1], "the two networks use their weights in another order"
        wanted = [[_fan_in_scaled(shape, rng) for shape in shapes[0]]] * 2
    outputs = []
    for handle, of_model, values in zip((first, second), variables, wanted, strict=True):
        _assign_trainable(student, handle, of_model, values)
        outputs.append(student.predict(handle, images))
    return float(np.max(np.abs(outputs[0] - outputs[1])))


def _fan_in_scaled(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Random weights of variance 2 / fan-in, and biases of standard deviation 0.3 (He et al. 2015)."""
    scale = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.3
    return rng.normal(0, scale, shape).astype("float32")


def check_gradients(
    student: Any, handle: Any, build: Build, images: Array, labels: Array, *, rng: np.random.Generator
) -> None:
    """Checks that training reaches every weight: with scaled random weights every gradient is finite and not all 0.

    A network that computes something else than the trusted one is not judged: with these weights its units may be dead
    by bad luck, and ``same_function_as`` finds it.

    Args:
        student: the proxy.
        handle: the student's model.
        build: as in ``same_function_as``.
        images: (n, height, width, channels) float32.
        labels: (n,) float32, 0 or 1, both present.
        rng: source of the random weights.

    Raises:
        AssertionError: names the first weight without a usable gradient.
    """
    wanted = give_weights(student, handle, build, images, rng=rng)
    outputs = student.predict(handle, images)
    if outputs.shape != wanted.shape or not np.max(np.abs(outputs - wanted)) <= OUTPUT_ATOL:
        return
    names = [w.name for w in student.weights(handle) if w.trainable]
    gradients = student.gradients(handle, images, labels)
    assert len(gradients) == len(names), f"{len(gradients)} gradients for {len(names)} weights"
    for name, gradient in zip(names, gradients, strict=True):
        assert gradient is not None, f"no gradient reaches {name}"
        assert np.all(np.isfinite(gradient)), f"the gradient of {name} is not finite"
        assert np.any(gradient), f"the gradient of {name} is 0 everywhere"


def block_model(block: Callable[..., Any], shape: tuple[int, ...], *args: Any, **kwargs: Any) -> Any:
    """A trusted model around a function of a Keras tensor, for ``functools.partial``.

    Args:
        block: called as block(tensor, *args, **kwargs).
        shape: of one input, without the batch.

    Returns:
        keras.Model from the input to what ``block`` returns.
    """
    import keras

    inputs = keras.Input(shape)
    return keras.Model(inputs, block(inputs, *args, **kwargs))


def _trusted_outputs(
    builds: Sequence[Build], images: Array, rng: np.random.Generator
) -> tuple[list[Array], list[Array]]:
    """Random weights scaled for the first network, and what each of the networks gives with them.

    ``rng`` starts each test in the same state for every submission, so the second one finds its answers here;
    ``rng`` leaves in the same state either way.
    """
    state = repr(rng.bit_generator.state)
    key = (*(_identity(build) for build in builds), hashlib.sha256(images.tobytes()).digest(), images.shape, state)
    if key not in _answers:
        while len(_answers) >= MAX_ANSWERS:
            del _answers[next(iter(_answers))]
        models = [build() for build in builds]
        arrays = random_weights(models[0], images, rng)
        for model in models[1:]:
            model.set_weights(arrays)
        _answers[key] = arrays, [predict(model, images) for model in models], rng.bit_generator.state
    arrays, outputs, rng.bit_generator.state = _answers[key]
    return arrays, outputs


def _identity(build: Build) -> Any:
    """Equal for two partials that build the same network."""
    if isinstance(build, functools.partial):
        return (build.func, repr(build.args), repr(sorted(build.keywords.items())), *filter(callable, build.args))
    return build


def predict(model: Any, images: Array, *, batch_size: int = 256) -> Array:
    """Outputs of a trusted model, (n, 1) float32, in batches of ``batch_size`` images."""
    parts = [np.asarray(model(images[n : n + batch_size], training=False)) for n in range(0, len(images), batch_size)]
    return np.concatenate(parts)


def load_weights(model: Any, weights: Sequence[Array]) -> bool:
    """Puts a student's arrays, in order of first use, into a trusted chain of layers; False when they do not fit."""
    try:
        # Kernel and bias may come in either order: the trusted arrays' shapes say which is which.
        model.set_weights(_in_order_of([w.shape for w in model.get_weights()], list(weights)))
    except AssertionError:
        return False
    return True
