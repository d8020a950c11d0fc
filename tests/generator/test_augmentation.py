"""Differentiable augmentation."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from autograder.generator.augmentation import augment, stretch_horizontally

SEED = tf.constant([1, 2])
IMAGES = tf.constant(np.random.default_rng(1).uniform(-1, 1, (64, 16, 16, 1)), tf.float32)


def test_probability_0_changes_nothing():
    """Without augmentation the images come back as they are."""
    np.testing.assert_allclose(augment(IMAGES, tf.constant(0.0), SEED), IMAGES, atol=1e-5)


def test_probability_decides_how_many_images_change():
    """At 0.2, (1 - 0.2)^4 of the images stay as they are, give or take chance; at 1 hardly any does."""
    shares = []
    for probability in (0.2, 1.0):
        changed = np.abs(augment(IMAGES, tf.constant(probability), SEED) - IMAGES).max(axis=(1, 2, 3)) > 1e-4
        shares.append(changed.mean())
    assert abs(shares[0] - (1 - 0.8**4)) < 0.25 and shares[1] > 0.95


def test_the_same_seed_gives_the_same_augmentation():
    """A resumed run sees what the interrupted one would have seen."""
    first, second = (augment(IMAGES, tf.constant(0.7), SEED) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(augment(IMAGES, tf.constant(0.7), SEED + 1) - first).max() > 0.1


def test_gradients_reach_the_images():
    """The generator learns through the augmentation."""
    with tf.GradientTape() as tape:
        tape.watch(IMAGES)
        total = tf.reduce_sum(tf.square(augment(IMAGES, tf.constant(0.9), SEED)))
    slopes = tape.gradient(total, IMAGES)
    assert np.isfinite(slopes).all() and (np.abs(slopes).max(axis=(1, 2, 3)) > 0).all()


def test_a_stretch_keeps_the_middle_column_and_the_rows():
    """Widths change about the centre; nothing moves up or down."""
    rows = tf.broadcast_to(tf.linspace(-1.0, 1.0, 17)[None, :, None, None], (8, 17, 17, 1))
    np.testing.assert_allclose(stretch_horizontally(rows, 0.12, SEED), rows, atol=1e-5)
    columns = tf.transpose(rows, (0, 2, 1, 3))
    stretched = stretch_horizontally(columns, 0.12, SEED).numpy()
    np.testing.assert_allclose(stretched[:, :, 8], 0.0, atol=1e-5)
    widths = stretched[:, 8, 12, 0] / float(columns[0, 8, 12, 0])
    assert widths.min() < 0.97 and widths.max() > 1.03 and np.abs(widths - 1).max() <= 0.1201
