"""The generator of chest X-rays: the network that the course's images are sampled from.

It turns a latent vector and a *severity* in [0, 1] (0 normal, 1 florid pneumonia) into one grey image.
Severity mixes two class embeddings, so values between the classes give borderline cases.  The network is
small enough for training on two CPU cores (``autograder.generator``).

Above 64 pixels it *grows*: a larger generator's image is the smaller one's, doubled, plus detail.  The added
parts start as zeros, so a network that takes over the weights of a smaller one begins with the same function.

Sources: FastGAN (Liu et al. 2021; skip-layer excitation), Karras et al. (2018; progressive growing).
"""

from __future__ import annotations

import math

import keras
from keras import layers, ops

LATENT_SIZE = 128
CONDITION_SIZE = 128
GROWN_FROM = 64


def width(size: int, base: int) -> int:
    """Channels at a resolution of ``size`` pixels: ``base`` at 64, doubled towards 4, at most 8 x."""
    return min(8 * base, max(base // 2, base * 64 // size))


@keras.saving.register_keras_serializable(package="cxr")
class ClassMixture(layers.Layer):
    """Mixes the embeddings of the two classes: ``(1 - severity) * normal + severity * abnormal``."""

    def __init__(self, units: int, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.embeddings = self.add_weight(
            shape=(2, self.units), initializer=keras.initializers.RandomNormal(stddev=1.0), name="embeddings"
        )

    def call(self, severity):
        normal, abnormal = self.embeddings[0], self.embeddings[1]
        return (1.0 - severity) * normal + severity * abnormal


@keras.saving.register_keras_serializable(package="cxr")
class ModulatedGroupNorm(layers.Layer):
    """Group normalisation (8 channels a group) whose scale and shift follow the condition.

    Statistics and modulation are folded into one multiplication and one addition per pixel,
    which takes half the time of normalising first and modulating afterwards.
    """

    def build(self, input_shapes):
        (*_, channels), (_, units) = input_shapes
        self.kernel = self.add_weight(shape=(units, 2 * channels), initializer="lecun_normal", name="kernel")
        self.bias = self.add_weight(shape=(2 * channels,), initializer="zeros", name="bias")

    def compute_output_shape(self, input_shapes):
        return input_shapes[0]

    def call(self, inputs):
        x, condition = inputs
        channels = x.shape[-1]
        groups = max(1, channels // 8)
        style = ops.matmul(condition, self.kernel) + self.bias
        scale, shift = 1.0 + style[:, :channels], style[:, channels:]

        def of_group(per_channel):
            pooled = ops.mean(ops.reshape(per_channel, (-1, groups, channels // groups)), axis=2)
            return ops.repeat(pooled, channels // groups, axis=1)

        mean = of_group(ops.mean(x, axis=(1, 2)))
        power = of_group(ops.mean(ops.square(x), axis=(1, 2)))
        gain = scale * ops.rsqrt(ops.maximum(power - ops.square(mean), 0.0) + 1e-4)
        return x * gain[:, None, None, :] + (shift - mean * gain)[:, None, None, :]


def _generator_block(x, condition, channels: int, name: str, *, double: bool = True):
    """Two convolutions around a bilinear doubling; the first works at the low resolution."""
    shortcut = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_shortcut")(x)
    x = ModulatedGroupNorm(name=f"{name}_norm_a")([x, condition])
    x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_normal", name=f"{name}_a")(x)
    if double:
        shortcut = layers.UpSampling2D(2, interpolation="bilinear")(shortcut)
        x = layers.UpSampling2D(2, interpolation="bilinear")(x)
    x = ModulatedGroupNorm(name=f"{name}_norm_b")([x, condition])
    x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_normal", name=f"{name}_b")(x)
    return (x + shortcut) * math.sqrt(0.5)


def _skip_excitation(x, source, name: str):
    """FastGAN's gate: a low resolution decides which channels of a high one are used."""
    gate = layers.AveragePooling2D(source.shape[1] // 4)(source) if source.shape[1] > 4 else source
    gate = layers.Conv2D(x.shape[-1], 4, name=f"{name}_squeeze")(gate)
    gate = layers.LeakyReLU(0.1)(gate)
    gate = layers.Conv2D(x.shape[-1], 1, activation="sigmoid", name=f"{name}_gate")(gate)
    return x * (2.0 * gate)


def build_generator(size: int = 64, base: int = 16) -> keras.Model:
    """Generator of ``(size, size)`` grey images.

    Args:
        size: height and width in pixels, a power of two, at least 16.
        base: channels at 64 x 64 pixels.

    Returns:
        Model from ``[(n, LATENT_SIZE) float latent, (n, 1) float severity]`` to
        ``(n, size, size, 1)`` float in [-1, 1].
    """
    latent = keras.Input((LATENT_SIZE,), name="latent")
    severity = keras.Input((1,), name="severity")
    direction = latent / ops.sqrt(ops.mean(ops.square(latent), axis=-1, keepdims=True) + 1e-8)
    condition = layers.Concatenate()([direction, ClassMixture(LATENT_SIZE, name="class_mixture")(severity)])
    for number in (1, 2):
        condition = layers.Dense(CONDITION_SIZE, kernel_initializer="he_normal", name=f"mapping_{number}")(condition)
        condition = layers.LeakyReLU(0.2)(condition)

    channels = width(4, base)
    x = layers.Reshape((4, 4, channels))(layers.Dense(16 * channels, name="canvas")(condition))
    maps = {4: _generator_block(x, condition, channels, "g4", double=False)}
    image, resolution = None, 4
    while resolution < size:
        x = maps[resolution]
        resolution *= 2
        x = _generator_block(x, condition, width(resolution, base), f"g{resolution}")
        if resolution >= 32 and resolution // 8 in maps:
            x = _skip_excitation(x, maps[resolution // 8], f"excite{resolution}")
        maps[resolution] = x
        if resolution >= min(size, GROWN_FROM):
            image = _add_detail(image, x, condition, resolution)
    image = layers.Activation("tanh", name="image")(image)
    return keras.Model([latent, severity], image, name=f"generator_{size}")


def _add_detail(image, x, condition, resolution: int):
    """The picture at a resolution: the one of half the size, doubled, and what the new features add."""
    first = image is None
    x = ModulatedGroupNorm(name=f"image{resolution}_norm")([x, condition])
    x = layers.LeakyReLU(0.2)(x)
    start = "glorot_uniform" if first else "zeros"
    detail = layers.Conv2D(1, 3, padding="same", kernel_initializer=start, name=f"image{resolution}")(x)
    return detail if first else layers.UpSampling2D(2, interpolation="bilinear")(image) + detail
