"""What is used of ``reference_solution/study.py`` and ``training.py``, which are handed in as modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Protocol

import numpy as np

from autograder.config import Profile

Split = tuple[np.ndarray, np.ndarray]


class Experiment(Protocol):
    """One kind of network and its training; see ``reference_solution/study.py``."""

    @property
    def id(self) -> str:
        """Its name in files and options."""

    @property
    def title(self) -> str:
        """Its name in tables and figures."""

    @property
    def group(self) -> tuple[str, ...]:
        """The comparisons that it belongs to."""

    @property
    def activation(self) -> str:
        """Of the convolutions."""

    @property
    def dense_activation(self) -> str | None:
        """Of the hidden dense layers; that of the convolutions if None."""

    @property
    def initial(self) -> str:
        """How the weights begin."""

    @property
    def normalised(self) -> bool:
        """Whether a batch normalisation precedes every activation."""

    @property
    def kernel_size(self) -> int:
        """Side of the convolutions' kernels, in pixels."""

    @property
    def learning_rate(self) -> float:
        """Of Adam."""

    @property
    def longer(self) -> int:
        """How many times the protocol's epochs it is trained."""


class Study(Protocol):
    """The module ``reference_solution/study.py``."""

    EXPERIMENTS: Sequence[Experiment]

    def run(
        self,
        experiment: Experiment,
        seed: int,
        profile: Profile,
        splits: Mapping[str, Split],
        training: ModuleType,
        on_epoch: Callable[[], None],
    ) -> tuple[Mapping[str, Sequence[float]], np.ndarray, int]:
        """Losses of each epoch, scores of the test images ``(n,)``, and the number of parameters."""
