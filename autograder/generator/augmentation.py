"""Differentiable augmentation of the images that the discriminator sees, real and generated alike.

Every transformation is applied to each image with a probability that the training adapts, so that the
discriminator cannot memorise the few training images and the generator does not learn the
transformations.

Sources: differentiable augmentation, Zhao et al. (2020), arXiv:2006.10738; adaptive probability,
Karras et al. (2020), arXiv:2006.06676.
"""

from __future__ import annotations

import math

import tensorflow as tf

BRIGHTNESS_DEVIATION = 0.1
CONTRAST_DEVIATION = 0.1
MAX_SHIFT = 1.0 / 8.0
SCALE_DEVIATION = 0.05
MAX_ROTATION = math.radians(5.0)


def stretch_horizontally(images: tf.Tensor, amount: float, seed: tf.Tensor) -> tf.Tensor:
    """Scales each image's width by up to ``amount``, since the source's proportions reveal the class.

    Args:
        images: ``(n, size, size, 1)`` float.
        amount: largest change, as a fraction of the width.
        seed: ``(2,)`` int seed.
    """
    count = tf.shape(images)[0]
    scale = tf.random.stateless_uniform((count,), seed, 1.0 - amount, 1.0 + amount)
    zero, one = tf.zeros_like(scale), tf.ones_like(scale)
    return _warp(images, (scale, zero, zero, one), zero, zero)


def augment(images: tf.Tensor, probability: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Brightness, contrast, translation, and scale with rotation, each with the given probability.

    Args:
        images: ``(n, size, size, 1)`` float in [-1, 1].
        probability: scalar float in [0, 1], of each transformation and image.
        seed: ``(2,)`` int seed; the same seed gives the same transformations.
    """
    count = tf.shape(images)[0]
    seeds = tf.unstack(tf.random.split(seed, 7), num=7)
    gates = tf.cast(tf.random.stateless_uniform((4, count), seeds[0]) < probability, tf.float32)

    brightness = BRIGHTNESS_DEVIATION * gates[0] * tf.random.stateless_normal((count,), seeds[1])
    contrast = tf.exp(CONTRAST_DEVIATION * gates[1] * tf.random.stateless_normal((count,), seeds[2]))
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    images = (images - mean) * contrast[:, None, None, None] + mean + brightness[:, None, None, None]

    reach = tf.cast(tf.shape(images)[1], tf.float32) * MAX_SHIFT
    shift = tf.round(gates[2] * tf.random.stateless_uniform((2, count), seeds[3], -reach, reach))
    scale = tf.exp(SCALE_DEVIATION * gates[3] * tf.random.stateless_normal((count,), seeds[4]))
    angle = gates[3] * tf.random.stateless_uniform((count,), seeds[5], -MAX_ROTATION, MAX_ROTATION)
    across, up = scale * tf.cos(angle), scale * tf.sin(angle)
    return _warp(images, (across, -up, up, across), shift[0], shift[1])


def _warp(images, matrix, shift_x, shift_y):
    """Affine map about the centre; beyond the image its edge is repeated."""
    xx, xy, yx, yy = matrix
    centre = 0.5 * (tf.cast(tf.shape(images)[1], tf.float32) - 1.0)
    offset_x = centre - centre * (xx + xy) + shift_x
    offset_y = centre - centre * (yx + yy) + shift_y
    zero = tf.zeros_like(xx)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([xx, xy, offset_x, yx, yy, offset_y, zero, zero], axis=1),
        output_shape=tf.shape(images)[1:3],
        fill_value=-1.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
