"""The discriminator that the generator is trained against.

It grows as the generator does: above 64 pixels it also gets the image at half the size, and the added parts start
as zeros.

Sources: StyleGAN2 (Karras et al. 2020; residual discriminator, minibatch standard deviation), Miyato and
Koyama (2018; projected label).
"""

from __future__ import annotations

import math

import keras
from keras import layers, ops

from autograder.dataset.generator_network import GROWN_FROM, ClassMixture, width


@keras.saving.register_keras_serializable(package="cxr")
class MinibatchDeviation(layers.Layer):
    """Appends one channel: the mean standard deviation over groups of four neighbours in the batch.

    Batches come sorted by class, so that each group shows the variety within one class.
    """

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def call(self, x):
        _, height, width, channels = x.shape
        groups = ops.reshape(x, (-1, 4, height, width, channels))
        deviation = ops.sqrt(ops.var(groups, axis=1) + 1e-8)
        deviation = ops.mean(deviation, axis=(1, 2, 3))
        deviation = ops.repeat(ops.reshape(deviation, (-1, 1, 1, 1)), 4, axis=0)
        deviation = ops.tile(deviation, (1, height, width, 1))
        return ops.concatenate([x, deviation], axis=-1)


def _discriminator_block(x, channels: int, name: str, *, silent: bool = False):
    """Two convolutions around an average pooling; a silent block starts with an output of zero."""
    last = "zeros" if silent else "he_normal"
    shortcut = layers.AveragePooling2D(2)(x)
    shortcut = layers.Conv2D(
        channels, 1, use_bias=False, kernel_initializer="zeros" if silent else "glorot_uniform", name=f"{name}_shortcut"
    )(shortcut)
    x = layers.Conv2D(x.shape[-1], 3, padding="same", kernel_initializer="he_normal", name=f"{name}_a")(x)
    x = layers.LeakyReLU(0.2)(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer=last, name=f"{name}_b")(x)
    x = layers.LeakyReLU(0.2)(x)
    return (x + shortcut) * math.sqrt(0.5)


def build_discriminator(size: int = 64, base: int = 16) -> keras.Model:
    """Discriminator with a projected label.

    Returns:
        Model from ``[(n, size, size, 1) float in [-1, 1], (n, 1) float label]`` to ``(n, 1)``
        logits, positive for "real"; ``n`` is a multiple of 4.
    """
    image = keras.Input((size, size, 1), name="image")
    label = keras.Input((1,), name="label")
    x, view, resolution = None, image, size
    while resolution > 4:
        if x is None or resolution >= GROWN_FROM:
            seen = layers.Conv2D(width(resolution, base), 1, name=f"from_image{resolution}")(view)
            x = seen if x is None else x + seen
            view = layers.AveragePooling2D(2)(view)
        grown = resolution > GROWN_FROM
        x = _discriminator_block(x, width(resolution // 2, base), f"d{resolution}", silent=grown)
        resolution //= 2
    x = MinibatchDeviation()(x)
    x = layers.Conv2D(8 * base, 3, padding="same", kernel_initializer="he_normal", name="d4")(x)
    x = layers.LeakyReLU(0.2)(x)
    features = layers.Dense(8 * base, kernel_initializer="he_normal", name="features")(layers.Flatten()(x))
    features = layers.LeakyReLU(0.2)(features)
    logit = layers.Dense(1, dtype="float32", name="logit")(features)
    projection = ClassMixture(8 * base, name="projection")(label)
    projected = ops.sum(features * projection, axis=-1, keepdims=True) / math.sqrt(8 * base)
    return keras.Model([image, label], logit + ops.cast(projected, "float32"), name=f"discriminator_{size}")
