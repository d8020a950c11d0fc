"""Runs a student's pipeline in the worker, and measures what came of it on the trusted side.

Theory of operation.  A submission cannot report an AUC.  What comes back are the trained weights, as arrays, and the
network's predictions on public probe images.  The weights go into the trusted network (handed in, never imported); the
arguments that reproduce the predictions are found by trying, see ``identify``; that network predicts the hidden split,
whose images and labels never leave this process.  All that was measured goes into an ``Evidence``; ``verdict`` says
what to measure next, and in the end what it earns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from autograder.config import Profile
from autograder.errors import StudentError
from autograder.grading.networks.architecture import Architecture, Choice, KerasModel
from autograder.grading.networks.comparison import OUTPUT_ATOL, predict
from autograder.grading.networks.weights import match, weights_of
from autograder.grading.student import Student, Weight
from autograder.grading.training.evidence import Control, Evidence, Failure, FailureKind, Gain, Kinship, Run, kinship_of
from autograder.grading.training.identify import Identified, identify
from autograder.grading.training.verdict import Step, judge, next_step
from autograder.model import Award, CourseImages

PROBE_IMAGES = 64
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

    The worker trains; the weights come back as arrays and are put into the trusted network, whose predictions on
    the hidden split are compared with labels that never left this side.  A submission cannot report an AUC.

    Args:
        student: the proxy; the submission defines ``make_dataset``, ``build_and_compile`` and ``train``.
        architecture: the kind of network that it has to be.
        course_data: the course's images and labels.
        profile: the protocol, its time limit, and the thresholds.
        rng: source of the seeds and of the permutation.

    Returns:
        The award, for the fixture ``record``; its numbers are the evidence.
    """
    pipeline = Pipeline(student, architecture, course_data, profile)
    return judge(gather(pipeline, rng), profile)


def gather(pipeline: Pipeline, rng: np.random.Generator) -> Evidence:
    """Measures until there is enough for a verdict."""
    evidence = Evidence()
    while step := next_step(evidence, pipeline.profile):
        if step is Step.RUN:
            evidence = replace(evidence, runs=(*evidence.runs, pipeline.run(int(rng.integers(2**31)))))
        else:
            evidence = replace(evidence, controls=(*evidence.controls, pipeline.control(rng)))
    return evidence


@dataclass(frozen=True)
class Trained:
    """What training left.

    Attributes:
        found: the trusted network with the trained weights.
        before: the weights that training began with, in order of first use.
        val_loss: validation loss of each epoch, as the pipeline reports it; empty where it reports none.
        repeatable: whether another run gives the same bits; False where an operation has no such form on a GPU.
    """

    found: Identified
    before: list[Weight]
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
        """Trains with the course's labels, and measures."""
        trained = self.train(seed)
        return Run(None, failure=trained) if isinstance(trained, Failure) else self.measure(trained)

    def control(self, rng: np.random.Generator) -> Control:
        """Trains shortly on permuted labels, and measures."""
        labels = rng.permutation(self.course_data.train()[1])
        trained = self._train(labels, 1, self.profile.control_steps, int(rng.integers(2**31)))
        if isinstance(trained, Failure):
            return Control(None, trained)
        return Control(hidden_auc(trained.found.model, self.course_data))

    def train(self, seed: int) -> Trained | Failure:
        """Trains with the course's labels; the trusted network with the trained weights, or why there is none."""
        return self._train(self.course_data.train()[1], self.profile.epochs, self.profile.steps_per_epoch, seed)

    def measure(self, trained: Trained) -> Run:
        """What the verdict needs to know about a run."""
        found, initial = trained.found, self._initial_network(trained)
        auc = hidden_auc(found.model, self.course_data)
        gain: Gain | None = None
        kinship: Kinship | None = None
        if initial is not None:
            gain = Gain(hidden_auc(initial, self.course_data), auc)
            kinship = kinship_of(initial.get_weights(), found.model.get_weights())
        label = self.architecture.describe(found.chosen)
        return Run(auc, trained.val_loss, found.chosen, label, gain, kinship, repeatable=trained.repeatable)

    def _initial_network(self, trained: Trained) -> KerasModel | None:
        """The trusted network with the weights before training; None where they do not fit it."""
        model = self.architecture.build(self._shape, **self._given, **trained.found.chosen)
        try:
            fitting = match(weights_of(model), trained.before, frozen=True)
        except AssertionError:
            return None
        model.set_weights(fitting[0].into_trusted(trained.before))
        return model

    def _train(self, labels: np.ndarray, epochs: int, steps_per_epoch: int, seed: int) -> Trained | Failure:
        deterministic = self.profile.device == "gpu"  # a processor always is
        try:
            handle, before, history = self._train_in_worker(labels, epochs, steps_per_epoch, seed, deterministic)
        except StudentError as error:
            if not (deterministic and NOT_DETERMINISTIC in str(error).lower()):
                raise
            deterministic = False
            handle, before, history = self._train_in_worker(labels, epochs, steps_per_epoch, seed, deterministic)
        images = as_input(self.course_data.validation()[0][:PROBE_IMAGES])
        predictions, weights = self.student.predict(handle, images), self.student.weights(handle)
        if not all(np.all(np.isfinite(array)) for array in [*(w.value for w in weights if w.trainable), predictions]):
            text = "the trained weights hold NaN or infinity: training diverged, try a smaller learning rate"
            return Failure(FailureKind.DIVERGED, text)
        use_float32()  # for the trusted network: what trains in this process itself may have set another policy
        atol = PREDICTION_ATOL[self.profile.precision]
        found = identify(self.architecture, self._given, weights, images, predictions, atol=atol)
        if found is None:
            reason = f"no allowed {self.architecture.choices or 'arguments'} reproduces its predictions"
            return Failure(FailureKind.OTHER_NETWORK, f"not a plain {self.architecture.name}: {reason}")
        repeatable = deterministic or self.profile.device == "cpu"
        return Trained(found, before, read_val_loss(history), repeatable)

    def _train_in_worker(
        self, labels: np.ndarray, epochs: int, steps_per_epoch: int, seed: int, deterministic: bool
    ) -> tuple[object, list[Weight], object]:
        """The model's handle, its weights before training, and what ``train`` returned."""
        student, profile = self.student, self.profile
        images, (val_images, val_labels) = self.course_data.train()[0], self.course_data.validation()
        protocol = {
            "epochs": epochs,
            "steps_per_epoch": steps_per_epoch,
            "validation_steps": profile.validation_steps,
            "batch_size": profile.batch_size,
        }
        limit_s = profile.training_wall_s
        student.call(student.define(prepare), seed, profile.precision, profile.xla, deterministic)
        data = student.make_dataset(images, labels, profile.batch_size, True, seed, timeout_s_=limit_s)
        val_data = student.make_dataset(val_images, val_labels, profile.batch_size, False, seed, timeout_s_=limit_s)
        model = student.build_and_compile(self._shape, *self._given.values())
        before = student.weights(model)
        history = student.train(model, data, val_data, protocol, timeout_s_=limit_s)
        return model, before, history

    @property
    def _shape(self) -> tuple[int, int, int]:
        return self.profile.size, self.profile.size, 1

    @property
    def _given(self) -> Mapping[str, Choice]:
        """The arguments of the network that the protocol fixes."""
        return {name: getattr(self.profile, name) for name in self.architecture.from_profile}


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


def read_val_loss(history: object) -> tuple[float, ...]:
    """The validation losses that a pipeline reports; whether they are as asked is for the item ``train`` to say."""
    try:
        values = tuple(float(value) for value in history["val_loss"])  # type: ignore[index]  # whatever came back
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
