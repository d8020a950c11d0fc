"""Measures a generator against real images, stage by stage, resumably.

Theory of operation.  The real images of four fifths of the patients stand for what the generator was trained
on, those of the last fifth for unseen ones (``real``).  The course's data set is built from the generator as
instructors build it.  Each stage leaves its result in ``stages/``; a run that was interrupted takes the finished
ones from there.  Everything is seeded.  Whatever is said of generated images is said of real ones beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.config import Profile
from autograder.dataset.build import build_dataset, public_job
from autograder.dataset.sampler import GeneratorSampler, generator_sha256
from autograder.dataset.store import load_split
from autograder.errors import UsageError
from autograder.files import replacing, write_json
from autograder.generator import fidelity
from autograder.generator.features import FeatureExtractor, train_features
from autograder.generator.page import SEVERITY_COLUMNS, write_page
from autograder.generator.privacy import membership_auc, nearest
from autograder.generator.real import load_real
from autograder.generator.usefulness import train_and_score
from autograder.statistics import auc_difference, auc_interval

VERSION = 1
PRIVACY_SAMPLE = 2000
CLOSEST = 24
SEVERITY_ROWS = 5

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Effort:
    """How much is computed: ``seeds`` networks of each kind, ``feature_steps`` batches, ``similarity_pairs``."""

    seeds: int = 3
    feature_steps: int = 1500
    similarity_pairs: int = 500


@dataclass(frozen=True)
class MeasurementInputs:
    """What is measured, and with what.

    Attributes:
        generator: weights' file.
        images: the real images, see ``real.load_real``.
        profile: sizes and protocol of the course.
        reference: the module ``reference_solution/training.py``.
        effort: how much is computed.
    """

    generator: Path
    images: Path
    profile: Profile
    reference: Any
    effort: Effort = Effort()


def measure(inputs: MeasurementInputs, out: Path, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Takes all measurements and writes ``measurements.json``, the page and its pictures into ``out``.

    Returns:
        What ``measurements.json`` holds.

    Raises:
        UsageError: the images or the generator are unusable, or ``out`` holds measurements of others.
    """
    run = _Run(inputs, out, progress)
    results = run.results()
    write_json(out / "measurements.json", results)
    write_page(out, results, run.pictures())
    return results


@dataclass(frozen=True)
class Pictures:
    """The arrays behind the page's pictures.

    Attributes:
        generated: the first generated test images and their labels.
        severity: a row of images for each of some latents, severity rising from 0 to 1.
        closest: of the 24 generated images nearest to a training image, that image and the generated one.
        curves: of each kind of training, labels and scores of its first run.
    """

    generated: tuple[np.ndarray, np.ndarray]
    severity: np.ndarray
    closest: list[tuple[np.ndarray, np.ndarray]]
    curves: dict[str, tuple[np.ndarray, np.ndarray]]


