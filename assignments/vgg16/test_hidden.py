"""Hidden tests of the assignment "vgg16".  Networks are compared by function, under transplanted weights.

`reference` is the instructor's vgg16.py, loaded by path; the inputs come from `rng`, seeded by the course's secret.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from autograder.errors import StudentError
from autograder.grading import networks
from autograder.grading.checks import check_close, check_raises

ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")
SHAPE = (32, 64, 1)  # not square: height and width cannot be exchanged unnoticed
SMALL = {"width": 1 / 16, "dense_units": 12}


def images_of(rng, n, shape):
    """(n, height, width, channels) float32 noise with some large structure."""
    noise = rng.normal(size=(n, *shape))
    return (noise + 2 * rng.normal(size=(n, 1, 1, 1)) + np.cumsum(noise, axis=2) / 4).astype("float32")


def compare_blocks(student, reference, rng, shape, *args, **kwargs):
    """Compares a student's block with the trusted one, called with the same arguments."""
    handle = student.functional("conv_block", shape, *args, **kwargs)
    trusted = partial(networks.block_model, reference.conv_block, shape, *args, **kwargs)
    networks.same_function_as(student, handle, trusted, images_of(rng, 6, shape), rng=rng)


def compare_networks(student, reference, rng, shape=SHAPE, **kwargs):
    """Compares a student's VGG-16 with the trusted one, built with the same arguments."""
    kwargs = SMALL | kwargs
    handle, trusted = student.build_vgg16(shape, **kwargs), partial(reference.build_vgg16, shape, **kwargs)
    networks.same_function_as(student, handle, trusted, images_of(rng, 8, shape), rng=rng)


def same_in_training(student, model, trusted, images, rng):
    """Fails where a network computes something else while it is trained, as it does with dropout."""
    # With the initial weights dropout would hardly show: a narrow network's output is much the same for all inputs.
    networks.give_weights(student, model, trusted, images, rng=rng)
    in_training = student.predict(model, images, training=True)
    check_close(in_training, student.predict(model, images), rtol=0, atol=networks.OUTPUT_ATOL)


