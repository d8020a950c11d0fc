"""Training of the class-conditional chest X-ray GAN: resumable, on two CPU cores.

Theory of operation.  Every step draws its images, latents and augmentations from a seed made of
the run's seed and the step's number, so a resumed run continues the run that was interrupted.
The loss is the non-saturating logistic one with lazy R1 (Mescheder et al. 2018; Karras et al.
2020) under differentiable augmentation (Zhao et al. 2020).  The generator that is kept is an
exponential moving average.  A mode-seeking term (Mao et al. 2019) keeps the images of one class from
becoming one image.  One fifth of the patients, chosen by a hash, is never trained on.
"""

from __future__ import annotations

import csv
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from autograder.data.networks import LATENT_SIZE, build_discriminator, build_generator
from autograder.data.pictures import write_sheet
from autograder.data.weights import save_generator

LOG_FIELDS = ("step", "seconds", "discriminator_loss", "generator_loss", "r1", "real_sign")


@dataclass(frozen=True)
class GanSettings:
    """What defines a training run; stored beside its checkpoints."""

    size: int = 64
    base: int = 16
    batch_size: int = 32
    learning_rate: float = 5e-4
    r1_gamma: float = 1.0
    r1_interval: int = 16
    average_decay: float = 0.999
    stretch: float = 0.12
    diversity: float = 0.1
    seed: int = 20261122


def held_out(patients: np.ndarray) -> np.ndarray:
    """Which images belong to the fifth of the patients that is never trained on.

    Args:
        patients: ``(n,)`` patient identifiers, str.

    Returns:
        ``(n,)`` bool, True for held-out patients; depends on the identifier alone.
    """
    digests = {p: hashlib.sha256(str(p).encode()).digest()[0] for p in np.unique(patients)}
    return np.array([digests[p] % 5 == 0 for p in patients])


