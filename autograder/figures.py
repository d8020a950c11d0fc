"""Figures of training runs, drawn alike in the notebooks and in the study: samples, losses, ROC curves.

Each function draws into what it is given, a matplotlib figure or axes, with a title, axis labels and units.
Several runs of one kind, from several seeds, are drawn as their mean with a band from the lowest to the highest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHANCE_LOSS = float(np.log(2))
ROC_GRID = np.linspace(0.0, 1.0, 101)

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
History = Mapping[str, Sequence[float]]


def draw_samples(figure: Figure, images: NDArray[np.uint8], labels: NDArray[np.int64], per_class: int = 6) -> None:
    """The first images of each class: a row of normal ones above a row of abnormal ones.

    Args:
        figure: matplotlib figure; its subplots are made here.
        images: (n, height, width) uint8, 0 black to 255 white.
        labels: (n,) int, 0 normal, 1 abnormal.
        per_class: int >= 1, images in a row.

    Raises:
        ValueError: a class has fewer than ``per_class`` images.
    """
    axes = figure.subplots(2, per_class, squeeze=False)
    for label, name in ((0, "normal"), (1, "abnormal")):
        chosen = np.flatnonzero(np.asarray(labels) == label)[:per_class]
        if len(chosen) < per_class:
            raise ValueError(f"wanted {per_class} {name} images, got {len(chosen)}")
        for axis, index in zip(axes[label], chosen, strict=True):
            axis.imshow(images[index], cmap="gray", vmin=0, vmax=255)
            axis.set_title(name, fontsize=9)
            axis.set_axis_off()
    height, width = images.shape[1:]
    figure.suptitle(f"Synthetic chest X-rays, {height} x {width} pixels")


def draw_losses(axes: Axes, runs: Mapping[str, History | Sequence[History]], title: str) -> None:
    """Loss against the epoch, training solid and validation dashed, one colour for each kind of network.

    Args:
        axes: matplotlib axes.
        runs: for each name one history ``{"loss": [...], "val_loss": [...]}``, one number per epoch, or one for
            each seed. Where runs end at different epochs, the mean is over those that go on.
        title: of the axes.
    """
    for number, (name, histories) in enumerate(runs.items()):
        for key, style, label in (("loss", "-", name), ("val_loss", "--", None)):
            _draw_mean(axes, _several(histories), key, style, f"C{number}", label)
    _finish_losses(axes, title, "cross-entropy (nats)\nsolid: training, dashed: validation")


def draw_validation_losses(axes: Axes, runs: Mapping[str, History | Sequence[History]], title: str) -> None:
    """Validation loss against the epoch, for more kinds of networks than ``draw_losses`` can tell apart.

    Args:
        axes: matplotlib axes.
        runs: as for ``draw_losses``.
        title: of the axes.
    """
    for number, (name, histories) in enumerate(runs.items()):
        _draw_mean(axes, _several(histories), "val_loss", "-", f"C{number}", name)
    _finish_losses(axes, title, "validation cross-entropy (nats)")


def _several(histories: History | Sequence[History]) -> list[History]:
    return [histories] if isinstance(histories, Mapping) else list(histories)


def _draw_mean(axes: Axes, histories: Sequence[History], key: str, style: str, color: str, label: str | None) -> None:
    values = _aligned([history[key] for history in histories])
    epochs = np.arange(1, values.shape[1] + 1)
    axes.plot(epochs, np.nanmean(values, axis=0), style, marker=".", color=color, label=label)
    if len(histories) > 1:
        low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
        axes.fill_between(epochs, low, high, color=color, alpha=0.15, linewidth=0)


def _finish_losses(axes: Axes, title: str, ylabel: str) -> None:
    axes.axhline(CHANCE_LOSS, color="grey", linestyle=":", label="chance, ln 2")
    axes.set(title=title, xlabel="epoch", ylabel=ylabel)
    axes.set_ylim(bottom=0.0)  # else what stays at chance fills the axes with its noise
    axes.locator_params(axis="x", integer=True)
    _legend_below(axes)


def _legend_below(axes: Axes) -> None:
    """A legend under the axes, where it hides no curve; the distance in font sizes is room for the label."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), borderaxespad=4, ncols=2)


