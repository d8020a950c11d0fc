"""Public tests of the assignment "vgg16": students run them on their own machine with check(...)."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.grading.checks import check_shape


@pytest.mark.item(
    "conv_block",
    hint="Convolutions: `filters` filters, stride 1, padding='same'. After all of them one 2x2 pooling with stride 2.",
)
def test_conv_block_halves_height_and_width(student, rng):
    """A block halves height and width and gives the asked number of channels."""
    model = student.functional("conv_block", (16, 24, 3), filters=8, n_convs=2)
    output = student.predict(model, rng.random((2, 16, 24, 3), dtype=np.float32))
    assert output.shape == (2, 8, 12, 8), (
        f"input (2, 16, 24, 3), filters=8, n_convs=2: got shape {output.shape}, expected (2, 8, 12, 8). "
        "Likely cause: pooling inside the loop (a side is halved too often) or padding='valid' (a side is too small)."
    )


@pytest.mark.item(
    "conv_block",
    hint="n_convs new convolutions, each kernel_size x kernel_size with a bias, and nothing else that has weights.",
)
def test_conv_block_counts_its_weights(student):
    """A block of three 5x5 convolutions has the parameters of three 5x5 convolutions."""
    model = student.functional("conv_block", (16, 16, 2), filters=4, n_convs=3, kernel_size=5)
    got, expected = student.describe(model).trainable, (25 * 2 + 1) * 4 + 2 * (25 * 4 + 1) * 4
    assert got == expected, (
        f"2 channels in, filters=4, n_convs=3, kernel_size=5: got {got} parameters, expected {expected}. "
        "Likely cause: kernel_size, n_convs or filters is not used, or a convolution has no bias."
    )


@pytest.mark.item(
    "build_vgg16",
    hint="Return the keras.Model from keras.Input(shape=input_shape) to one sigmoid unit, whatever the activation.",
)
def test_build_vgg16_gives_a_probability(student, rng):
    """One image gives one number between 0 and 1, also with tanh inside."""
    images = rng.normal(size=(3, 32, 64, 1)).astype("float32") * 50
    model = student.build_vgg16((32, 64, 1), width=1 / 16, activation="tanh", dense_units=8)
    output = student.predict(model, images)
    check_shape(output, (3, 1))
    # sigmoid(-z) = 1 - sigmoid(z), which holds for no linear unit, tanh or softmax, whatever the initial weights.
    weights = [weight.value for weight in student.weights(model)]
    student.assign(model, weights[:-2] + [-value for value in weights[-2:]])
    total = output + student.predict(model, images)
    assert output.min() >= 0 and output.max() <= 1 and np.allclose(total, 1, rtol=0, atol=1e-4), (
        f"3 images: got outputs from {output.min()} to {output.max()}, expected those of a sigmoid. "
        "Likely cause: the last layer uses `activation` where it should always be a sigmoid."
    )


@pytest.mark.item(
    "build_vgg16",
    hint="2, 2, 3, 3, 3 convolutions, then three dense layers, each fed by the one before, and all of them trainable.",
)
def test_build_vgg16_has_sixteen_layers_with_weights(student):
    """Sixteen layers have weights: 13 convolutions and 3 dense layers."""
    model = student.build_vgg16((32, 32, 1), width=1 / 16, dense_units=8)
    shapes = [weight.value.shape for weight in student.weights(model, (32, 32, 1)) if weight.trainable]
    convolutions, dense = (sum(len(shape) == n for shape in shapes) for n in (4, 2))
    assert (convolutions, dense) == (13, 3), (
        f"got {convolutions} convolutions and {dense} dense layers, expected 13 and 3. "
        "Likely cause: a block with another number of convolutions, or a dense layer too few or too many."
    )


@pytest.mark.item(
    "count_parameters",
    hint="A convolution has (k * k * channels_in + 1) * channels_out parameters, a dense layer (units_in + 1) * "
    "units_out: add up all 16 layers, each fed by the one before, with the width applied and five poolings.",
)
def test_count_parameters_of_a_small_network(student):
    """An eighth of the width with 64 dense units has 251,097 parameters."""
    got, expected = student.count_parameters((64, 64, 1), 0.125, 3, 64), 251_097
    assert got == expected, (
        f"count_parameters((64, 64, 1), 0.125, 3, 64): got {got}, expected {expected} (difference {got - expected}). "
        "Likely cause: a bias per filter forgotten, the dense layers left out, or a side not divided by 32."
    )


@pytest.mark.item("count_parameters", hint="kernel_size enters squared, in every convolution.")
def test_count_parameters_for_seven_by_seven(student):
    """With 7x7 kernels the 13 full-width convolutions alone have 80,088,256 parameters."""
    dense = (2 * 2 * 512 + 1) * 8 + (8 + 1) * 8 + (8 + 1)
    got, expected = student.count_parameters((64, 64, 1), 1.0, 7, 8), 80_088_256 + dense
    assert got == expected, (
        f"count_parameters((64, 64, 1), 1.0, 7, 8): got {got}, expected {expected} (difference {got - expected}). "
        "Likely cause: kernel_size is fixed at 3 somewhere, or not squared."
    )


@pytest.mark.item(
    "receptive_field", hint="The first convolution sees kernel_size pixels; each further one adds kernel_size - 1."
)
def test_receptive_field_of_three_small_kernels(student):
    """Three 3x3 convolutions see as far as one 7x7."""
    for kernel_size, n_convs in [(3, 3), (7, 1)]:
        got = student.receptive_field(kernel_size, n_convs)
        assert got == 7, (
            f"receptive_field({kernel_size}, {n_convs}): got {got}, expected 7. "
            "Likely cause: each further convolution adds kernel_size - 1 pixels, not kernel_size."
        )
