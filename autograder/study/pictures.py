"""The study's figures 2 to 5, drawn from our runs, and one of the sigmoid networks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder import figures
from autograder.dataset.store import load_split
from autograder.files import replacing
from autograder.statistics import estimate
from autograder.study.findings import group
from autograder.study.run import StudyRun
from autograder.study.summary import Summary, has_learned

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
BAND = "Lines are means over the seeds, bands reach from the lowest to the highest."


@dataclass(frozen=True)
class Picture:
    """A file beside the page, with its alternative text and its caption."""

    file: str
    alt: str
    caption: str


def draw_pictures(out: Path, data: Path, summaries: Sequence[Summary]) -> list[Picture]:
    """Writes a PNG for each of the study's figures that has runs.

    Args:
        out: folder of the PNGs.
        data: folder of the data set.
        summaries: of the experiments that were run.
    """
    pictures = [_samples(out, data)]
    kernels, activations, sigmoids = (group(summaries, name) for name in ("kernel", "activation", "sigmoid"))
    if kernels:
        pictures.append(_losses(out / "loss_kernel.png", kernels, "kernel size", 3))
    if activations:
        pictures += [_losses(out / "loss_activation.png", activations, "activation", 4), _roc(out, activations)]
    if sigmoids:
        pictures.append(_sigmoid(out, sigmoids))
    return pictures


def _samples(out: Path, data: Path) -> Picture:
    images, labels = load_split("test", data)
    per_class = min(6, *(int((labels == label).sum()) for label in (0, 1)))
    figure = _figure(7.5, 3.2)
    figures.draw_samples(figure, images, labels, per_class)
    _save(figure, out / "samples.png", grey=True)
    return Picture(
        "samples.png",
        f"Two rows of {per_class} chest X-rays, normal ones above abnormal ones",
        "The first images of each class of the test split (figure 2 of the study).",
    )


def _losses(path: Path, summaries: Sequence[Summary], what: str, number: int) -> Picture:
    figure = _figure(8, 5)
    figures.draw_losses(figure.subplots(), _histories(summaries), f"Training and validation loss by {what}")
    _save(figure, path)
    return Picture(
        path.name,
        f"Loss against the epoch, by {what}: "
        + "; ".join(f"{s.experiment.title} ends at {s.loss:.3f}, validation {s.val_loss:.3f}" for s in summaries),
        f"Training and validation loss by {what} (figure {number} of the study). {BAND}",
    )


def _roc(out: Path, summaries: Sequence[Summary]) -> Picture:
    figure = _figure(6.5, 6.5)
    curves = {name: pairs for summary in summaries for name, pairs in _curves(summary).items()}
    figures.draw_roc(figure.subplots(), curves, "ROC curves by activation, on the test split")
    _save(figure, out / "roc.png")
    return Picture(
        "roc.png",
        "ROC curves by activation, AUC: " + "; ".join(curves),
        f"ROC curves on the test split, with the mean AUC and its 95 % interval (figure 5 of the study). {BAND}",
    )


def _sigmoid(out: Path, summaries: Sequence[Summary]) -> Picture:
    figure = _figure(9, 10)
    losses, aucs = figure.subplots(2, 1)
    figures.draw_validation_losses(losses, _histories(summaries), "Networks with sigmoid: validation loss")
    named = {summary.experiment.title: [run.auc for run in summary.runs] for summary in summaries}
    figures.draw_auc_of_seeds(aucs, named, "Networks with sigmoid: AUC on the test split")
    _save(figure, out / "sigmoid.png")
    return Picture(
        "sigmoid.png",
        "Networks with sigmoid: " + "; ".join(f"{s.experiment.title}, AUC {s.auc.text()}" for s in summaries),
        f"What makes a VGG-16 with sigmoid train: each network differs from the first in one thing. {BAND}",
    )


def _named_runs(summary: Summary) -> dict[str, list[StudyRun]]:
    """The runs under their network's name; those that learned and those that did not are kept apart."""
    name, of = summary.experiment.title, len(summary.runs)
    learned = [run for run in summary.runs if has_learned(run)]
    failed = [run for run in summary.runs if not has_learned(run)]
    if not failed:
        return {name: learned}
    if not learned:
        return {f"{name} (did not learn)": failed}
    return {
        f"{name} ({len(learned)} of {of} seeds, learned)": learned,
        f"{name} ({len(failed)} of {of} seeds, did not learn)": failed,
    }


def _histories(summaries: Sequence[Summary]) -> dict[str, list[figures.History]]:
    return {name: [run.history for run in runs] for summary in summaries for name, runs in _named_runs(summary).items()}


def _curves(summary: Summary) -> dict[str, list[figures.Curve]]:
    return {
        f"{name}: {estimate([run.auc for run in runs], 0.0, 1.0).text()}": [
            (figures.ROC_GRID, np.asarray(run.tpr)) for run in runs
        ]
        for name, runs in _named_runs(summary).items()
    }


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def _save(figure: Figure, path: Path, grey: bool = False) -> None:
    """Writes a PNG whole or not at all; a palette of 256 colours makes it a third of the size."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    drawn = Image.open(buffer).convert("L" if grey else "RGB")
    small = drawn if grey else drawn.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    with replacing(path) as stream:
        small.save(stream, format="PNG", optimize=True)