def _aligned(rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """(rows, longest) float64, the shorter rows filled up with NaN."""
    values = np.full((len(rows), max(map(len, rows))), np.nan)
    for target, row in zip(values, rows, strict=True):
        target[: len(row)] = row
    return values


def roc_points(labels: ArrayLike, scores: ArrayLike) -> Curve:
    """True positive rate at 101 evenly spaced false positive rates, for drawing; ties count as one threshold.

    Args:
        labels: (n,) int, 0 normal, 1 abnormal.
        scores: (n,) float, higher is more abnormal.

    Returns:
        (fpr, tpr): (101,) float64 each, in [0, 1].

    Raises:
        ValueError: a class is missing, so that a rate is undefined.

    Source: Fawcett (2006), "An introduction to ROC analysis", doi:10.1016/j.patrec.2005.10.010; linear between
    thresholds, its section 4.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=np.float64)
    if set(np.unique(labels).tolist()) != {0, 1}:
        raise ValueError("a ROC curve needs normal (0) and abnormal (1) images")
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # the last image at each threshold
    true, false = (np.cumsum(labels[order] == label)[ends] / np.sum(labels == label) for label in (1, 0))
    fpr, tpr = np.append(0.0, false), np.append(0.0, true)
    # Where the curve is vertical, one fpr has several rates: take the highest, which is the last at that fpr.  From
    # there the curve goes on to the lowest rate of the next fpr.  The 1e-9 allows for rounding.
    before = np.searchsorted(fpr, ROC_GRID + 1e-9, side="right") - 1
    after = np.minimum(before + 1, len(fpr) - 1)
    share = np.clip((ROC_GRID - fpr[before]) / np.maximum(fpr[after] - fpr[before], 1e-9), 0.0, 1.0)
    return ROC_GRID, tpr[before] + share * (tpr[after] - tpr[before])


def draw_roc(axes: Axes, curves: Mapping[str, Curve | Sequence[Curve]], title: str) -> None:
    """ROC curves, one for each kind of network, beside the diagonal of chance.

    Args:
        axes: matplotlib axes.
        curves: for each name, with its AUC in it, one pair (fpr, tpr), or one for each seed (of equal ``fpr``).
        title: of the axes.
    """
    for number, (name, pairs) in enumerate(curves.items()):
        several = [pairs] if isinstance(pairs, tuple) else list(pairs)
        fpr, tprs = several[0][0], np.stack([np.asarray(tpr) for _, tpr in several])
        # The curve's vertical part at 0 is not in the points, which have one rate each.
        axes.plot(np.append(0.0, fpr), np.append(0.0, tprs.mean(axis=0)), color=f"C{number}", label=name)
        if len(several) > 1:
            axes.fill_between(fpr, tprs.min(axis=0), tprs.max(axis=0), color=f"C{number}", alpha=0.15, linewidth=0)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="chance: 0.500")
    axes.set(
        title=title,
        xlabel="false positive rate (1 - specificity)",
        ylabel="true positive rate (sensitivity)",
        aspect="equal",
    )
    axes.legend(loc="lower right", title="AUC")


def draw_auc_of_seeds(axes: Axes, aucs: Mapping[str, Sequence[float]], title: str) -> None:
    """One dot for each seed: a difference between networks counts only where it is larger than their scatter.

    Args:
        axes: matplotlib axes.
        aucs: for each name the AUC of each seed, in [0, 1].
        title: of the axes.
    """
    for position, values in enumerate(aucs.values()):
        axes.plot([position] * len(values), values, "o", color="tab:blue", alpha=0.7)
    axes.set_xticks(range(len(aucs)), list(aucs), rotation=30, ha="right")
    axes.axhline(0.5, color="grey", linestyle=":", label="chance")
    axes.set(title=title, xlabel="network", ylabel="AUC, one dot per seed")
    axes.set_ylim(min([0.45, *(min(values) - 0.05 for values in aucs.values())]), 1.02)
    axes.legend(loc="center right")