def load_real(path: Path, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real images shrunk to ``size``, labels and the held-out mask.

    Returns:
        ``(n, size, size)`` uint8 images, ``(n,)`` int labels, ``(n,)`` bool held-out mask.
    """
    with np.load(path, allow_pickle=False) as data:
        images, labels, patients = data["images"], data["labels"].astype(int), data["patient"]
    if images.shape[1] % size:
        raise ValueError(f"{path}: images of {images.shape[1]} pixels cannot be averaged down to {size}")
    factor = images.shape[1] // size
    blocks = images.reshape(len(images), size, factor, size, factor).astype(np.float32)
    return np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8), labels, held_out(patients)


def stretch_horizontally(images: tf.Tensor, amount: float, seed: tf.Tensor) -> tf.Tensor:
    """Scales each image's width by up to ``amount``, since the source's aspect betrays the class."""
    count, width = tf.shape(images)[0], tf.cast(tf.shape(images)[2], tf.float32)
    scale = tf.random.stateless_uniform((count,), seed, 1.0 - amount, 1.0 + amount)
    shift = 0.5 * (width - 1.0) * (1.0 - scale)
    return _warp(images, scale, shift, tf.zeros_like(shift))


def augment(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Differentiable augmentation: brightness, contrast, translation by up to an eighth."""
    count = tf.shape(images)[0]
    seeds = tf.random.split(seed, 4)
    brightness = tf.random.stateless_uniform((count, 1, 1, 1), seeds[0], -0.2, 0.2)
    contrast = tf.random.stateless_uniform((count, 1, 1, 1), seeds[1], 0.7, 1.3)
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    images = (images - mean) * contrast + mean + brightness
    reach = tf.cast(tf.shape(images)[1], tf.float32) / 8.0
    shift_x = tf.round(tf.random.stateless_uniform((count,), seeds[2], -reach, reach))
    shift_y = tf.round(tf.random.stateless_uniform((count,), seeds[3], -reach, reach))
    return _warp(images, tf.ones_like(shift_x), shift_x, shift_y)


def _warp(images, scale_x, shift_x, shift_y):
    zero, one = tf.zeros_like(scale_x), tf.ones_like(scale_x)
    transforms = tf.stack([scale_x, zero, shift_x, zero, one, shift_y, zero, zero], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.shape(images)[1:3],
        fill_value=-1.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _sameness(images: tf.Tensor, latents: tf.Tensor) -> tf.Tensor:
    """Distance of latents over distance of their images, for pairs of one class; large when images are alike.

    The batch is sorted by class, so its quarters 0 and 1, and 2 and 3, are pairs.
    """
    quarters, codes = tf.split(images, 4), tf.split(latents, 4)
    apart = [tf.reduce_mean(tf.abs(quarters[n] - quarters[n + 1]), axis=(1, 2, 3)) for n in (0, 2)]
    asked = [tf.reduce_mean(tf.abs(codes[n] - codes[n + 1]), axis=1) for n in (0, 2)]
    return tf.reduce_mean(tf.concat(asked, 0) / (tf.concat(apart, 0) + 0.01))


class GanTrainer:
    """One training run in a folder: ``settings.json``, ``checkpoints/``, ``log.csv``, ``sheets/``."""

    def __init__(self, images_path: Path, out: Path, settings: GanSettings, *, resume: bool):
        self.settings, self.out = settings, out
        images, labels, reserved = load_real(images_path, settings.size)
        self._by_class = [images[(labels == label) & ~reserved] for label in (0, 1)]
        self.generator = build_generator(settings.size, settings.base)
        self.average = build_generator(settings.size, settings.base)
        self.average.set_weights(self.generator.get_weights())
        self.discriminator = build_discriminator(settings.size, settings.base)
        rate = settings.learning_rate
        self._g_optimizer = keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)
        self._d_optimizer = keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)
        self._g_optimizer.build(self.generator.trainable_variables)
        self._d_optimizer.build(self.discriminator.trainable_variables)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.seconds = tf.Variable(0.0, dtype=tf.float64)
        self._manager = tf.train.CheckpointManager(
            tf.train.Checkpoint(
                generator=self.generator,
                average=self.average,
                discriminator=self.discriminator,
                g_optimizer=self._g_optimizer,
                d_optimizer=self._d_optimizer,
                step=self.step,
                seconds=self.seconds,
            ),
            str(out / "checkpoints"),
            max_to_keep=2,
        )
        self._open_folder(resume)

    def _open_folder(self, resume: bool) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        stored = self.out / "settings.json"
        if self._manager.latest_checkpoint and not resume:
            raise FileExistsError(f"{self.out} holds a training run: add --resume to go on, or name another folder")
        if resume and self._manager.latest_checkpoint:
            if json.loads(stored.read_text()) != asdict(self.settings):
                raise ValueError(f"{stored} differs from the settings asked for; resume with the same ones")
            self._manager.checkpoint.restore(self._manager.latest_checkpoint).expect_partial()
        stored.write_text(json.dumps(asdict(self.settings), indent=2) + "\n")

    def _batch(self, step: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Half normal, then half abnormal, in [-1, 1]."""
        rng = np.random.default_rng((self.settings.seed, step))
        half = self.settings.batch_size // 2
        picks = [images[rng.integers(len(images), size=half)] for images in self._by_class]
        labels = np.repeat([0.0, 1.0], half).astype(np.float32)
        batch = np.concatenate(picks).astype(np.float32) / 127.5 - 1.0
        return tf.constant(batch[..., None]), tf.constant(labels[:, None])

    @tf.function(reduce_retracing=True)
    def _update(self, real, labels, seed, decay, with_r1: bool):
        """One simultaneous step of both networks on the same generated batch."""
        settings = self.settings
        seeds = tf.random.split(seed, 5)
        real = stretch_horizontally(real, settings.stretch, seeds[0])
        latent = tf.random.stateless_normal((settings.batch_size, LATENT_SIZE), seeds[1])
        g_variables, d_variables = self.generator.trainable_variables, self.discriminator.trainable_variables
        with tf.GradientTape() as g_tape:
            fake = self.generator([latent, labels], training=True)
            g_logits = self.discriminator([augment(fake, seeds[2]), labels], training=True)
            g_loss = tf.reduce_mean(tf.nn.softplus(-g_logits))
            g_total = g_loss + settings.diversity * _sameness(fake, latent)
        with tf.GradientTape() as d_tape:
            fake_logits = self.discriminator([augment(tf.stop_gradient(fake), seeds[3]), labels], training=True)
            augmented = augment(real, seeds[4])
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
        started, before = time.monotonic(), float(self.seconds)
        sums: dict[str, float] = {}
        try:
            while int(self.step) < steps:
                step = int(self.step)
                for name, value in self._one_step(step).items():
                    sums[name] = sums.get(name, 0.0) + value
                self.step.assign_add(1)
                self.seconds.assign(before + time.monotonic() - started)
                done = step + 1
                if done % report_every == 0:
                    row = {"step": done, "seconds": round(float(self.seconds), 1)}
                    row |= {name: round(value / report_every, 4) for name, value in sums.items()}
                    self._log(row)
                    report(row | {"of": steps})
                    sums = {}
                if done % save_every == 0:
                    self.save()
        finally:
            self.save()

    def _one_step(self, step: int) -> dict[str, float]:
        settings = self.settings
        real, labels = self._batch(step)
        seed = tf.constant([settings.seed % 2**31, step], dtype=tf.int32)
        with_r1 = step % settings.r1_interval == 0
        decay = tf.constant(min(settings.average_decay, (1.0 + step) / (10.0 + step)), tf.float32)
        d_loss, g_loss, r1, sign = self._update(real, labels, seed, decay, with_r1)
        return {
            "discriminator_loss": float(d_loss),
            "generator_loss": float(g_loss),
            "r1": float(r1) * settings.r1_interval,
            "real_sign": float(sign),
        }

    def _log(self, row: dict) -> None:
        path = self.out / "log.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as stream:
            writer = csv.DictWriter(stream, LOG_FIELDS)
            if fresh:
                writer.writeheader()
            writer.writerow(row)

    def save(self) -> None:
        """Writes a checkpoint, the averaged generator's weights and a sheet of samples."""
        step = int(self.step)
        self._manager.save(checkpoint_number=step)
        save_generator(
            self.average,
            self.out / "weights" / f"generator_{step:06d}.npz",
            settings=asdict(self.settings) | {"step": step, "seconds": round(float(self.seconds))},
        )
        write_sheet(
            sample(self.average, seed=1, severities=np.repeat([0.0, 1.0], 32)), self.out / "sheets" / f"{step:06d}.png"
        )


def sample(generator: keras.Model, *, seed: int, severities: np.ndarray) -> np.ndarray:
    """Images for given severities: ``(n,)`` float in [0, 1] to ``(n, size, size)`` uint8."""
    rng = np.random.default_rng(seed)
    latent = rng.standard_normal((len(severities), LATENT_SIZE), dtype=np.float32)
    images = generator([latent, severities.astype(np.float32)[:, None]], training=False)
    return np.rint((np.asarray(images)[..., 0] + 1.0) * 127.5).clip(0, 255).astype(np.uint8)
