"""Which network did a student train?  The one whose trusted copy, with the student's weights, predicts the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.grading.networks.architecture import Architecture, Choice, KerasModel
from autograder.grading.networks.comparison import OUTPUT_ATOL, predict
from autograder.grading.networks.weights import Match, match, weights_of
from autograder.grading.student import Weight


@dataclass(frozen=True)
class Identified:
    """The arguments that reproduce a student's predictions, and the trusted model with their weights."""

    chosen: Mapping[str, Choice]
    model: KerasModel
    max_difference: float


def identify(
    architecture: Architecture,
    given: Mapping[str, Choice],
    weights: Sequence[Weight],
    probe_images: np.ndarray,
    probe_predictions: np.ndarray,
    *,
    atol: float = OUTPUT_ATOL,
) -> Identified | None:
    """Finds the arguments with which ``weights`` give ``probe_predictions``.

    The shapes of the weights tell what shows in them (a kernel size); the rest (an activation) is found by trying:
    the closest wins.

    Args:
        architecture: the kind of network, and what may be chosen.
        given: the other arguments of its ``build``.
        weights: the student's, in order of first use.
        probe_images: (n, height, width, channels) float32 that the student may know.
        probe_predictions: (n, 1) float, what the student's model says about them.
        atol: largest difference of a prediction.

    Returns:
        The closest candidate, or None when none comes within ``atol``: the student trained something else.
    """
    best, best_arrays = None, []
    for group in architecture.alternatives():
        for chosen in group:
            model = architecture.build(probe_images.shape[1:], **given, **chosen)
            fitting = [one.into_trusted(weights) for one in matches(model, weights)]
            if not fitting:
                break  # nor do they fit the others of the group, whose weights have the same shapes
            for arrays in fitting:
                model.set_weights(arrays)
                difference = _difference(predict(model, probe_images), probe_predictions)
                if difference <= atol and (best is None or difference < best.max_difference):
                    best, best_arrays = Identified(chosen, model, difference), arrays
    if best is not None:
        best.model.set_weights(best_arrays)
    return best


def matches(model: KerasModel, weights: Sequence[Weight], *, frozen: bool = False) -> list[Match]:
    """The ways in which a student's weights fit a trusted network, see ``match``; none where they do not."""
    try:
        return match(weights_of(model), weights, frozen=frozen)
    except AssertionError:
        return []


def _difference(outputs: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.max(np.abs(outputs - wanted))) if outputs.shape == wanted.shape else np.inf
