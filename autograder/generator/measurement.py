"""Measures a generator against real images, stage by stage; an interrupted measurement can go on.

Theory of operation.  The real images of four fifths of the patients are those that the generator was trained on;
those of the last fifth are unseen (``real``).  The course's data set is built from the generator as instructors
build it.  Each stage writes its result into ``stages/`` (see ``autograder.runs``), and a measurement that is started
again reads the finished ones from there.  Everything is seeded.  Every measure of generated images is given for real
ones as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.config import Profile
from autograder.dataset.build import build_dataset, public_job
from autograder.dataset.recipe import Recipe
from autograder.dataset.sampler import GeneratorSampler, generator_sha256
from autograder.dataset.store import load_split
from autograder.files import replacing, write_json
from autograder.generator.features import train_features
from autograder.generator.fidelity import Fidelity, class_counts, compare, of_classes
from autograder.generator.page import SEVERITY_COLUMNS, Measurements, Pictures, RealCounts, write_page
from autograder.generator.privacy import Privacy, Sets, look_for_leaks
from autograder.generator.real import RealImages, load_real
from autograder.generator.usefulness import SOURCES, Scores, judge, train_and_score
from autograder.runs import claim, finished

VERSION = 1
PRIVACY_SAMPLE = 2000
SEVERITY_ROWS = 5

# Units of progress: about seconds on two cores.
BUILDING, TRAINING, COMPARING = 75, 60, 135

Progress = Callable[[int, int], None]
Labelled = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Effort:
    """The amount of work: ``seeds`` networks of each kind, ``feature_steps`` batches, ``similarity_pairs``."""

    seeds: int = 3
    feature_steps: int = 1500
    similarity_pairs: int = 500


@dataclass(frozen=True)
class MeasurementInputs:
    """The inputs of a measurement.

    Attributes:
        generator: the file of its weights.
        images: the real images, see ``real.load_real``.
        profile: sizes and protocol of the course.
        reference: the module ``reference_solution/training.py``.
        effort: the amount of work.
    """

    generator: Path
    images: Path
    profile: Profile
    reference: Any
    effort: Effort = Effort()


@dataclass(frozen=True)
class Comparison:
    """The stage that needs the features of a network trained on real images."""

    fidelity: Fidelity
    privacy: Privacy


def measure(inputs: MeasurementInputs, out: Path, progress: Progress = lambda done, total: None) -> Measurements:
    """Takes all measurements and writes ``measurements.json``, the page and its pictures into ``out``.

    Returns:
        The content of ``measurements.json``.

    Raises:
        UsageError: the images or the generator are unusable, or ``out`` holds measurements of something else.
    """
    stages, seeds = out / "stages", range(inputs.effort.seeds)
    real = load_real(inputs.images, inputs.profile.size).require()
    identity = _identity(inputs)
    claim(stages / "identity.json", identity, "measurements")
    clock = _Clock(progress, BUILDING + TRAINING * len(SOURCES) * len(seeds) + COMPARING)
    recipe = _build(inputs, out / "data", clock.share(BUILDING))
    images = _Images(real, out / "data")
    trained: dict[str, list[Scores]] = {source: [] for source in SOURCES}
    for seed in seeds:
        for source in SOURCES:
            report = clock.share(TRAINING)
            trained[source].append(_scores(inputs, images, stages / f"scores_{source}_{seed}.npz", source, seed))
            report(1.0)
    report = clock.share(COMPARING)
    nearness = finished(stages / "nearness.json", Comparison, lambda: _compare(inputs.effort, images, report))
    report(1.0)
    results = Measurements(
        **identity,
        severity={name: list(pair) for name, pair in asdict(recipe.severity).items()},
        real_images=RealCounts(class_counts(images.training[1]), class_counts(images.unseen[1])),
        usefulness=judge(trained, images.unseen[1], images.generated("test")[1]),
        fidelity=nearness.fidelity,
        privacy=nearness.privacy,
    )
    write_json(out / "measurements.json", asdict(results))
    write_page(out, results, _pictures(inputs, images, nearness.privacy, trained))
    return results


def _identity(inputs: MeasurementInputs) -> dict[str, Any]:
    return {
        "version": VERSION,
        "generator_sha256": generator_sha256(inputs.generator),
        "images_sha256": hashlib.sha256(inputs.images.read_bytes()).hexdigest(),
        "profile": asdict(inputs.profile),
        "effort": asdict(inputs.effort),
    }


class _Clock:
    """Splits the total progress between the stages."""

    def __init__(self, progress: Progress, total: int):
        self._progress, self._total, self._given = progress, total, 0
        progress(0, total)

    def share(self, units: int) -> Callable[[float], None]:
        """A function for a stage of ``units``: the stage calls it with its part done, in [0, 1]."""
        before = self._given
        self._given += units
        return lambda part: self._progress(before + round(units * part), self._total)


@dataclass(frozen=True)
class _Images:
    """Real images by whether the generator has seen their patients, and generated ones by split."""

    real: RealImages
    data: Path

    @property
    def training(self) -> Labelled:
        return self.real.part(held_out=False)

    @property
    def unseen(self) -> Labelled:
        return self.real.part(held_out=True)

    def generated(self, split: str, count: int | None = None) -> Labelled:
        images, labels = load_split(split, self.data)
        return np.asarray(images[:count]), labels[:count]


def _build(inputs: MeasurementInputs, folder: Path, report: Callable[[float], None]) -> Recipe:
    profile = inputs.profile
    job = public_job(size=profile.size, per_class=profile.per_class, generator=inputs.generator)
    build_dataset(folder, job, progress=lambda done, total: report(done / total))
    report(1.0)
    return job.recipe


def _scores(inputs: MeasurementInputs, images: _Images, path: Path, source: str, seed: int) -> Scores:
    if not path.exists():
        train = images.generated("train") if source == "synthetic" else images.training
        tests = {"real": images.unseen[0], "synthetic": images.generated("test")[0]}
        scores = train_and_score(inputs.reference, inputs.profile, train, tests, seed)
        with replacing(path) as stream:
            np.savez(stream, allow_pickle=False, real=scores.real, synthetic=scores.synthetic)
    with np.load(path, allow_pickle=False) as data:
        return Scores(data["real"], data["synthetic"])


def _compare(effort: Effort, images: _Images, report: Callable[[float], None]) -> Comparison:
    features = train_features(
        *images.training, steps=effort.feature_steps, seed=0, progress=lambda share: report(0.6 * share)
    )
    fidelity = compare(images.training, images.unseen, images.generated("test"), features, effort.similarity_pairs)
    report(0.8)
    sets = Sets(
        members=images.training[0],
        same_classes=of_classes(*images.training, class_counts(images.unseen[1])),
        unseen=images.unseen[0],
        generated=images.generated("validation", PRIVACY_SAMPLE)[0],
        pool=images.generated("train")[0],
    )
    return Comparison(fidelity, look_for_leaks(sets, features))


def _pictures(
    inputs: MeasurementInputs, images: _Images, privacy: Privacy, trained: dict[str, list[Scores]]
) -> Pictures:
    members, generated = images.training[0], images.generated("validation", PRIVACY_SAMPLE)[0]
    truths = {"real": images.unseen[1], "synthetic": images.generated("test")[1]}
    curves = {
        f"{source}_to_{test}": (truth, getattr(runs[0], test))
        for source, runs in trained.items()
        for test, truth in truths.items()
    }
    closest = [(members[real], generated[fake]) for fake, real, _ in privacy.closest]
    return Pictures(images.generated("test", 256), _severities(inputs), closest, curves)


def _severities(inputs: MeasurementInputs) -> np.ndarray:
    rows, columns = SEVERITY_ROWS, SEVERITY_COLUMNS
    sampler = GeneratorSampler(inputs.generator, inputs.profile.size, rows * columns)
    latent = np.random.default_rng(0).standard_normal((rows, sampler.latent_size), dtype=np.float32)
    severity = np.tile(np.linspace(0.0, 1.0, columns, dtype=np.float32), rows)[:, None]
    return sampler(latent.repeat(columns, axis=0), severity)
