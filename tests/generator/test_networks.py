"""The two networks: shapes, and growing without a change of function."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from autograder.dataset.generator_network import LATENT_SIZE, build_generator
from autograder.dataset.sampler import GENERATOR_PATH
from autograder.dataset.weights import arrays_of, load_generator, save_generator, take_over
from autograder.generator.discriminator import build_discriminator

RNG = np.random.default_rng(5)
LATENT = RNG.standard_normal((4, LATENT_SIZE)).astype(np.float32)
SEVERITY = np.array([[0.0], [0.3], [0.7], [1.0]], np.float32)


@pytest.fixture(autouse=True)
def seeded():
    """The same initial weights on every run."""
    keras.utils.set_random_seed(1)


@pytest.mark.parametrize("size", [16, 64, 128])
def test_a_generator_makes_images_in_range(size):
    """Any size gives square images in [-1, 1]."""
    images = np.asarray(build_generator(size, 8)([LATENT, SEVERITY]))
    assert images.shape == (4, size, size, 1)
    assert np.abs(images).max() <= 1.0


@pytest.mark.slow
def test_a_grown_generator_begins_with_the_smaller_ones_images():
    """At 128 pixels, with the weights of 64, the halved image is the smaller generator's."""
    small, large = build_generator(64, 8), build_generator(128, 8)
    left = take_over(large, arrays_of(small))
    assert left and all("128" in name for name in left)
    images, doubled = (
        np.asarray(keras.Model(each.inputs, each.get_layer("image").input)([LATENT, SEVERITY]), np.float64)
        for each in (large, small)  # before tanh, which would squeeze the differences
    )
    # Bilinear doubling leaves the inner pixels' mean as a blur of the neighbours: compare with the same blur.
    halved = images.reshape(4, 64, 2, 64, 2, 1).mean(axis=(2, 4))
    padded = np.pad(doubled, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    kernel = np.array([1.0, 6.0, 1.0]) / 8.0
    blurred = sum(kernel[i] * kernel[j] * padded[:, i : i + 64, j : j + 64] for i in range(3) for j in range(3))
    np.testing.assert_allclose(halved, blurred, atol=1e-4)


@pytest.mark.slow
def test_a_grown_discriminator_begins_with_the_smaller_ones_judgement():
    """With the weights of 64 it says of a large image what the smaller one says of the halved image."""
    small, large = build_discriminator(64, 8), build_discriminator(128, 8)
    left = take_over(large, arrays_of(small))
    assert left and all("128" in name for name in left)
    images = RNG.uniform(-1, 1, (4, 128, 128, 1)).astype(np.float32)
    labels = np.array([[0.0], [0.0], [1.0], [1.0]], np.float32)
    halved = images.reshape(4, 64, 2, 64, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(large([images, labels]), small([halved, labels]), atol=1e-4)


def test_severity_moves_the_image_steadily():
    """Between the classes lie images between them."""
    generator, _ = load_generator(GENERATOR_PATH)
    latent = np.repeat(LATENT[:1], 5, axis=0)
    images = np.asarray(generator([latent, np.linspace(0, 1, 5, dtype=np.float32)[:, None]]))
    away = np.abs(images - images[:1]).mean(axis=(1, 2, 3))
    assert np.all(np.diff(away) > 0)


def test_weights_survive_the_file(tmp_path):
    """What is loaded draws what was saved, up to float16."""
    generator = build_generator(16, 8)
    save_generator(generator, tmp_path / "g.npz", settings={"size": 16, "base": 8})
    loaded, settings = load_generator(tmp_path / "g.npz")
    assert settings == {"size": 16, "base": 8}
    np.testing.assert_allclose(loaded([LATENT, SEVERITY]), generator([LATENT, SEVERITY]), atol=0.02)


@pytest.mark.parametrize("change", ["lacks", "adds"])
def test_weights_of_another_network_are_refused(tmp_path, change):
    """A file that lacks an array, or has one too many, is not a generator."""
    save_generator(build_generator(16, 8), tmp_path / "g.npz", settings={"size": 16, "base": 8})
    with np.load(tmp_path / "g.npz") as data:
        arrays = dict(data)
    arrays = {k: v for k, v in arrays.items() if k != "canvas.bias"} if change == "lacks" else arrays | {"odd": LATENT}
    np.savez(tmp_path / "g.npz", **arrays)
    with pytest.raises(ValueError, match=r"canvas\.bias|odd"):
        load_generator(tmp_path / "g.npz")


def test_the_shipped_generator_is_small_enough():
    """At most 8 MB."""
    assert GENERATOR_PATH.stat().st_size <= 8_000_000
