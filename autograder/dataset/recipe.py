"""The recipe of a data set, and every random draw that goes into it.

Theory of operation.  Images are made in batches of a fixed size.  The random numbers of each batch
are seeded by a hash of (key, split, batch), so any batch can be made again on its own and an
interrupted build finishes with the same bytes.  The key is the public seed, or, for the
grader's hidden split, an HMAC of the course's secret.

An image's label is 0 (normal) or 1 (abnormal); the generator is asked for a *severity* in [0, 1],
drawn from a beta distribution of the label.  The two distributions overlap: some normal images
look suspicious and some abnormal ones are faint, as in a clinic.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass

import numpy as np

from autograder.errors import UsageError

PUBLIC_SPLITS = ("train", "validation", "test")
HIDDEN_SPLIT = "hidden"
DEFAULT_SEED = 2026
DEFAULT_PERCENT = (60.0, 20.0, 20.0)
BATCH_SIZE = 64
MIN_SECRET_BYTES = 16


@dataclass(frozen=True)
class Severity:
    """Parameters ``(a, b)`` of the beta distribution of each class's severity."""

    normal: tuple[float, float] = (1.0, 4.0)
    abnormal: tuple[float, float] = (4.0, 1.0)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the bytes of a data set, secrets aside.

    Attributes:
        size: height and width in pixels.
        per_class: images of each class in each split, in the order in which they are built.
        seed: of the public splits; None for a hidden split.
        secret_check: of a hidden split, a value that differs between secrets without revealing them.
        generator_sha256: of the generator's file.
        severity: distribution of the severity in each class.
        batch_size: images made at once; part of the recipe because it decides the random draws.
    """

    size: int
    per_class: dict[str, int]
    seed: int | None
    generator_sha256: str
    secret_check: str = ""
    severity: Severity = Severity()
    batch_size: int = BATCH_SIZE

    def to_json(self) -> dict[str, object]:
        """Plain data, equal for equal recipes."""
        data = asdict(self)
        data["severity"] = {name: list(pair) for name, pair in data["severity"].items()}
        unused = "secret_check" if self.seed is not None else "seed"
        return {name: value for name, value in data.items() if name != unused}

    def batches(self, split: str) -> int:
        """The number of batches in a split."""
        return -(-2 * self.per_class[split] // self.batch_size)

    @property
    def images(self) -> int:
        """Images in all splits together."""
        return 2 * sum(self.per_class.values())


def split_counts(per_class: int, percent: tuple[float, ...] = DEFAULT_PERCENT) -> dict[str, int]:
    """Images of each class in train, validation and test, adding up to ``per_class``.

    Raises:
        UsageError: the shares are not three positive numbers that add up to 100, or a split would be empty.
    """
    wrong_sum = abs(sum(percent) - 100.0) > 1e-9
    if len(percent) != len(PUBLIC_SPLITS) or min(percent) <= 0 or wrong_sum:
        raise UsageError(f"a split is three positive percentages that add up to 100, such as 60,20,20; got {percent}")
    ends = [round(per_class * sum(percent[: n + 1]) / 100.0) for n in range(len(percent))]
    counts = dict(zip(PUBLIC_SPLITS, np.diff([0, *ends]).tolist(), strict=True))
    if min(counts.values()) < 1:
        raise UsageError(f"{per_class} images of each class leave a split empty ({counts}); ask for more of them")
    return counts


def public_key(seed: int) -> str:
    """The key of the public splits: the seed that the manifest names."""
    return f"public:{seed}"


def hidden_key(secret: bytes) -> str:
    """The key of the hidden split, which only the holder of the course's secret can derive.

    Raises:
        UsageError: the secret is too short to keep anything hidden.
    """
    if len(secret) < MIN_SECRET_BYTES:
        raise UsageError(f"the course's secret needs at least {MIN_SECRET_BYTES} bytes, got {len(secret)}")
    return "hidden:" + hmac.new(secret, b"cxr-autograder hidden split", hashlib.sha256).hexdigest()


def secret_check(secret: bytes) -> str:
    """A value that is equal for data sets of one secret; it does not help to find the secret or the key."""
    return hmac.new(secret, b"cxr-autograder check value", hashlib.sha256).hexdigest()[:16]


def _rng(key: str, split: str, part: str) -> np.random.Generator:
    digest = hashlib.sha256(f"cxr-autograder/{key}/{split}/{part}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def draw_labels(recipe: Recipe, key: str, split: str) -> np.ndarray:
    """Labels of a split in random order: ``(n,)`` int64, as many 0 as 1."""
    labels = np.repeat(np.array([0, 1], np.int64), recipe.per_class[split])
    return _rng(key, split, "labels").permutation(labels)


def draw_batch(
    recipe: Recipe, key: str, split: str, batch: int, labels: np.ndarray, latent_size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of the generator for one batch.

    Args:
        recipe: what is built.
        key: from ``public_key`` or ``hidden_key``.
        split: name of the split.
        batch: number of the batch within the split.
        labels: ``(m,)`` labels of the batch, ``m <= recipe.batch_size``.
        latent_size: numbers in one latent vector.

    Returns:
        ``(batch_size, latent_size)`` float32 latent vectors and ``(batch_size, 1)`` float32
        severities; a short last batch is filled up, so that all batches have one shape.
    """
    rng = _rng(key, split, str(batch))
    filled = np.zeros(recipe.batch_size, np.int64)
    filled[: len(labels)] = labels
    parameters = np.array([recipe.severity.normal, recipe.severity.abnormal])[filled]
    latent = rng.standard_normal((recipe.batch_size, latent_size), dtype=np.float32)
    severity = rng.beta(parameters[:, 0], parameters[:, 1])
    return latent, severity.astype(np.float32)[:, None]
