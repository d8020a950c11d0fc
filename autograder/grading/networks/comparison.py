"""Does a student's network compute what the trusted one does?

Two things learned by trial.  Default initial weights prove nothing: a Glorot-initialised sigmoid VGG-16 gives the same
output for every image.  So the weights are scaled layer by layer, see ``weights.random_weights``, after which a swapped
activation or pooling moves some output by 0.1 or more, while right networks agree to about 1e-4.  And the order of a
model's ``weights`` list depends on how it was written, so weights are matched in the order of their first use in a
forward pass (``student.weights``), where functional, sequential, nested, subclassed and custom layers agree.

The trusted network is handed in (the fixture ``reference``); nothing here imports a solution.
TensorFlow and Keras are imported inside the functions: a host that grades NumPy needs neither.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.grading.checks import check_shape
from autograder.grading.networks.architecture import Build, KerasModel
from autograder.grading.networks.weights import NetworkWeights, match, random_weights, weights_of
from autograder.grading.student import Handle, Student, Weight

OUTPUT_ATOL = 0.02
"""Largest difference between two probabilities that still counts as the same function.

Measured on 200 seeds: networks with layers written by hand (convolution as a product of patches, activations from
their formulas) differ from the trusted one by up to 6.3e-5, float32 sums in another order; on 60 seeds a swapped
activation differs by 0.13 (ReLU6 for ReLU), 0.22 (GELU for ReLU) or more.
"""

MAX_ANSWERS = 64


@dataclass
class Answers:
    """What trusted networks give under random weights; computed once for all submissions of an engine.

    ``rng`` starts each test in the same state for every submission, so the second one finds its answers here;
    ``rng`` leaves in the same state either way.
    """

    _found: dict[Hashable, tuple[NetworkWeights, list[np.ndarray], Mapping[str, object]]] = field(default_factory=dict)

    def outputs(
        self, builds: Sequence[Build], images: np.ndarray, rng: np.random.Generator
    ) -> tuple[NetworkWeights, list[np.ndarray]]:
        """Random weights scaled for the first network, and what each of the networks gives with them."""
        state = repr(rng.bit_generator.state)
        key = (*map(_identity, builds), hashlib.sha256(images.tobytes()).digest(), images.shape, state)
        if key not in self._found:
            while len(self._found) >= MAX_ANSWERS:
                del self._found[next(iter(self._found))]
            models = [build() for build in builds]
            arrays = random_weights(models[0], images, rng)
            for model in models[1:]:
                model.set_weights(arrays)
            outputs = [predict(model, images) for model in models]
            self._found[key] = weights_of(models[0]), outputs, rng.bit_generator.state
        network, outputs, rng.bit_generator.state = self._found[key]
        return network, outputs


def _identity(build: Build) -> Hashable:
    """Equal for two partials that build the same network."""
    if isinstance(build, functools.partial):
        return (build.func, repr(build.args), repr(sorted(build.keywords.items())), *filter(callable, build.args))
    return build


def predict(model: KerasModel, images: np.ndarray, *, batch_size: int = 256) -> np.ndarray:
    """Outputs of a trusted model, (n, 1) float32, in batches of ``batch_size`` images."""
    parts = [np.asarray(model(images[n : n + batch_size], training=False)) for n in range(0, len(images), batch_size)]
    return np.concatenate(parts)


def random_images(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> np.ndarray:
    """(n, height, width, channels) float32 noise with some large structure; ``shape`` is that of one image."""
    noise = rng.normal(size=(n, *shape))
    return (noise + 2 * rng.normal(size=(n, 1, 1, 1)) + np.cumsum(noise, axis=2) / 4).astype("float32")


def block_model(block: Callable[..., object], shape: tuple[int, ...], *args: object, **kwargs: object) -> KerasModel:
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


def same_function_as(
    student: Student,
    handle: Handle,
    build: Build | Sequence[Build],
    images: np.ndarray,
    *,
    rng: np.random.Generator,
    answers: Answers | None = None,
    atol: float = OUTPUT_ATOL,
) -> None:
    """Checks that the student's model computes what the trusted one does, given the same weights.

    Args:
        student: the proxy.
        handle: the student's model.
        build: makes the trusted network with the same arguments, as a ``functools.partial``: a functional Keras model
            whose layers are used once each. Several where the student may choose (an activation): one has to agree,
            and their weights have the same shapes.
        images: (n, height, width, channels) float32, n >= 4; not square, so that height and width differ.
        rng: source of the random weights.
        answers: what was computed for earlier submissions (the fixture ``answers``).
        atol: largest difference of an output (a probability).

    Raises:
        AssertionError: the weights do not fit, or the outputs differ.
    """
    builds = [build] if callable(build) else list(build)
    network, wanted = (answers or Answers()).outputs(builds, images, rng)
    differences = []
    for outputs in _outputs_with(student, handle, network, images):
        check_shape(outputs, wanted[0].shape, "the output")
        differences += [float(np.max(np.abs(outputs - expected))) for expected in wanted]
        # Not `any(... > atol)`: a NaN has to fail.
        if any(difference <= atol for difference in differences):
            return
    raise AssertionError(
        f"with the same weights the outputs differ by {min(differences):.3g}"
        + (f" or more from all {len(builds)} networks that are allowed" if len(builds) > 1 else "")
    )


def _outputs_with(
    student: Student, handle: Handle, network: NetworkWeights, images: np.ndarray
) -> Iterator[np.ndarray]:
    """What the student's model gives with the trusted weights, for each way in which they fit."""
    weights = student.weights(handle, images.shape[1:])
    for fitting in match(network, weights):
        student.assign(handle, fitting.into_student(weights))
        yield student.predict(handle, images)


