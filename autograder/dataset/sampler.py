"""Makes images from latent vectors and severities; the only part of a build that needs TensorFlow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from autograder.errors import EnvironmentFault, UsageError
from autograder.tensorflow_start import import_tensorflow

GENERATOR_PATH = Path(__file__).with_name("generator.npz")


class Sampler(Protocol):
    """Makes ``(n, size, size)`` uint8 images of ``(n, latent_size)`` latents and ``(n, 1)`` severities."""

    latent_size: int

    def __call__(self, latent: np.ndarray, severity: np.ndarray) -> np.ndarray:
        """One batch of images."""
        ...


def generator_sha256(path: Path = GENERATOR_PATH) -> str:
    """Hash of a generator's file.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"no generator at {path}; name one with --generator, or install the package again")
    return hashlib.sha256(path.read_bytes()).hexdigest()


class GeneratorSampler:
    """Runs a generator's file at a given image size.

    Args:
        path: weights written by ``weights.save_generator``.
        size: height and width in pixels; a size below the generator's own is reached by averaging
            areas, a larger one by bilinear interpolation.
        batch_size: images in every call; a fixed number needs only one compiled function.
    """

    def __init__(self, path: Path, size: int, batch_size: int):
        try:
            import_tensorflow()
            from autograder.dataset.generator_network import LATENT_SIZE
            from autograder.dataset.weights import load_generator
        except ImportError as error:
            raise EnvironmentFault(f"building images needs TensorFlow ({error}): pip install tensorflow") from error
        try:
            generator, _ = load_generator(path)
        except (ValueError, KeyError, OSError) as error:
            raise UsageError(f"{path} is not a generator of this package: {error}") from error
        self.latent_size = LATENT_SIZE
        self._run = _compiled(generator, size, batch_size, LATENT_SIZE)

    def __call__(self, latent: np.ndarray, severity: np.ndarray) -> np.ndarray:
        """One batch of images, ``(batch_size, size, size)`` uint8."""
        return self._run(latent, severity)


def _compiled(
    generator: Callable[..., Any], size: int, batch_size: int, latent_size: int
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    import tensorflow as tf

    def images_of(latent, severity):  # type: ignore[no-untyped-def]
        images = generator([latent, severity], training=False)
        if images.shape[1] != size:
            method = "area" if size < images.shape[1] else "bilinear"
            images = tf.image.resize(images, (size, size), method=method)
        grey = tf.round((images[..., 0] + 1.0) * 127.5)
        return tf.cast(tf.clip_by_value(grey, 0.0, 255.0), tf.uint8)

    signature = [
        tf.TensorSpec((batch_size, latent_size), tf.float32),
        tf.TensorSpec((batch_size, 1), tf.float32),
    ]
    compiled = tf.function(images_of, input_signature=signature)
    return lambda latent, severity: np.asarray(compiled(latent, severity))
