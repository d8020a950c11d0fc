"""Stand-ins that make data sets without TensorFlow, and one tiny real generator for the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder.dataset.recipe import Recipe, public_key
from autograder.dataset.writer import BuildJob


@dataclass
class ScriptedSampler:
    """Paints each image from its latent and severity; breaks off after ``limit`` batches."""

    size: int = 8
    limit: int = 10**9
    batches: int = 0
    latent_size: int = 4

    def __call__(self, latent: np.ndarray, severity: np.ndarray) -> np.ndarray:
        if self.batches >= self.limit:
            raise KeyboardInterrupt
        self.batches += 1
        tone = np.clip(100 * severity[:, :, None] + 40 * latent[:, :1, None] + 60, 0, 255)
        return np.broadcast_to(tone, (len(latent), self.size, self.size)).astype(np.uint8)


@pytest.fixture
def make_job() -> Callable[..., BuildJob]:
    """A factory of jobs that paint 8 x 8 images: ``make_job(sampler, train=20, seed=1)``."""

    def make(sampler: ScriptedSampler | None = None, *, seed: int = 1, generator: str = "g1", npz: bool = False,
             png: bool = False, sheet: bool = False, **per_class: int) -> BuildJob:  # fmt: skip
        counts = per_class or {"train": 20, "validation": 6, "test": 6}
        recipe = Recipe(8, counts, seed, generator, batch_size=4)
        return BuildJob(recipe, public_key(seed), lambda: sampler or ScriptedSampler(), npz=npz, png=png, sheet=sheet)

    return make


@pytest.fixture(scope="session")
def tiny_generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of an untrained 16 x 16 generator."""
    from autograder.dataset.generator_network import build_generator
    from autograder.dataset.weights import save_generator

    path = tmp_path_factory.mktemp("generator") / "tiny.npz"
    save_generator(build_generator(16, 8), path, settings={"size": 16, "base": 8})
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
