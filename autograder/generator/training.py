"""Trains the class-conditional chest X-ray GAN on two CPU cores; an interrupted run can go on.

Theory of operation.  Every step draws its images, latents, severities and augmentations from a seed made
of the run's seed and the step's number, so a resumed run continues the run that was interrupted.  The
loss is the non-saturating logistic one with lazy R1 (Mescheder et al. 2018; Karras et al. 2020) under
adaptive differentiable augmentation (``augmentation``).  A generated image of a class gets a severity
drawn from the class's distribution, the one that data sets are built with, so borderline severities
are trained too and the images of each class follow the real ones.  A mode-seeking term (Mao et al. 2019,
arXiv:1903.05628) keeps the images of one class from becoming one image.  The saved generator is an
exponential moving average.

A run may start from a smaller one, or from a generator's file.  If a generator comes without its
discriminator, the discriminator first learns alone for some steps.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from autograder.dataset.generator_network import LATENT_SIZE, build_generator
from autograder.dataset.png import write_sheet
from autograder.dataset.recipe import Severity
from autograder.dataset.weights import arrays_of, load_generator, save_generator, take_over
from autograder.errors import UsageError
from autograder.files import replacing
from autograder.generator import log
from autograder.generator.augmentation import augment, stretch_horizontally
from autograder.generator.discriminator import build_discriminator
from autograder.generator.real import load_real
from autograder.generator.selection import Judge

CHECKPOINT_NAME = "checkpoint.npz"
REAL_SIGN_TARGET = 0.7
AUGMENTATION_IMAGES = 100_000


@dataclass(frozen=True)
class GanSettings:
    """The settings of a training run; stored beside its checkpoint."""

    size: int = 64
    base: int = 16
    batch_size: int = 32
    learning_rate: float = 5e-4
    r1_gamma: float = 0.1
    r1_interval: int = 16
    average_decay: float = 0.999
    stretch: float = 0.08
    diversity: float = 0.1
    discriminator_first: int = 200
    feature_steps: int = 1000
    seed: int = 20261126


def _sameness(images: tf.Tensor, latents: tf.Tensor) -> tf.Tensor:
    """Distance of latents over distance of their images, for pairs of one class; large if the images are similar.

    The batch is sorted by class, so its quarters 0 and 1, and 2 and 3, are pairs.
    """
    quarters, codes = tf.split(images, 4), tf.split(latents, 4)
    apart = [tf.reduce_mean(tf.abs(quarters[n] - quarters[n + 1]), axis=(1, 2, 3)) for n in (0, 2)]
    asked = [tf.reduce_mean(tf.abs(codes[n] - codes[n + 1]), axis=1) for n in (0, 2)]
    return tf.reduce_mean(tf.concat(asked, 0) / (tf.concat(apart, 0) + 0.01))


class GanTrainer:
    """One training run in a folder.

    The folder holds ``settings.json``, ``checkpoint.npz`` (everything that a resumed run needs),
    ``log.csv``, ``weights/`` (the averaged generator at each save), ``sheets/`` (samples of it), ``scores.csv``
    and ``best.npz`` (see ``selection``).

    Args:
        images_path: see ``real.load_real``.
        out: the run's folder.
        settings: of the run; a resumed run needs the same ones.
        resume: go on with the run in ``out``.
        start_from: for a new run, a run's folder or a generator's file whose weights it takes over.

    Raises:
        UsageError: the folder holds another run or none to resume, or the images or the start cannot be used.
    """

    def __init__(
        self, images_path: Path, out: Path, settings: GanSettings, *, resume: bool, start_from: Path | None = None
    ):
        self.settings, self.out = settings, out
        self._real = load_real(images_path, settings.size).require()
        images, labels = self._real.part(held_out=False)
        self._by_class = [images[labels == label] for label in (0, 1)]
        keras.utils.set_random_seed(settings.seed)
        self.generator = build_generator(settings.size, settings.base)
        self.average = build_generator(settings.size, settings.base)
        self.average.set_weights(self.generator.get_weights())
        self.discriminator = build_discriminator(settings.size, settings.base)
        rate = settings.learning_rate
        self._g_optimizer = keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)
        self._d_optimizer = keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)
        self._g_optimizer.build(self.generator.trainable_variables)
        self._d_optimizer.build(self.discriminator.trainable_variables)
        self.step, self.seconds, self.augmentation = 0, 0.0, 0.5
        self._generator_waits = 0
        self._judge: Judge | None = None
        self._open_folder(resume, start_from)

    def _open_folder(self, resume: bool, start_from: Path | None) -> None:
        checkpoint, stored = self.out / CHECKPOINT_NAME, self.out / "settings.json"
        if checkpoint.exists() and not resume:
            raise UsageError(f"{self.out} holds a training run: add --resume to go on, or name another folder")
        if resume and not checkpoint.exists():
            raise UsageError(f"{self.out} has no {CHECKPOINT_NAME} to resume; leave --resume out to begin a run")
        if resume:
            found, wanted = json.loads(stored.read_text()), asdict(self.settings)
            if found != wanted:
                differing = {k: (found.get(k), v) for k, v in wanted.items() if found.get(k) != v}
                raise UsageError(f"{stored} differs (there, asked for): {differing}; resume with the same settings")
            self._restore(checkpoint)
            for name in ("log.csv", "scores.csv"):
                log.drop_after(self.out / name, self.step)
            return
        if start_from is not None:
            self._take_start(start_from)
        self.out.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(asdict(self.settings), indent=2) + "\n")

    def _networks(self) -> dict[str, keras.Model]:
        return {"generator": self.generator, "average": self.average, "discriminator": self.discriminator}

    def _optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        return {"g_optimizer": self._g_optimizer, "d_optimizer": self._d_optimizer}

    def state(self) -> dict[str, np.ndarray]:
        """Everything that training changes, by name."""
        arrays = {f"{role}.{name}": a for role, net in self._networks().items() for name, a in arrays_of(net).items()}
        for role, optimizer in self._optimizers().items():
            arrays |= {f"{role}.{n}": np.asarray(variable) for n, variable in enumerate(optimizer.variables)}
        progress = {
            "step": self.step,
            "seconds": self.seconds,
            "augmentation": self.augmentation,
            "generator_waits": self._generator_waits,
        }
        return arrays | {name: np.asarray(value) for name, value in progress.items()}

    def _restore(self, checkpoint: Path) -> None:
        with np.load(checkpoint, allow_pickle=False) as data:
            for role, network in self._networks().items():
                left = take_over(network, _below(data, role))
                if left:
                    raise UsageError(f"{checkpoint} does not fit {role}: {left[:4]} are missing or of another shape")
            for role, optimizer in self._optimizers().items():
                for n, variable in enumerate(optimizer.variables):
                    variable.assign(data[f"{role}.{n}"])
            self.step, self.seconds = int(data["step"]), float(data["seconds"])
            self.augmentation, self._generator_waits = float(data["augmentation"]), int(data["generator_waits"])

    def _take_start(self, start: Path) -> None:
        """Weights of a smaller run, or of a generator alone."""
        if start.is_file():
            generator, _ = load_generator(start)
            found = {"generator": arrays_of(generator)}
            self._generator_waits = self.settings.discriminator_first
        elif (start / CHECKPOINT_NAME).is_file():
            with np.load(start / CHECKPOINT_NAME, allow_pickle=False) as data:
                found = {role: _below(data, role) for role in self._networks()}
                self.augmentation = float(data["augmentation"])
        else:
            raise UsageError(f"cannot start from {start}: wanted a generator's .npz or the folder of a training run")
        for role, network in self._networks().items():
            take_over(network, found.get(role, found["generator"] if role == "average" else {}))

    def _batch(self, step: int) -> dict[str, tf.Tensor]:
        """Half normal, then half abnormal: real images in [-1, 1], labels, severities for generated ones."""
        rng = np.random.default_rng((self.settings.seed, step))
        half = self.settings.batch_size // 2
        picks = [images[rng.integers(len(images), size=half)] for images in self._by_class]
        labels = np.repeat([0.0, 1.0], half).astype(np.float32)
        severity = np.concatenate([rng.beta(*pair, size=half) for pair in (Severity().normal, Severity().abnormal)])
        batch = np.concatenate(picks).astype(np.float32) / 127.5 - 1.0
        return {
            "real": tf.constant(batch[..., None]),
            "labels": tf.constant(labels[:, None]),
            "severity": tf.constant(severity.astype(np.float32)[:, None]),
        }

    @tf.function(reduce_retracing=True)
    def _update(self, batch, seed, decay, probability, with_r1: bool, with_generator: bool):
        """One simultaneous step of both networks on the same generated batch."""
        settings, labels = self.settings, batch["labels"]
        seeds = tf.unstack(tf.random.split(seed, 5), num=5)
        real = stretch_horizontally(batch["real"], settings.stretch, seeds[0])
        latent = tf.random.stateless_normal((settings.batch_size, LATENT_SIZE), seeds[1])
        g_variables, d_variables = self.generator.trainable_variables, self.discriminator.trainable_variables
        with tf.GradientTape() as g_tape:
            fake = self.generator([latent, batch["severity"]], training=True)
            g_logits = self.discriminator([augment(fake, probability, seeds[2]), labels], training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-g_logits))
            g_total = g_loss + settings.diversity * _sameness(fake, latent)
        with tf.GradientTape() as d_tape:
            seen = augment(tf.stop_gradient(fake), probability, seeds[3])
            fake_logits = self.discriminator([seen, labels], training=True)
            augmented = augment(real, probability, seeds[4])
            with tf.GradientTape() as slope_tape:
                slope_tape.watch(augmented)
                real_logits = self.discriminator([augmented, labels], training=True)
                total = tf.reduce_sum(real_logits)
            d_loss = tf.reduce_mean(tf.nn.softplus(fake_logits)) + tf.reduce_mean(tf.nn.softplus(-real_logits))
            penalty = tf.constant(0.0)
            if with_r1:
                slopes = slope_tape.gradient(total, augmented)
                penalty = tf.reduce_mean(tf.reduce_sum(tf.square(slopes), axis=(1, 2, 3)))
                d_loss += 0.5 * settings.r1_gamma * settings.r1_interval * penalty
        self._d_optimizer.apply(d_tape.gradient(d_loss, d_variables), d_variables)
        if with_generator:
            self._g_optimizer.apply(g_tape.gradient(g_total, g_variables), g_variables)
            for kept, current in zip(self.average.weights, self.generator.weights, strict=True):
                kept.assign(decay * kept + (1.0 - decay) * current)
        return d_loss, g_loss, penalty, tf.reduce_mean(tf.sign(real_logits))

    def train(
        self,
        steps: int,
        *,
        report_every: int = 100,
        save_every: int = 500,
        report: Callable[[dict], None] = lambda row: None,
    ) -> None:
        """Trains up to step ``steps``; Ctrl-C saves a checkpoint before it ends."""
        started, before = time.monotonic(), self.seconds
        rows: list[dict[str, float]] = []
        try:
            while self.step < steps:
                rows.append(self._one_step())
                self.step += 1
                self.seconds = before + time.monotonic() - started
                if self.step % report_every == 0:
                    row: dict[str, float] = {"step": self.step, "seconds": round(self.seconds, 1)}
                    row |= {name: round(float(np.mean([r[name] for r in rows])), 4) for name in rows[0]}
                    log.append(self.out / "log.csv", row)
                    report(row)
                    rows = []
                if self.step % save_every == 0:
                    self.save()
                    self.keep_the_best()
        finally:
            self.save()
        if self.step not in self._scores():
            self.keep_the_best()

    def _one_step(self) -> dict[str, float]:
        settings, step = self.settings, self.step
        seed = tf.constant([settings.seed % 2**31, step], dtype=tf.int32)
        decay = tf.constant(min(settings.average_decay, (1.0 + step) / (10.0 + step)), tf.float32)
        with_r1 = step % settings.r1_interval == 0
        with_generator = step >= self._generator_waits
        probability = tf.constant(self.augmentation, tf.float32)
        d_loss, g_loss, r1, sign = self._update(self._batch(step), seed, decay, probability, with_r1, with_generator)
        change = np.sign(float(sign) - REAL_SIGN_TARGET) * settings.batch_size / AUGMENTATION_IMAGES
        self.augmentation = float(np.clip(self.augmentation + change, 0.0, 0.9))
        return {
            "discriminator_loss": float(d_loss),
            "generator_loss": float(g_loss),
            "r1": float(r1) * settings.r1_interval,
            "real_sign": float(sign),
            "augmentation": self.augmentation,
        }

    def save(self) -> None:
        """Writes the checkpoint, the averaged generator's weights and a sheet of samples."""
        with replacing(self.out / CHECKPOINT_NAME) as stream:
            np.savez(stream, allow_pickle=False, **self.state())
        settings = asdict(self.settings) | {"step": self.step, "seconds": round(self.seconds)}
        save_generator(self.average, self._weights_path(self.step), settings=settings)
        picture = sample(self.average, seed=1, severities=np.repeat([0.1, 0.9], 32))
        write_sheet(picture, self.out / "sheets" / f"{self.step:06d}.png")

    def keep_the_best(self) -> None:
        """Scores the generator that was saved last; ``best.npz`` is the best so far."""
        self._judge = self._judge or Judge(self._real, self.out, self.settings.feature_steps)
        scores = self._judge.scores(self._draw)
        log.append(self.out / "scores.csv", {"step": self.step} | {name: round(v, 5) for name, v in scores.items()})
        if self.best_step == self.step:
            with replacing(self.out / "best.npz") as best, self._weights_path(self.step).open("rb") as latest:
                shutil.copyfileobj(latest, best)

    @property
    def best_step(self) -> int:
        """The step of the best score so far."""
        scores = self._scores()
        return min(scores, key=lambda step: scores[step])

    def _scores(self) -> dict[int, float]:
        return {int(row["step"]): float(row["kernel_distance"]) for row in log.read(self.out / "scores.csv")}

    def _weights_path(self, step: int) -> Path:
        return self.out / "weights" / f"generator_{step:06d}.npz"

    def _draw(self, label: int, count: int) -> np.ndarray:
        """Images of a class, with the severities of data sets; the same latents at every call."""
        pair = (Severity().normal, Severity().abnormal)[label]
        severities = np.random.default_rng((self.settings.seed, label)).beta(*pair, size=count)
        return sample(self.average, seed=2 + label, severities=severities)


def _below(data: np.lib.npyio.NpzFile, role: str) -> dict[str, np.ndarray]:
    start = f"{role}."
    return {name.removeprefix(start): data[name] for name in data.files if name.startswith(start)}


def sample(generator: keras.Model, *, seed: int, severities: np.ndarray) -> np.ndarray:
    """Images for given severities: ``(n,)`` float in [0, 1] to ``(n, size, size)`` uint8."""
    rng = np.random.default_rng(seed)
    latent = rng.standard_normal((len(severities), LATENT_SIZE), dtype=np.float32)
    parts = [
        np.asarray(generator([latent[n : n + 100], severities[n : n + 100, None].astype(np.float32)], training=False))
        for n in range(0, len(latent), 100)
    ]
    return np.rint((np.concatenate(parts)[..., 0] + 1.0) * 127.5).clip(0, 255).astype(np.uint8)
