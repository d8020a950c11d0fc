"""Whether an AUC was earned by training, or by luck, or by weights that came with the submission.

Three checks.  The weights before training must do worse: a fresh network can rank the classes well by chance.  The
weights after it must still resemble them: the initial ones depend on the course's secret, so no source can hold
weights that do.  And a control run on permuted labels must learn nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.grading.networks import load_weights, predict

Array = NDArray[Any]

LEAST_GAIN = 0.2  # of the way from the AUC before training to 1; training from 0.65 to 0.75 goes 0.29 of it
FILTER_KINSHIP_FLAG = 0.5  # correlation with its initial values of the filter that training changed most
CONTROL_FLAG = 0.90
CONTROL_REFUSED = 0.98


def hidden_scores(model: Any, course_data: Any) -> Array:
    """What a trusted model says about the hidden split, (n,) float32 in [0, 1]."""
    images = course_data.hidden()[0]
    return predict(model, (images.astype("float32") / 255)[..., np.newaxis])[:, 0]


def hidden_auc(model: Any, course_data: Any) -> float:
    """AUC of a trusted model on the hidden split."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(course_data.hidden()[1], hidden_scores(model, course_data)))


def check_gain(auc: float, before: Sequence[Array], model: Any, course_data: Any, facts: dict[str, Any]) -> None:
    """Training, not luck with the initial weights, has to have earned the AUC.

    Args:
        auc: of the trained network on the hidden split.
        before: the weights that training began with.
        model: the trusted network; these weights are put into it, and stay there.

    Raises:
        AssertionError: training went less than ``LEAST_GAIN`` of the way from the AUC before it to 1.
    """
    if not load_weights(model, before):
        raise AssertionError("train has put another network in the place of the one that build_and_compile made")
    first = hidden_auc(model, course_data)
    facts["auc_before"] = round(first, 4)
    if auc - first <= LEAST_GAIN * (1 - first):
        raise AssertionError(
            f"training has hardly changed the network: AUC = {first:.3f} before and {auc:.3f} after; does train fit it?"
        )


def check_kinship(before: Sequence[Array], after: Sequence[Array], least: float, facts: dict[str, Any]) -> None:
    """Looks for weights that were put in place instead of trained.

    Training starts from the initial weights and stays near them, in the ``cpu`` profile (470 steps) so near that the
    filter that changed most still had a correlation of 0.94 with its initial values (reference solution, Adam at
    5e-4), and the kernel that changed most 0.76 (Adam at 3e-3, which does not learn any more). Weights from elsewhere
    have about 0. Over thousands of steps the resemblance fades, so the profile says how much there has to be.

    Args:
        before, after: weights of the trusted network, in the same order.
        least: lowest correlation of a whole kernel that earns credit; 0 for a profile in which it says nothing.

    Raises:
        AssertionError: a kernel has less.
    """
    pairs = [(b, a) for b, a in zip(before, after, strict=True) if b.ndim > 1]
    kernels = min(_correlation(b.ravel(), a.ravel()) for b, a in pairs)
    columns = [(b.reshape(-1, b.shape[-1]).T, a.reshape(-1, a.shape[-1]).T) for b, a in pairs]
    filters = min(_correlation(b, a) for bs, as_ in columns for b, a in zip(bs, as_, strict=True))
    facts["kinship"] = [round(kernels, 3), round(filters, 3)]
    if not least:
        return
    if filters < FILTER_KINSHIP_FLAG:
        flag = f"a filter has a correlation of {filters:.2f} with its initial values: was it trained, or put in place?"
        facts["flags"] = [*facts.get("flags", ()), flag]
    if kernels < least:
        raise AssertionError(
            "the trained weights do not come from the initial ones: train has to fit the network that it is given"
        )


def _correlation(a: Array, b: Array) -> float:
    """Pearson's correlation; 1 for equal arrays, 0 where only one of them varies."""
    a, b = a - a.mean(dtype=np.float64), b - b.mean(dtype=np.float64)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else float(np.array_equal(a, b))


def check_control(control_auc: Callable[[], float], facts: dict[str, Any]) -> None:
    """Looks for knowledge that did not come from the labels: training on permuted ones must not give a good AUC.

    A network carried in with the submission keeps its AUC through a few steps on permuted labels. An honest one
    has learned nothing, but its AUC need not be near 0.5: random features rank the classes well or badly by
    chance (220 fresh networks gave 0.15 to 0.86 on real X-rays and 0.17 to 0.92 on generated ones; ten trained on
    permuted labels 0.30 to 0.81). So two high values, from different permutations and initial weights, are a
    flag for the TA, and credit is refused only where both are beyond what chance reached. A low value helps
    nobody and means nothing.

    Raises:
        AssertionError: both runs are extreme.
    """
    facts["control_auc"] = [round(control_auc(), 4)]
    if facts["control_auc"][0] < CONTROL_FLAG:
        return
    facts["control_auc"].append(round(control_auc(), 4))
    if min(facts["control_auc"]) < CONTROL_FLAG:
        return
    values = " and ".join(f"{value:.3f}" for value in facts["control_auc"])
    flag = f"trained on permuted labels the network still has AUC {values}: look for weights in the source"
    facts["flags"] = [*facts.get("flags", ()), flag]
    if min(facts["control_auc"]) >= CONTROL_REFUSED:
        raise AssertionError("the network knows the classes without having learned them from the labels")
