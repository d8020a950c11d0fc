"""A small network trained on real images, whose features measure how similar two chest X-rays are.

It classifies the image and redraws it, both from the same few features, so that these hold what matters for
the diagnosis as well as what the image looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from autograder.files import replacing

FEATURES = 64
BATCH_SIZE = 64
REDRAWN_SIZE = 32
REDRAWING_WEIGHT = 10.0


def build_feature_network(size: int) -> keras.Model:
    """From ``(n, size, size, 1)`` float in [0, 1] to ``[(n, FEATURES), (n, 1) logits, (n, 32, 32, 1)]``."""
    image = keras.Input((size, size, 1))
    x = image
    for channels in (16, 32, 64, 96):
        x = layers.Conv2D(channels, 3, strides=2, padding="same", activation="elu")(x)
    features = layers.Dense(FEATURES, name="features")(layers.Flatten()(x))
    logit = layers.Dense(1)(features)
    y = layers.Reshape((8, 8, 32))(layers.Dense(8 * 8 * 32, activation="elu")(features))
    for channels in (32, 16):
        y = layers.Conv2DTranspose(channels, 4, strides=2, padding="same", activation="elu")(y)
    redrawn = layers.Conv2D(1, 3, padding="same")(y)
    return keras.Model(image, [features, logit, redrawn])


class FeatureExtractor:
    """Features of images, each scaled to standard deviation 1 over the images trained on.

    Args:
        network: from ``build_feature_network``.
        mean, deviation: ``(FEATURES,)`` of the raw features.
    """

    def __init__(self, network: keras.Model, mean: np.ndarray, deviation: np.ndarray):
        self._network, self._mean, self._deviation = network, mean, deviation

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """``(n, size, size)`` uint8 to ``(n, FEATURES)`` float."""
        return (_raw_features(self._network, images) - self._mean) / self._deviation

    def save(self, path: Path) -> None:
        """Writes everything as one ``.npz``, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        weights = {f"weight_{n}": array for n, array in enumerate(self._network.get_weights())}
        with replacing(path) as stream:
            np.savez(stream, allow_pickle=False, mean=self._mean, deviation=self._deviation, **weights)

    @staticmethod
    def load(path: Path, size: int) -> FeatureExtractor:
        """Reads a file that ``save`` wrote, for images of ``size`` pixels."""
        network = build_feature_network(size)
        with np.load(path, allow_pickle=False) as data:
            network.set_weights([data[f"weight_{n}"] for n in range(len(network.weights))])
            return FeatureExtractor(network, data["mean"], data["deviation"])


def _raw_features(network: keras.Model, images: np.ndarray) -> np.ndarray:
    parts = [
        np.asarray(network(_scaled(images[start : start + 500]), training=False)[0])
        for start in range(0, len(images), 500)
    ]
    return np.concatenate(parts)


def train_features(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    steps: int,
    seed: int,
    progress: Callable[[float], None] = lambda share: None,
) -> FeatureExtractor:
    """Trains the network with the classes sampled evenly and images shifted by up to four pixels.

    Args:
        images: ``(n, size, size)`` uint8 real images.
        labels: ``(n,)`` int, 0 normal, 1 abnormal.
        steps: batches to train on.
        seed: of weights and batches.
        progress: called with the share done, in [0, 1].
    """
    keras.utils.set_random_seed(seed)
    network = build_feature_network(images.shape[1])
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(network.trainable_variables)
    rng = np.random.default_rng(seed)
    by_class = [np.flatnonzero(labels == label) for label in (0, 1)]
    targets = tf.constant(np.repeat([[0.0], [1.0]], BATCH_SIZE // 2, axis=0), tf.float32)

    @tf.function
    def update(batch: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            _, logit, redrawn = network(batch, training=True)
            told_apart = tf.nn.sigmoid_cross_entropy_with_logits(targets, logit)
            small = tf.image.resize(batch, (REDRAWN_SIZE, REDRAWN_SIZE), method="area")
            loss = tf.reduce_mean(told_apart) + REDRAWING_WEIGHT * tf.reduce_mean(tf.square(redrawn - small))
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)

    for step in range(steps):
        chosen = np.concatenate([rng.choice(indices, BATCH_SIZE // 2) for indices in by_class])
        update(tf.constant(_scaled(np.roll(images[chosen], rng.integers(-4, 5, size=2), axis=(1, 2)))))
        progress((step + 1) / steps)
    raw = _raw_features(network, images)
    return FeatureExtractor(network, raw.mean(axis=0), raw.std(axis=0) + 1e-6)


def _scaled(images: np.ndarray) -> np.ndarray:
    return images[..., None].astype(np.float32) / 255.0
