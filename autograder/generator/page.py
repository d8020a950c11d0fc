"""The page of a measurement: tables, pictures, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.dataset.png import tile, write_png
from autograder.files import replacing, write_text
from autograder.generator.fidelity import Fidelity
from autograder.generator.goals import goals, memorisation
from autograder.generator.privacy import Privacy
from autograder.generator.usefulness import Usefulness

PAGE_NAME = "index.html"
SEVERITY_COLUMNS = 9
TEMPLATE = Path(__file__).with_name("page.html.j2")
TITLES = {
    "synthetic_to_real": "trained on generated, tested on real",
    "real_to_real": "trained on real, tested on real",
    "synthetic_to_synthetic": "trained on generated, tested on generated",
    "real_to_synthetic": "trained on real, tested on generated",
}


@dataclass(frozen=True)
class RealCounts:
    """How many normal and abnormal real images there were, of patients trained on and of others."""

    training: tuple[int, int]
    held_out: tuple[int, int]


@dataclass(frozen=True)
class Measurements:
    """All results and their inputs, in the form of ``measurements.json``."""

    version: int
    generator_sha256: str
    images_sha256: str
    profile: dict[str, object]
    effort: dict[str, object]
    severity: dict[str, list[float]]
    real_images: RealCounts
    usefulness: Usefulness
    fidelity: Fidelity
    privacy: Privacy


@dataclass(frozen=True)
class Pictures:
    """The arrays behind the page's pictures.

    Attributes:
        generated: the first generated test images and their labels.
        severity: a row of images for each of some latents, severity rising from 0 to 1.
        closest: pairs of a training image and a generated one, for the generated images nearest to one.
        curves: for each kind of training, labels and scores of its first run.
    """

    generated: tuple[np.ndarray, np.ndarray]
    severity: np.ndarray
    closest: list[tuple[np.ndarray, np.ndarray]]
    curves: dict[str, tuple[np.ndarray, np.ndarray]]


def write_page(out: Path, results: Measurements, pictures: Pictures) -> None:
    """Writes ``index.html`` and the pictures that it shows."""
    from jinja2 import Environment

    images, labels = pictures.generated
    shown = np.concatenate([images[np.flatnonzero(labels == label)[:32]] for label in (0, 1)])
    write_png(_doubled(tile(shown, 16)), out / "sheet.png")
    write_png(_doubled(tile(pictures.severity, SEVERITY_COLUMNS)), out / "severity.png")
    write_png(_doubled(_pairs(pictures.closest)), out / "closest.png")
    _draw_curves(out / "roc.png", pictures.curves, results.usefulness)
    page = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    text = page.render(
        r=results,
        goals=goals(results.usefulness, results.fidelity, results.privacy),
        titles=TITLES,
        memorisation=memorisation(results.privacy),
    )
    write_text(out / PAGE_NAME, text)


def _doubled(grid: np.ndarray) -> np.ndarray:
    return grid.repeat(2, axis=0).repeat(2, axis=1)


def _pairs(pairs: list[tuple[np.ndarray, np.ndarray]], columns: int = 12) -> np.ndarray:
    """Rows of real images, each with the row of generated ones below it."""
    columns = min(columns, len(pairs))
    rows = [pairs[start : start + columns] for start in range(0, len(pairs), columns)]
    return np.concatenate([tile(np.stack(side), columns) for row in rows for side in zip(*row, strict=True)])


def _draw_curves(path: Path, curves: dict[str, tuple[np.ndarray, np.ndarray]], usefulness: Usefulness) -> None:
    from matplotlib.figure import Figure
    from sklearn.metrics import roc_curve

    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    for name, title in TITLES.items():
        fpr, tpr, _ = roc_curve(*curves[name])
        axes.plot(fpr, tpr, label=f"{title}: AUC {getattr(usefulness, name).runs[0].value:.3f}")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="chance: AUC 0.5")
    axes.set(
        title="VGG-16 on generated and real chest X-rays (first seed)",
        xlabel="False positive rate (1 - specificity)",
        ylabel="True positive rate (sensitivity)",
        aspect="equal",
    )
    axes.legend(loc="lower right", fontsize="small")
    with replacing(path) as stream:
        figure.savefig(stream, format="png", dpi=120)
