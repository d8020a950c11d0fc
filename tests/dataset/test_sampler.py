"""The real generator in a build."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.dataset import build
from autograder.dataset.sampler import GENERATOR_PATH, GeneratorSampler, generator_sha256
from autograder.dataset.store import load_split
from autograder.dataset.weights import load_generator
from autograder.errors import UsageError


@pytest.fixture(scope="session")
def generated(tiny_generator, tmp_path_factory):
    """Data sets of 8 images of each class at the generator's size and at two others."""
    folders = {}
    for size in (16, 8, 24):
        folder = tmp_path_factory.mktemp("generated") / str(size)
        folders[size] = build.ensure_dataset(folder, size=size, per_class=8, seed=3, generator=tiny_generator)
    return folders


@pytest.mark.parametrize("size", [8, 16, 24])
def test_any_size_can_be_built(generated, size):
    """Images have the size asked for and are not constant."""
    images, _ = load_split("train", generated[size])
    assert images.shape == (10, size, size) and images.dtype == np.uint8
    assert images.std() > 1


def test_smaller_images_are_averages_of_the_larger_ones(generated):
    """Half the size is the mean of two by two pixels."""
    large, small = (load_split("train", generated[size])[0].astype(float) for size in (16, 8))
    means = large.reshape(-1, 8, 2, 8, 2).mean(axis=(2, 4))
    assert np.abs(means - small).max() <= 1.0


def test_images_are_those_of_the_generator(tiny_generator):
    """The compiled function scales [-1, 1] to 0-255 as NumPy does."""
    sampler = GeneratorSampler(tiny_generator, 16, 4)
    rng = np.random.default_rng(1)
    latent = rng.standard_normal((4, sampler.latent_size), dtype=np.float32)
    severity = np.array([[0.0], [0.3], [0.7], [1.0]], np.float32)
    raw = np.asarray(load_generator(tiny_generator)[0]([latent, severity]))[..., 0]
    expected = (raw + 1) * 127.5
    assert np.abs(sampler(latent, severity) - expected).max() <= 0.51


def test_hidden_images_come_from_the_secret(tiny_generator, tmp_path):
    """One secret gives one hidden split, whichever folder it is built into."""
    splits = []
    for name, secret in (("a", b"s" * 32), ("b", b"s" * 32), ("c", b"t" * 32)):
        folder = build.ensure_hidden(tmp_path / name, size=16, per_class=4, secret=secret, generator=tiny_generator)
        splits.append(load_split("hidden", folder)[0])
    assert np.array_equal(splits[0], splits[1]) and not np.array_equal(splits[0], splits[2])


def test_the_shipped_generator_can_be_loaded():
    """The package's own weights fit its own network and stay under 8 MB."""
    assert GENERATOR_PATH.stat().st_size < 8_000_000
    sampler = GeneratorSampler(GENERATOR_PATH, 64, 4)
    images = sampler(np.zeros((4, sampler.latent_size), np.float32), np.ones((4, 1), np.float32))
    assert images.shape == (4, 64, 64)


def test_a_file_that_is_no_generator_is_refused(tmp_path):
    """Wrong and missing weights are the instructor's mistakes, with a text."""
    with pytest.raises(UsageError, match="no generator at"):
        generator_sha256(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(UsageError, match="is not a generator"):
        GeneratorSampler(tmp_path / "other.npz", 16, 4)
