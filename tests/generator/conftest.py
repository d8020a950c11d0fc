"""Tiny real images for training runs that take seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.generator.training import GanSettings
from tests.dataset.conftest import make_job, tiny_generator

__all__ = ["make_job", "tiny_generator"]

SETTINGS = GanSettings(size=16, base=8, batch_size=8, r1_interval=2, discriminator_first=2, feature_steps=3)


@pytest.fixture(scope="session")
def real_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 images of 32 x 32 pixels; abnormal ones are brighter in the middle."""
    rng = np.random.default_rng(3)
    labels = np.arange(120) % 2
    images = rng.integers(0, 120, (120, 32, 32))
    images[labels == 1, 8:24, 8:24] += 100
    path = tmp_path_factory.mktemp("real") / "real.npz"
    np.savez(path, images=images.astype(np.uint8), labels=labels, patient=np.array([f"p{n // 2}" for n in range(120)]))
    return path