@pytest.mark.item("conv_block", hint="Odd sides: 2x2 pooling with stride 2 drops the last row and column.")
def test_conv_block_shapes(student, rng):
    """The output has half the height and width, rounded down, for any input and any number of convolutions."""
    for (height, width, channels), filters, n_convs in [((17, 22, 1), 5, 1), ((12, 31, 4), 3, 4)]:
        model = student.functional("conv_block", (height, width, channels), filters, n_convs)
        output = student.predict(model, images_of(rng, 2, (height, width, channels)))
        assert output.shape == (2, height // 2, width // 2, filters)


@pytest.mark.item(
    "conv_block",
    weight=2,
    hint="Apply `activation` once after every convolution, the last one included; then the pooling takes the maximum.",
)
def test_conv_block_applies_each_activation(student, reference, rng):
    """With the same weights a block computes the same as ours, for each of the four activations."""
    for activation in ACTIVATIONS:
        compare_blocks(student, reference, rng, (12, 18, 2), 6, 2, kernel_size=3, activation=activation)


@pytest.mark.item("conv_block", hint="No dropout: a block is convolutions, their activations and one pooling.")
def test_conv_block_is_the_same_in_training(student, reference, rng):
    """While it is trained a block computes what it computes afterwards."""
    model = student.functional("conv_block", (12, 18, 2), 6, 2, kernel_size=3, activation="tanh")
    trusted = partial(networks.block_model, reference.conv_block, (12, 18, 2), 6, 2, 3, activation="tanh")
    same_in_training(student, model, trusted, images_of(rng, 6, (12, 18, 2)), rng)


@pytest.mark.item(
    "conv_block", weight=2, hint="kernel_size belongs into every convolution of the block; padding is 'same'."
)
def test_conv_block_uses_its_kernel_size(student, reference, rng):
    """With the same weights a block computes the same as ours, for kernels of 1, 5 and 7."""
    for kernel_size, n_convs in [(1, 2), (5, 3), (7, 1)]:
        compare_blocks(student, reference, rng, (14, 20, 2), 5, n_convs, kernel_size=kernel_size, activation="tanh")


@pytest.mark.item("conv_block", hint="The defaults stand in the signature: kernel_size=3, activation='relu'.")
def test_conv_block_defaults(student, reference, rng):
    """Left to its defaults a block uses 3x3 kernels and ReLU."""
    compare_blocks(student, reference, rng, (10, 16, 3), 4, 3)


@pytest.mark.item(
    "conv_block", hint="Test the arguments first, then raise ValueError with a text that says what was wrong."
)
def test_conv_block_refuses_wrong_arguments(student):
    """Counts below 1 and unknown activations raise ValueError."""
    block = student.functional("conv_block", (16, 16, 1), filters=4, n_convs=2)  # right ones are accepted
    assert student.describe(block).output_shape == (None, 8, 8, 4)
    wrong = [{"filters": 0}, {"filters": -2}, {"n_convs": 0}, {"kernel_size": 0}, {"activation": "softplus"}]
    for argument in wrong:
        kind = "no error"
        try:
            student.functional("conv_block", (16, 16, 1), **{"filters": 4, "n_convs": 2} | argument)
        except StudentError as error:
            kind = error.kind
        assert kind == "ValueError", f"{argument}: got {kind}, expected ValueError"


@pytest.mark.item(
    "build_vgg16",
    hint="Every block has max(1, int(c * width)) filters, c = 64, 128, 256, 512, 512; the image comes in as it is, "
    "with any sides from 32 upwards; Flatten hands all that is left on to the dense layers.",
)
def test_build_vgg16_layer_shapes(student):
    """Every layer has weights of the right shape, for odd widths, sides and channels."""
    for shape, width, dense_units in [((70, 45, 3), 0.1, 7), ((32, 33, 2), 0.001, 3)]:
        model = student.build_vgg16(shape, width, 3, "relu", dense_units)
        got = [weight.value.shape for weight in student.weights(model, shape) if weight.trainable]
        expected, channels = [], shape[2]
        for c in [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6:
            filters = max(1, int(c * width))
            expected += [(3, 3, channels, filters), (filters,)]
            channels = filters
        units = (shape[0] // 32) * (shape[1] // 32) * channels
        for units_out in (dense_units, dense_units, 1):
            expected += [(units, units_out), (units_out,)]
            units = units_out
        assert sorted(got) == sorted(expected), f"build_vgg16({shape}, {width}): other weight shapes"


@pytest.mark.item(
    "build_vgg16",
    weight=2,
    hint="`activation` belongs to each of the 13 convolutions and to the two hidden dense layers, which share no "
    "weights; nothing else computes between the input and the sigmoid.",
)
def test_build_vgg16_small_kernels(student, reference, rng):
    """With the same weights the network computes the same as ours: 3x3 kernels, each of the four activations."""
    for activation in ACTIVATIONS:
        compare_networks(student, reference, rng, kernel_size=3, activation=activation)


@pytest.mark.item(
    "build_vgg16", weight=2, hint="kernel_size has to reach all 13 convolutions, activation the dense layers too."
)
def test_build_vgg16_large_kernels(student, reference, rng):
    """With the same weights the network computes the same as ours: 7x7 and 5x5 kernels."""
    compare_networks(student, reference, rng, kernel_size=7, activation="elu")
    compare_networks(student, reference, rng, kernel_size=5, activation="tanh")


@pytest.mark.item("build_vgg16", hint="No dropout, no batch normalisation: the network has nothing between its layers.")
def test_build_vgg16_is_the_same_in_training(student, reference, rng):
    """While it is trained the network computes what it computes afterwards."""
    model = student.build_vgg16(SHAPE, activation="tanh", **SMALL)
    trusted = partial(reference.build_vgg16, SHAPE, activation="tanh", **SMALL)
    same_in_training(student, model, trusted, images_of(rng, 8, SHAPE), rng)


@pytest.mark.item("build_vgg16", hint="The defaults stand in the signature: full width, 4096 dense units.")
def test_build_vgg16_defaults(student):
    """Left to its defaults the network has 39,891,649 parameters."""
    model = student.describe(student.build_vgg16(), (64, 64, 1))
    assert model.trainable == 14_713_536 + (2048 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1)


@pytest.mark.item(
    "build_vgg16",
    hint="Every layer stays trainable and leads to the output: no stop_gradient, no layer beside the path.",
)
def test_build_vgg16_gradient_reaches_every_weight(student, reference, rng):
    """Every weight receives a finite gradient that is not zero, so that training can change it."""
    images, labels = images_of(rng, 8, SHAPE), np.arange(8, dtype="float32") % 2
    handle = student.build_vgg16(SHAPE, activation="sigmoid", **SMALL)
    trusted = partial(reference.build_vgg16, SHAPE, activation="sigmoid", **SMALL)
    networks.check_gradients(student, handle, trusted, images, labels, rng=rng)


@pytest.mark.item(
    "build_vgg16",
    hint="Sides of 32 or more (five poolings), width above 0, kernel_size and dense_units from 1 upwards, one of the "
    "four activations: raise ValueError with a text that says what was wrong.",
)
def test_build_vgg16_refuses_wrong_arguments(student):
    """Sides below 32 pixels, a width of 0, unknown activations and counts below 1 raise ValueError."""
    assert student.predict(student.build_vgg16((32, 32, 1), **SMALL), np.zeros((2, 32, 32, 1), "f4")).shape == (2, 1)
    for shape in [(31, 64, 1), (64, 16, 1)]:
        check_raises(student, "build_vgg16", shape, **SMALL)
    for argument in [{"width": 0}, {"width": -0.5}, {"kernel_size": 0}, {"dense_units": 0}, {"activation": "gelu"}]:
        check_raises(student, "build_vgg16", (32, 32, 1), **SMALL | argument)


def count_by_formula(height, width_px, channels, width, k, dense_units):
    """The number of parameters, written down term by term."""
    a, b, c, d = (max(1, int(n * width)) for n in (64, 128, 256, 512))
    kernels = k * k * (channels * a + a * a + a * b + b * b + b * c + 2 * c * c + c * d + 5 * d * d)
    biases = 2 * a + 2 * b + 3 * c + 6 * d
    flat = (height // 32) * (width_px // 32) * d
    return kernels + biases + (flat + 1) * dense_units + (dense_units + 1) * dense_units + dense_units + 1


@pytest.mark.item(
    "count_parameters",
    weight=2,
    hint="Compare with build_vgg16(...).count_params() for several channels, odd sides and small widths: each pooling "
    "rounds each side down, and max(1, int(c * width)) holds here too.",
)
def test_count_parameters_for_random_arguments(student, rng):
    """The count is right for other sides, channels, widths, kernels and dense layers."""
    for _ in range(20):  # small enough to be built: who counts by building loses the next test alone
        shape = (int(rng.integers(32, 300)), int(rng.integers(32, 300)), int(rng.integers(1, 5)))
        width, k = float(rng.choice([0.001, 0.1, 0.15, 0.3])), int(rng.choice([1, 3, 5, 7]))
        dense_units = int(rng.integers(1, 500))
        got = student.count_parameters(shape, width, k, dense_units)
        check_close(got, count_by_formula(*shape, width, k, dense_units), rtol=0, what="parameters")


@pytest.mark.item("count_parameters", hint="No model is needed: add up the formula layer by layer.")
def test_count_parameters_builds_no_model(student):
    """A network that fits in no memory is counted as well."""
    got = student.count_parameters((8192, 8192, 1), 1.0, 3, 100_000)
    check_close(got, count_by_formula(8192, 8192, 1, 1.0, 3, 100_000), rtol=0, what="parameters")
    original = student.count_parameters((224, 224, 3), 1.0, 3, 4096)  # known to have 138,357,544 with its 1000 classes
    check_close(original, 138_357_544 - 4097 * 999, rtol=0, what="parameters")


@pytest.mark.item("receptive_field", hint="Draw two 5x5 convolutions on paper: 5 pixels, then 9.")
def test_receptive_field_values(student, rng):
    """The receptive field is right for every kernel size and depth."""
    for _ in range(10):
        kernel_size, n_convs = int(rng.integers(1, 12)), int(rng.integers(1, 20))
        got = student.receptive_field(kernel_size, n_convs)
        check_close(got, 1 + n_convs * (kernel_size - 1), rtol=0, what="receptive field")


@pytest.mark.item("receptive_field", weight=0.5, hint="Raise ValueError with a text that says what was wrong.")
def test_receptive_field_refuses_counts_below_one(student):
    """A kernel size or a number of convolutions below 1 raises ValueError."""
    check_close(student.receptive_field(3, 2), 5, rtol=0, what="receptive field")
    for arguments in [(0, 1), (-3, 2), (3, 0), (3, -1)]:
        check_raises(student, "receptive_field", *arguments)
