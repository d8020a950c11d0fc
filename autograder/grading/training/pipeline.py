"""Runs a student's pipeline in the worker, and measures what came of it on the trusted side.

Theory of operation.  A submission cannot report an AUC, and cannot bring a network along.  Its network is made by its
own code, but trained from weights that are drawn here, from the course's secret, in each layer at the scale that its
own initialiser gave.  What comes back are the trained weights, as arrays, and the network's predictions on public
probe images.  The weights go into the trusted network (handed in, never imported); the arguments that reproduce the
predictions are found by trying, see ``identify``; that network predicts the hidden split, whose images and labels
never leave this process, and its own losses are compared with those that the pipeline reports.  All that was measured
goes into an ``Evidence``; ``verdict`` says what to measure next, and in the end what it earns.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autograder.config import Profile
from autograder.errors import StudentError, StudentTimeout
from autograder.grading.networks.architecture import Architecture, Choice, KerasModel
from autograder.grading.networks.comparison import OUTPUT_ATOL, predict
from autograder.grading.student import Student, Weight
from autograder.grading.training.evidence import (
    Evidence,
    Failure,
    FailureKind,
    Gain,
    Kinship,
    Losses,
    Run,
    kinship_of,
)
from autograder.grading.training.identify import Identified, identify, matches
from autograder.grading.training.start import Start, draw_start
from autograder.grading.training.verdict import judge, needs_another_run
from autograder.model import Award, CourseImages

PROBE_IMAGES = 64
LEAST_IMAGES = 1000  # over which a loss is measured, so that the choice of images hardly matters
START = 1  # tells the draw of the initial weights from the other random numbers of a run
EPSILON = 1e-7  # as in Keras, so that a certain error has a finite loss
NOT_DETERMINISTIC = "determinis"  # what TensorFlow says of an operation that has no such form on a GPU
PREDICTION_ATOL = {"float32": OUTPUT_ATOL, "mixed_bfloat16": 0.05}  # see tests/calibration/precision.py: 0.015 at most


def trains_to(
    student: Student,
    architecture: Architecture,
    course_data: CourseImages,
    profile: Profile,
    *,
    rng: np.random.Generator,
) -> Award:
    """Trains the student's network with the student's own code and judges it on images that it never sees.

    Args:
        student: the proxy; the submission defines ``make_dataset``, ``build_and_compile`` and ``train``.
        architecture: the kind of network that it has to be.
        course_data: the course's images and labels.
        profile: the protocol, its time limit, and the thresholds.
        rng: source of the seeds.

    Returns:
        The award, for the fixture ``record``; its numbers are the evidence.
    """
    pipeline = Pipeline(student, architecture, course_data, profile)
    return judge(gather(pipeline, rng), profile)


def gather(pipeline: Pipeline, rng: np.random.Generator) -> Evidence:
    """Runs until there is enough for a verdict."""
    evidence = Evidence()
    while needs_another_run(evidence.runs, pipeline.profile):
        evidence = Evidence((*evidence.runs, pipeline.run(int(rng.integers(2**31)))))
    return evidence


@dataclass(frozen=True)
class Trained:
    """What training left.

    Attributes:
        found: the trusted network with the trained weights.
        start: the weights that training was given, as the trusted network's ``set_weights`` takes them.
        loss, val_loss: of each epoch, as the pipeline reports them; empty where it reports none.
        repeatable: whether another run gives the same bits; False where an operation has no such form on a GPU.
    """

    found: Identified
    start: list[np.ndarray]
    loss: tuple[float, ...]
    val_loss: tuple[float, ...]
    repeatable: bool = True


@dataclass(frozen=True)
class Pipeline:
    """A student's data sets, network and training, to be run under the protocol."""

    student: Student
    architecture: Architecture
    course_data: CourseImages
    profile: Profile

    def run(self, seed: int) -> Run:
        """Trains, and measures."""
        trained = self.train(seed)
        return Run(None, failure=trained) if isinstance(trained, Failure) else self.measure(trained)

    def measure(self, trained: Trained) -> Run:
        """What the verdict needs to know about a run."""
        found, initial = trained.found, self._initial_network(trained)
        auc = hidden_auc(found.model, self.course_data)
        gain: Gain | None = None
        kinship: Kinship | None = None
        if initial is not None:
            gain = Gain(hidden_auc(initial, self.course_data), auc)
            kinship = kinship_of(trained.start, found.model.get_weights())
        images = max(LEAST_IMAGES, self.profile.validation_steps * self.profile.batch_size)
        measured = Losses(
            loss_of(found.model, *self.course_data.train(), images),
            loss_of(found.model, *self.course_data.validation(), images),
        )
        return Run(
            auc, trained.loss, trained.val_loss, measured, found.chosen, self.architecture.describe(found.chosen),
            gain, kinship, repeatable=trained.repeatable,
        )  # fmt: skip

    def _initial_network(self, trained: Trained) -> KerasModel | None:
        """The trusted network with the weights that training was given; None where they do not fit it."""
        model = self.architecture.build(self._shape, **self._given, **trained.found.chosen)
        if [w.shape for w in model.get_weights()] != [w.shape for w in trained.start]:
            return None
        model.set_weights(trained.start)
        return model

    def train(self, seed: int) -> Trained | Failure:
        """Trains with the course's labels; the trusted network with the trained weights, or why there is none."""
        clock = Clock(self.profile.training_wall_s)
        deterministic = self.profile.device == "gpu"  # a processor always is
        try:
            done = self._train_in_worker(seed, deterministic, clock)
        except StudentError as error:
            if not (deterministic and NOT_DETERMINISTIC in str(error).lower()):
                raise
            deterministic = False
            done = self._train_in_worker(seed, deterministic, clock)
        if isinstance(done, Failure):
            return done
        handle, start, history = done
        images = as_input(self.course_data.validation()[0][:PROBE_IMAGES])
        predictions, weights = self.student.predict(handle, images), self.student.weights(handle)
        if not all(np.all(np.isfinite(array)) for array in [*(w.value for w in weights if w.trainable), predictions]):
            text = "the trained weights hold NaN or infinity: training diverged, try a smaller learning rate"
            return Failure(FailureKind.DIVERGED, text)
        use_float32()  # for the trusted network: what trains in this process itself may have set another policy
        atol = PREDICTION_ATOL[self.profile.precision]
        found = identify(self.architecture, self._given, weights, images, predictions, atol=atol)
        if found is None:
            return self._other_network("reproduces its predictions")
        repeatable = deterministic or self.profile.device == "cpu"
        return Trained(found, start.trusted, read_losses(history, "loss"), read_losses(history, "val_loss"), repeatable)

    def _train_in_worker(self, seed: int, deterministic: bool, clock: Clock) -> tuple[object, Start, object] | Failure:
        """The model's handle, the weights that training was given, and what ``train`` returned."""
        student, profile = self.student, self.profile
        (images, labels), (val_images, val_labels) = self.course_data.train(), self.course_data.validation()
        protocol = {
            "epochs": profile.epochs,
            "steps_per_epoch": profile.steps_per_epoch,
            "validation_steps": profile.validation_steps,
            "batch_size": profile.batch_size,
        }
        student.call(student.define(prepare), seed, profile.precision, profile.xla, deterministic)
        make, size = student.make_dataset, profile.batch_size
        data = make(images, labels, size, True, seed, timeout_s_=clock.left_s())
        val_data = make(val_images, val_labels, size, False, seed, timeout_s_=clock.left_s())
        model = student.build_and_compile(self._shape, *self._given.values())
        start = self._start(student.weights(model), seed)
        if start is None:
            return self._other_network("has weights of these shapes")
        student.assign(model, start.students)
        return model, start, student.train(model, data, val_data, protocol, timeout_s_=clock.left_s())

    def _start(self, own: list[Weight], seed: int) -> Start | None:
        """The weights that training begins with; None where no trusted network has such."""
        for group in self.architecture.alternatives():
            model = self.architecture.build(self._shape, **self._given, **group[0])
            if fitting := matches(model, own, frozen=True):
                return draw_start(model, fitting[0], own, np.random.default_rng([seed, START]))
        return None

    def _other_network(self, reason: str) -> Failure:
        wanted = self.architecture.choices or "arguments"
        text = f"not a plain {self.architecture.name}: no allowed {wanted} {reason}"
        return Failure(FailureKind.OTHER_NETWORK, text)

    @property
    def _shape(self) -> tuple[int, int, int]:
        return self.profile.size, self.profile.size, 1

    @property
    def _given(self) -> Mapping[str, Choice]:
        """The arguments of the network that the protocol fixes."""
        return {name: getattr(self.profile, name) for name in self.architecture.from_profile}


