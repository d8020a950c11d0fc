"""VGG-16 for a single grey chest X-ray, and the arithmetic behind it.

Source: Simonyan and Zisserman (2015), "Very deep convolutional networks for large-scale image
recognition", arXiv:1409.1556, configuration D, with one sigmoid unit in place of the 1000-way softmax.
"""

from __future__ import annotations

import keras
from keras import layers


def conv_block(x, filters, n_convs, kernel_size=3, activation="relu"):
    """One VGG block: `n_convs` convolutions of stride 1, then one max pooling that halves height and width.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: int >= 1, number of filters of every convolution.
        n_convs: int >= 1, number of convolutions.
        kernel_size: int >= 1, side of the square kernels.
        activation: "sigmoid", "tanh", "relu" or "elu", applied after every convolution.

    Returns:
        Keras tensor of shape (batch, height // 2, width // 2, filters). The convolutions keep height
        and width (padding "same"); the pooling is 2x2 with stride 2.

    Raises:
        ValueError: filters, n_convs or kernel_size is below 1, or the activation is not one of the four.
    """
    ### BEGIN SOLUTION
    for name, value in {"filters": filters, "n_convs": n_convs, "kernel_size": kernel_size}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if activation not in ("sigmoid", "tanh", "relu", "elu"):
        raise ValueError(f"activation must be sigmoid, tanh, relu or elu, got {activation!r}")
    for _ in range(n_convs):
        x = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)(x)
    return layers.MaxPooling2D(pool_size=2, strides=2)(x)
    ### END SOLUTION


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    """VGG-16 with one sigmoid unit at its end: the probability that an X-ray is abnormal.

    Five blocks of 2, 2, 3, 3, 3 convolutions with 64, 128, 256, 512, 512 filters, each block followed
    by a 2x2 max pooling; then flatten, two dense layers with the activation, one sigmoid unit.

    Args:
        input_shape: (height, width, channels) of one image; height and width at least 32 pixels.
        width: float > 0, factor on the number of filters: a layer has max(1, int(c * width)) of them.
        kernel_size: int >= 1, side of the kernels of all 13 convolutions.
        activation: "sigmoid", "tanh", "relu" or "elu", of all 13 convolutions and both hidden dense layers.
        dense_units: int >= 1, units of each of the two hidden dense layers.

    Returns:
        keras.Model, not compiled, from (batch, height, width, channels) to (batch, 1) in [0, 1].

    Raises:
        ValueError: a side is below 32 pixels (five poolings leave nothing of it), width is not above 0,
            kernel_size or dense_units is below 1, or the activation is not one of the four.
    """
    ### BEGIN SOLUTION
    if min(input_shape[:2]) < 32:
        raise ValueError(f"input_shape {input_shape} is too small: five poolings need sides of at least 32 pixels")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}")
    if dense_units < 1:
        raise ValueError(f"dense_units must be at least 1, got {dense_units}")

    def filters(channels):
        return max(1, int(channels * width))

    inputs = keras.Input(shape=input_shape)

    # Block 1
    x = conv_block(inputs, filters(64), 2, kernel_size, activation)

    # Block 2
    x = conv_block(x, filters(128), 2, kernel_size, activation)

    # Block 3
    x = conv_block(x, filters(256), 3, kernel_size, activation)

    # Block 4
    x = conv_block(x, filters(512), 3, kernel_size, activation)

    # Block 5
    x = conv_block(x, filters(512), 3, kernel_size, activation)

    # Classification block
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    x = layers.Dense(dense_units, activation=activation)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)

    return keras.Model(inputs, outputs, name="vgg16")
    ### END SOLUTION


def count_parameters(input_shape, width, kernel_size, dense_units):
    """Number of trainable parameters of `build_vgg16` with these arguments, by arithmetic alone.

    A convolution has (kernel_size**2 * channels_in + 1) * channels_out parameters, a dense layer
    (units_in + 1) * units_out. No model is built: the arguments may describe a network of any size.

    Args:
        input_shape: (height, width, channels) of one image; height and width at least 32 pixels.
        width: float > 0, factor on the number of filters, as in `build_vgg16`.
        kernel_size: int >= 1, side of the kernels.
        dense_units: int >= 1, units of each hidden dense layer.

    Returns:
        int, the number of all weights and biases, dense layers and output unit included.
    """
    ### BEGIN SOLUTION
    height, breadth, channels = input_shape
    total = 0
    for n_convs, c in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            filters = max(1, int(c * width))
            total += (kernel_size**2 * channels + 1) * filters
            channels = filters
        height, breadth = height // 2, breadth // 2
    units = height * breadth * channels
    for units_out in (dense_units, dense_units, 1):
        total += (units + 1) * units_out
        units = units_out
    return total
    ### END SOLUTION


def receptive_field(kernel_size, n_convs):
    """Side, in pixels, of the input region that one output pixel of stacked convolutions depends on.

    Args:
        kernel_size: int >= 1, side of the kernel of every convolution; their stride is 1.
        n_convs: int >= 1, number of convolutions, one on top of the other.

    Returns:
        int, the side of the receptive field in pixels.

    Raises:
        ValueError: kernel_size or n_convs is below 1.
    """
    ### BEGIN SOLUTION
    if kernel_size < 1 or n_convs < 1:
        raise ValueError(f"kernel_size and n_convs must be at least 1, got {kernel_size} and {n_convs}")
    return 1 + n_convs * (kernel_size - 1)
    ### END SOLUTION


def architecture():
    """What a grader has to know about VGG-16: how to build it, and what a student may choose."""
    from autograder.grading.networks import Architecture  # here, since a submission that holds this file has no graders

    return Architecture(
        "VGG-16",
        build_vgg16,
        from_profile=("width", "dense_units"),
        sizes={"kernel_size": (3, 5, 7)},
        functions={"activation": ("sigmoid", "tanh", "relu", "elu")},
        label="{kernel_size}x{kernel_size}, {activation}",
    )
