"""The weights that training begins with: drawn on the trusted side, at the scale of the student's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.networks.architecture import KerasModel
from autograder.grading.networks.weights import Match
from autograder.grading.student import Weight


@dataclass(frozen=True)
class Start:
    """The same weights twice: as a student's variables, and as the trusted network's ``set_weights`` takes them."""

    students: list[np.ndarray]
    trusted: list[np.ndarray]


def draw_start(model: KerasModel, fitting: Match, own: Sequence[Weight], rng: np.random.Generator) -> Start:
    """Draws initial weights.

    A kernel is normal, with the mean 0 and the standard deviation of the student's own initial values: a student's
    choice of an initialiser counts, and its values do not.  All else, such as a bias, begins as in the trusted network.

    Args:
        model: a fresh trusted network.
        fitting: which of its variables belongs to which of the student's.
        own: the student's initial weights, in order of first use.
        rng: source of the weights.
    """
    drawn = {}
    for index, variable in fitting.pairs:
        value, shape = own[index].value, variable.value.shape
        scale = float(np.std(value.astype(np.float64)))
        is_kernel = value.ndim > 1
        drawn[index] = rng.normal(0, scale, shape) if is_kernel and np.isfinite(scale) else variable.value
    students = [drawn.get(n, weight.value).astype(weight.value.dtype) for n, weight in enumerate(own)]
    given = [Weight(w.name, students[n], w.trainable) for n, w in enumerate(own)]
    return Start(students, fitting.into_trusted(given))