class Clock:
    """The time of one run: each call gets what the others left."""

    def __init__(self, limit_s: float):
        self._limit_s, self._end = limit_s, time.monotonic() + limit_s

    def left_s(self) -> float:
        """Seconds that are left.

        Raises:
            StudentTimeout: none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise StudentTimeout(f"make_dataset, build_and_compile and train took more than {self._limit_s:g} s")
        return left


def as_input(images: np.ndarray) -> np.ndarray:
    """(n, height, width) uint8 as (n, height, width, 1) float32 in [0, 1]."""
    return (images.astype("float32") / 255)[..., np.newaxis]


def hidden_scores(model: KerasModel, course_data: CourseImages) -> np.ndarray:
    """What a trusted model says about the hidden split, (n,) float32 in [0, 1]."""
    return predict(model, as_input(course_data.hidden()[0]))[:, 0]


def hidden_auc(model: KerasModel, course_data: CourseImages) -> float:
    """AUC of a trusted model on the hidden split."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(course_data.hidden()[1], hidden_scores(model, course_data)))


def loss_of(model: KerasModel, images: np.ndarray, labels: np.ndarray, count: int) -> float:
    """Binary cross-entropy of a trusted model.

    Args:
        model: with one sigmoid unit at its end.
        images: (n, height, width) uint8.
        labels: (n,) 0 or 1.
        count: how many images count: so many of them, spread evenly over all.
    """
    chosen = np.unique(np.linspace(0, len(images) - 1, min(count, len(images))).astype(int))
    scores = predict(model, as_input(images[chosen]))[:, 0].astype(np.float64)
    of_label = np.where(labels[chosen] == 1, scores, 1 - scores)
    return float(-np.mean(np.log(np.clip(of_label, EPSILON, 1))))


def read_losses(history: object, name: str) -> tuple[float, ...]:
    """The losses that a pipeline reports; whether they are as asked is for the item ``train`` to say."""
    try:
        values = tuple(float(value) for value in history[name])  # type: ignore[index]  # whatever came back
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return ()
    return values if np.all(np.isfinite(values)) else ()


def use_float32() -> None:
    """In the trusted process: what is built from here on computes in float32."""
    import keras

    keras.config.set_dtype_policy("float32")


def prepare(seed: int, precision: str, xla: bool, deterministic: bool) -> None:
    """In the worker: the same random numbers, arithmetic and order of sums on every run and for every student.

    Args:
        seed: of Python, NumPy and TensorFlow.
        precision: Keras' policy, ``float32`` or ``mixed_bfloat16``.
        xla: whether TensorFlow compiles what it can.
        deterministic: whether operations have to give the same bits each time; a processor's do in any case.
    """
    import keras
    import tensorflow as tf
    from tensorflow.python.framework import config

    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(precision)
    tf.config.optimizer.set_jit(xla)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    else:
        config.disable_op_determinism()