def give_weights(
    student: Student,
    handle: Handle,
    build: Build,
    images: np.ndarray,
    *,
    rng: np.random.Generator,
    answers: Answers | None = None,
) -> np.ndarray:
    """Puts random weights, scaled for the trusted network, into the student's model.

    Where they fit in several ways, and in none the outputs agree, the last way is kept.

    Args:
        student: the proxy.
        handle: the student's model.
        build, images, rng, answers: as in ``same_function_as``.

    Returns:
        What the trusted network gives with them.

    Raises:
        AssertionError: the student's model has weights of other number or shapes.
    """
    network, (wanted,) = (answers or Answers()).outputs([build], images, rng)
    weights = student.weights(handle, images.shape[1:])
    fitting = match(network, weights)
    for one in fitting:
        student.assign(handle, one.into_student(weights))
        if len(fitting) > 1 and _agree(student.predict(handle, images), wanted):
            break
    return wanted


def _agree(outputs: np.ndarray, wanted: np.ndarray) -> bool:
    return outputs.shape == wanted.shape and bool(np.max(np.abs(outputs - wanted)) <= OUTPUT_ATOL)


def difference_of(
    student: Student,
    first: Handle,
    second: Handle,
    build: Build,
    images: np.ndarray,
    *,
    rng: np.random.Generator,
    answers: Answers | None = None,
) -> float:
    """How far apart two of the student's models are, given the same weights.

    The weights are scaled for a trusted network.  Where they do not fit, because the student's network has other
    shapes, others of about that scale do: a wrong network can still be compared with itself.

    Args:
        student: the proxy.
        first, second: the student's models.
        build, images, rng, answers: as in ``same_function_as``.

    Returns:
        The largest absolute difference of an output.

    Raises:
        AssertionError: the two models have weights of other number or shapes.
    """
    network, _ = (answers or Answers()).outputs([build], images, rng)
    both = [student.weights(handle, images.shape[1:]) for handle in (first, second)]
    shapes = [[w.value.shape for w in weights if w.trainable] for weights in both]
    assert sorted(shapes[0]) == sorted(shapes[1]), "the two networks have weights of other number or shapes"
    try:
        given = [match(network, weights)[0].into_student(weights) for weights in both]
    except AssertionError:
        assert shapes[0] == shapes[1], "the two networks use their weights in another order"
        values = [_fan_in_scaled(shape, rng) for shape in shapes[0]]
        given = [_with_trainable(weights, values) for weights in both]
    outputs = []
    for handle, values in zip((first, second), given, strict=True):
        student.assign(handle, values)
        outputs.append(student.predict(handle, images))
    return float(np.max(np.abs(outputs[0] - outputs[1])))


def _with_trainable(weights: Sequence[Weight], values: Sequence[np.ndarray]) -> list[np.ndarray]:
    """``values`` for the trainable weights; the others stay as they are."""
    left = iter(values)
    return [next(left) if weight.trainable else weight.value for weight in weights]


def _fan_in_scaled(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Random weights of variance 2 / fan-in, and biases of standard deviation 0.3 (He et al. 2015)."""
    scale = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.3
    return rng.normal(0, scale, shape).astype("float32")


def check_gradients(
    student: Student,
    handle: Handle,
    build: Build,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    rng: np.random.Generator,
    answers: Answers | None = None,
) -> None:
    """Checks that training reaches every weight: with scaled random weights every gradient is finite and not all 0.

    A network that computes something else than the trusted one is not judged: with these weights its units may be dead
    by bad luck, and ``same_function_as`` finds it.

    Args:
        student: the proxy.
        handle: the student's model.
        build, images, rng, answers: as in ``same_function_as``.
        labels: (n,) float32, 0 or 1, both present.

    Raises:
        AssertionError: names the first weight without a usable gradient.
    """
    wanted = give_weights(student, handle, build, images, rng=rng, answers=answers)
    if not _agree(student.predict(handle, images), wanted):
        return
    names = [w.name for w in student.weights(handle) if w.trainable]
    gradients = student.gradients(handle, images, labels)
    assert len(gradients) == len(names), f"{len(gradients)} gradients for {len(names)} weights"
    for name, gradient in zip(names, gradients, strict=True):
        assert gradient is not None, f"no gradient reaches {name}"
        assert np.all(np.isfinite(gradient)), f"the gradient of {name} is not finite"
        assert np.any(gradient), f"the gradient of {name} is 0 everywhere"
