"""What was measured about a training pipeline: plain numbers, all that ``verdict`` needs and nothing more.

Evidence is stored with the report (``Evidence.as_plain``), so that other thresholds can be applied to it without
training again.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from autograder.grading.networks.architecture import Choice
from autograder.records import to_record


class FailureKind(enum.StrEnum):
    """Why a run has no AUC."""

    DIVERGED = "diverged"
    OTHER_NETWORK = "other_network"


@dataclass(frozen=True)
class Failure:
    """Why a run has no AUC; ``text`` is what the student reads."""

    kind: FailureKind
    text: str


@dataclass(frozen=True)
class Gain:
    """AUC on the hidden split with the initial weights, and with the trained ones."""

    before: float
    after: float


@dataclass(frozen=True)
class Kinship:
    """How the trained weights are related to the ones that training was given.

    Attributes:
        kernels: lowest correlation with its initial values of a whole kernel.
        filters: the same of a single filter, or of the weights of a single unit.
        least_moved: smallest change of a kernel, as a share of its initial norm.
        most_bias: largest change of an array with one dimension, such as a bias.
    """

    kernels: float
    filters: float
    least_moved: float
    most_bias: float


@dataclass(frozen=True)
class Losses:
    """Binary cross-entropy of the trained weights, over the training and over the validation images."""

    train: float
    validation: float


@dataclass(frozen=True)
class Run:
    """One run of the pipeline on the course's labels.

    Attributes:
        auc: on the hidden split; None where there is a failure.
        loss, val_loss: losses of each epoch, as the pipeline reports them; empty where it reports none.
        measured: the losses that the trained weights have.
        chosen: the arguments with which the trusted network reproduces the predictions.
        label: ``chosen`` in a few characters, for messages.
        gain, kinship: None where the weights that training was given do not fit the trained network.
        failure: why there is no AUC.
        repeatable: whether another run would give the same bits.
    """

    auc: float | None
    loss: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()
    measured: Losses | None = None
    chosen: Mapping[str, Choice] | None = None
    label: str = ""
    gain: Gain | None = None
    kinship: Kinship | None = None
    failure: Failure | None = None
    repeatable: bool = True


@dataclass(frozen=True)
class Evidence:
    """The runs made so far."""

    runs: tuple[Run, ...] = ()

    def as_plain(self) -> dict[str, object]:
        """Lists, dictionaries, numbers and text, for JSON."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self)))
        return plain

    @classmethod
    def from_plain(cls, data: object) -> Evidence:
        """The inverse of ``as_plain``.

        Raises:
            UsageError: the data are not evidence; says where.
        """
        return to_record(cls, data, "evidence")


def kinship_of(before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> Kinship:
    """How the weights after training are related to those before it.

    Args:
        before, after: weights of the trusted network, in the same order.
    """
    pairs = [(b.astype(np.float64), a.astype(np.float64)) for b, a in zip(before, after, strict=True)]
    kernels = [(b, a) for b, a in pairs if b.ndim > 1]
    columns = [(b.reshape(-1, b.shape[-1]).T, a.reshape(-1, a.shape[-1]).T) for b, a in kernels]
    return Kinship(
        kernels=min(_correlation(b.ravel(), a.ravel()) for b, a in kernels),
        filters=min(_correlation(b, a) for bs, as_ in columns for b, a in zip(bs, as_, strict=True)),
        least_moved=min(_moved(b, a) for b, a in kernels),
        most_bias=max((float(np.max(np.abs(a - b))) for b, a in pairs if b.ndim == 1), default=0.0),
    )


def _moved(before: np.ndarray, after: np.ndarray) -> float:
    """The change as a share of the norm before it; of an array of zeros, 0 or 1."""
    change, norm = float(np.linalg.norm(after - before)), float(np.linalg.norm(before))
    return change / norm if norm else float(change > 0)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation; 1 for equal arrays, 0 where only one of them varies."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else float(np.array_equal(a, b))