class _Run:
    """One measurement: its data, and the stages that have been computed."""

    def __init__(self, inputs: MeasurementInputs, out: Path, progress: Progress):
        self.inputs, self.out, self._progress = inputs, out, progress
        self.real = load_real(inputs.images, inputs.profile.size).require()
        self._stages = out / "stages"
        self._claim()
        # Units of progress: about seconds on two cores.
        self._total, self._done = 75 + 75 + 60 * 2 * inputs.effort.seeds + 60, 0

    def _claim(self) -> None:
        """Makes the folder this measurement's own."""
        identity = {
            "version": VERSION,
            "generator_sha256": generator_sha256(self.inputs.generator),
            "images_sha256": hashlib.sha256(self.inputs.images.read_bytes()).hexdigest(),
            "profile": asdict(self.inputs.profile),
            "effort": asdict(self.inputs.effort),
        }
        self._stages.mkdir(parents=True, exist_ok=True)
        stored = self._stages / "identity.json"
        identity = json.loads(json.dumps(identity))
        if stored.exists() and (found := json.loads(stored.read_text(encoding="utf-8"))) != identity:
            differing = [key for key in identity if found.get(key) != identity[key]]
            raise UsageError(f"{self.out} holds measurements of something else ({', '.join(differing)} differ); "
                             "name another folder, or remove it")  # fmt: skip
        write_json(stored, identity)
        self.identity = identity

    def _advance(self, units: int) -> Callable[[float], None]:
        """Reports the share of a stage that counts for ``units``."""
        before = self._done
        self._done += units
        return lambda share: self._progress(before + round(units * share), self._total)

    # -- data ------------------------------------------------------------------------------------

    def _build(self) -> None:
        report = self._advance(75)
        profile = self.inputs.profile
        job = public_job(size=profile.size, per_class=profile.per_class, generator=self.inputs.generator)
        build_dataset(self.out / "data", job, progress=lambda done, total: report(done / total))
        self.recipe = job.recipe
        report(1.0)

    def _generated(self, split: str, count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        images, labels = load_split(split, self.out / "data")
        return np.asarray(images[:count]), labels[:count]

    # -- stages ----------------------------------------------------------------------------------

    def results(self) -> dict[str, Any]:
        """Everything, from the stages' files where they are there."""
        self._progress(0, self._total)
        self._build()
        usefulness = self._usefulness()
        nearness = self._stage("nearness", self._advance(135), self._nearness)
        return {
            **self.identity,
            "severity": self.recipe.to_json()["severity"],
            "real_images": {
                "training": _class_counts(self.real.part(held_out=False)[1]),
                "held_out": _class_counts(self.real.part(held_out=True)[1]),
            },
            "usefulness": usefulness,
            **nearness,
        }

    def _stage(self, name: str, report: Callable[[float], None], compute: Callable[..., dict[str, Any]]) -> dict:
        path = self._stages / f"{name}.json"
        if not path.exists():
            write_json(path, compute(report))
        report(1.0)
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return result

    # -- usefulness ------------------------------------------------------------------------------

    def _usefulness(self) -> dict[str, Any]:
        held_out, truth = self.real.part(held_out=True)
        test_images, test_truth = self._generated("test")
        scores: dict[str, list[np.ndarray]] = {}
        for seed in range(self.inputs.effort.seeds):
            for kind, load in (("synthetic", lambda: self._generated("train")),
                               ("real", lambda: self.real.part(held_out=False))):  # fmt: skip
                for test, values in self._scores(
                    kind, load, {"real": held_out, "synthetic": test_images}, seed
                ).items():
                    scores.setdefault(f"{kind}_to_{test}", []).append(values)
        truths = {"real": truth, "synthetic": test_truth}
        result: dict[str, Any] = {name: _summary(truths[name.rsplit("_", 1)[1]], runs) for name, runs in scores.items()}
        pairs = zip(scores["synthetic_to_real"], scores["real_to_real"], strict=True)
        result["synthetic_minus_real"] = [asdict(auc_difference(truth, a, b)) for a, b in pairs]
        result["synthetic_of_real"] = result["synthetic_to_real"]["mean"] / result["real_to_real"]["mean"]
        self._curves = {name: (truths[name.rsplit("_", 1)[1]], runs[0]) for name, runs in scores.items()}
        return result

    def _scores(self, kind: str, load: Callable[[], Any], tests: dict[str, np.ndarray], seed: int) -> Any:
        report = self._advance(60)
        path = self._stages / f"scores_{kind}_{seed}.npz"
        if not path.exists():
            scores = train_and_score(self.inputs.reference, self.inputs.profile, load(), tests, seed)
            with replacing(path) as stream:
                np.savez(stream, allow_pickle=False, **scores)
        report(1.0)
        with np.load(path, allow_pickle=False) as data:
            return {name: data[name] for name in data.files}

    # -- fidelity, variety, privacy --------------------------------------------------------------

    def _nearness(self, report: Callable[[float], None]) -> dict[str, Any]:
        features = train_features(
            *self.real.part(held_out=False),
            steps=self.inputs.effort.feature_steps,
            seed=0,
            progress=lambda share: report(0.6 * share),
        )
        result = {"fidelity": self._fidelity(features)}
        report(0.8)
        return result | {"privacy": self._privacy(features)}

    def _fidelity(self, features: FeatureExtractor) -> dict[str, Any]:
        """Generated images and held-out real ones, each against as many real training images of the same classes."""
        unseen, unseen_labels = self.real.part(held_out=True)
        counts = _class_counts(unseen_labels)
        reference = features(_of_classes(*self.real.part(held_out=False), counts))
        others = {"real": features(unseen), "generated": features(_of_classes(*self._generated("test"), counts))}
        result: dict[str, Any] = {"images": counts}
        for name, other in others.items():
            precision, recall = fidelity.precision_recall(reference, other)
            result[name] = {
                "precision": precision,
                "recall": recall,
                "frechet": fidelity.frechet_distance(reference, other),
                "kernel": fidelity.kernel_distance(reference, other),
            }
        result["recall_of_real"] = result["generated"]["recall"] / result["real"]["recall"]
        result["similarity"] = {
            name: [
                fidelity.mean_similarity(images[labels == label], self.inputs.effort.similarity_pairs, seed=label)
                for label in (0, 1)
            ]
            for name, (images, labels) in {
                "generated": self._generated("test"),
                "real": self.real.part(held_out=False),
            }.items()
        }
        return result

    def _privacy(self, features: FeatureExtractor) -> dict[str, Any]:
        members, member_labels = self.real.part(held_out=False)
        unseen, unseen_labels = self.real.part(held_out=True)
        generated, _ = self._generated("validation", PRIVACY_SAMPLE)
        pool, _ = self._generated("train")
        same = _of_classes(members, member_labels, _class_counts(unseen_labels))
        spaces: dict[str, Callable[[np.ndarray], np.ndarray]] = {"pixels": lambda images: images, "features": features}
        result: dict[str, Any] = {"generated": len(generated), "unseen": len(unseen)}
        for name, space in spaces.items():
            of_generated, of_unseen = (nearest(space(images), space(members)) for images in (generated, unseen))
            floor = float(of_unseen.distance.min())
            result[name] = {
                "generated_median": float(np.median(of_generated.distance)),
                "unseen_median": float(np.median(of_unseen.distance)),
                "generated_nearest": float(of_generated.distance.min()),
                "unseen_nearest": floor,
                "nearer_than_any_unseen": int(np.sum(of_generated.distance < floor)),
                "membership_auc": asdict(membership_auc(space(same), space(unseen), space(pool))),
            }
            if name == "pixels":
                order = np.argsort(of_generated.distance)[:CLOSEST]
                result["closest"] = [
                    [int(n), int(of_generated.index[n]), float(of_generated.distance[n])] for n in order
                ]
        return result

    def pictures(self) -> Pictures:
        """What the page shows; call it after ``results``."""
        stage = json.loads((self._stages / "nearness.json").read_text(encoding="utf-8"))
        members, _ = self.real.part(held_out=False)
        generated, _ = self._generated("validation", PRIVACY_SAMPLE)
        closest = [(members[real], generated[fake]) for fake, real, _ in stage["privacy"]["closest"]]
        return Pictures(self._generated("test", 256), self._severities(), closest, self._curves)

    def _severities(self) -> np.ndarray:
        rows, columns = SEVERITY_ROWS, SEVERITY_COLUMNS
        sampler = GeneratorSampler(self.inputs.generator, self.inputs.profile.size, rows * columns)
        latent = np.random.default_rng(0).standard_normal((rows, sampler.latent_size), dtype=np.float32)
        severity = np.tile(np.linspace(0.0, 1.0, columns, dtype=np.float32), rows)[:, None]
        return sampler(latent.repeat(columns, axis=0), severity)


def _class_counts(labels: np.ndarray) -> list[int]:
    return [int(np.sum(labels == label)) for label in (0, 1)]


def _of_classes(images: np.ndarray, labels: np.ndarray, counts: list[int]) -> np.ndarray:
    """``counts`` images of each class, evenly spread over the set; fewer where there are fewer."""
    chosen = []
    for label, count in enumerate(counts):
        indices = np.flatnonzero(labels == label)
        chosen.append(indices[np.linspace(0, len(indices) - 1, min(count, len(indices))).astype(int)])
    return np.asarray(images[np.sort(np.concatenate(chosen))])


def _summary(truth: np.ndarray, runs: list[np.ndarray]) -> dict[str, Any]:
    intervals = [auc_interval(truth, scores) for scores in runs]
    values = [interval.value for interval in intervals]
    return {
        "runs": [asdict(interval) for interval in intervals],
        "mean": float(np.mean(values)),
        "deviation": float(np.std(values, ddof=1)) if len(values) > 1 else None,
    }
