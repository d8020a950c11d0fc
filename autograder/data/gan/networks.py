"""The two networks of the chest X-ray GAN: generator and discriminator.

The generator turns a latent vector and a *severity* in [0, 1] (0 normal, 1 florid pneumonia) into
one grey image.  Severity mixes two class embeddings, so values between the classes give
borderline cases.  Both networks are written for training on two CPU cores.

Above 64 pixels they *grow*: a larger generator's image is the smaller one's, doubled, plus detail, and
a larger discriminator looks at the halved image as well.  The added parts start as zeros, so a network
that takes over the weights of a smaller one begins with the same function.

Sources: StyleGAN2 (Karras et al. 2020; residual discriminator, minibatch standard deviation),
FastGAN (Liu et al. 2021; skip-layer excitation), Karras et al. (2018; progressive growing),
Miyato and Koyama (2018; projected label).
"""

from __future__ import annotations

import math

import keras
from keras import layers, ops

LATENT_SIZE = 128
CONDITION_SIZE = 128
GROWN_FROM = 64


def _width(size: int, base: int) -> int:
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

    channels = _width(4, base)
    x = layers.Reshape((4, 4, channels))(layers.Dense(16 * channels, name="canvas")(condition))
    maps = {4: _generator_block(x, condition, channels, "g4", double=False)}
    image, resolution = None, 4
    while resolution < size:
        x = maps[resolution]
        resolution *= 2
        x = _generator_block(x, condition, _width(resolution, base), f"g{resolution}")
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


def _discriminator_block(x, channels: int, name: str, *, silent: bool = False):
    """Two convolutions around an average pooling; a silent block adds nothing until it has learned to."""
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
            seen = layers.Conv2D(_width(resolution, base), 1, name=f"from_image{resolution}")(view)
            x = seen if x is None else x + seen
            view = layers.AveragePooling2D(2)(view)
        grown = resolution > GROWN_FROM
        x = _discriminator_block(x, _width(resolution // 2, base), f"d{resolution}", silent=grown)
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
