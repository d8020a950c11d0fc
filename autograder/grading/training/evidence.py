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
    """Lowest correlation with its initial values of a whole kernel, and of a single filter."""

    kernels: float
    filters: float


@dataclass(frozen=True)
class Run:
    """One run of the pipeline on the course's labels.

    Attributes:
        auc: on the hidden split; None where there is a failure.
        val_loss: validation loss of each epoch, as the pipeline reports it; empty where it reports none.
        chosen: the arguments with which the trusted network reproduces the predictions.
        label: ``chosen`` in a few characters, for messages.
        gain, kinship: None where the weights before training do not fit the trained network.
        failure: why there is no AUC.
        repeatable: whether another run would give the same bits.
    """

    auc: float | None
    val_loss: tuple[float, ...] = ()
    chosen: Mapping[str, Choice] | None = None
    label: str = ""
    gain: Gain | None = None
    kinship: Kinship | None = None
    failure: Failure | None = None
    repeatable: bool = True


@dataclass(frozen=True)
class Control:
    """One short run on permuted labels: the AUC on the hidden split, or why there is none."""

    auc: float | None
    failure: Failure | None = None


@dataclass(frozen=True)
class Evidence:
    """The runs made so far, and the control runs."""

    runs: tuple[Run, ...] = ()
    controls: tuple[Control, ...] = ()

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
    """How much the weights after training still resemble those before it.

    Args:
        before, after: weights of the trusted network, in the same order; biases and other vectors say nothing.
    """
    pairs = [(b, a) for b, a in zip(before, after, strict=True) if b.ndim > 1]
    columns = [(b.reshape(-1, b.shape[-1]).T, a.reshape(-1, a.shape[-1]).T) for b, a in pairs]
    return Kinship(
        kernels=min(_correlation(b.ravel(), a.ravel()) for b, a in pairs),
        filters=min(_correlation(b, a) for bs, as_ in columns for b, a in zip(bs, as_, strict=True)),
    )


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation; 1 for equal arrays, 0 where only one of them varies."""
    a, b = a - a.mean(dtype=np.float64), b - b.mean(dtype=np.float64)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else float(np.array_equal(a, b))
