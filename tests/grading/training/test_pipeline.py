"""A pipeline is run through the proxy, its network identified, and judged; ``train`` puts in what the test wants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from autograder.config import Bounds
from autograder.errors import StudentError, StudentTimeout
from autograder.grading import networks
from autograder.grading.student import LocalStudent, Weight
from autograder.grading.training.identify import identify
from autograder.grading.training.pipeline import Clock, Pipeline, read_losses, trains_to
from autograder.grading.training.verdict import NOT_REPEATABLE
from tests.grading.labelled import reference_module
from tests.profiles import make_profile

keras = pytest.importorskip("keras")
PROFILE = make_profile()
SHAPE = (32, 32, 1)
VGG16 = reference_module("vgg16.py").architecture()
build = VGG16.build


@dataclass
class Split:
    """A course whose splits are all the same."""

    images: np.ndarray
    labels: np.ndarray

    def train(self):
        """All of it."""
        return self.images, self.labels

    validation = hidden = train


def course_of(weights, flipped):
    """A course whose hidden labels are what a network with ``weights`` says, the first ``flipped`` of them wrong."""
    images = np.random.default_rng(0).integers(0, 256, size=(64, 32, 32), dtype=np.uint8)
    model = build(SHAPE, PROFILE.width, 3, "elu", PROFILE.dense_units)
    model.set_weights(weights)
    scores = networks.predict(model, (images / 255).astype("float32")[..., None])[:, 0]
    labels = (scores > np.median(scores)).astype(int)
    labels[:flipped] = 1 - labels[:flipped]
    return Split(images, labels)


@pytest.fixture
def weights():
    """Weights with which a tiny ELU network gives different images different scores."""
    model = build(SHAPE, PROFILE.width, 3, "elu", PROFILE.dense_units)
    images = np.random.default_rng(0).integers(0, 256, size=(64, 32, 32)).astype("float32")[..., None] / 255
    return networks.random_weights(model, images, np.random.default_rng(4))


def pipeline(after_training, make=lambda shape, w, d: build(shape, w, 3, "elu", d)):
    """A student whose `train` puts in the weights that ``after_training(call)`` gives; None changes nothing."""
    calls = []

    def train(model, train_data, validation_data, protocol):
        calls.append(protocol)
        new = after_training(len(calls))
        if new is not None:
            model.set_weights(new)

    return LocalStudent({"train": train, "make_dataset": lambda *args: list(args), "build_and_compile": make})


def judged(student, course):
    """The award of a student's pipeline."""
    return trains_to(student, VGG16, course, PROFILE, rng=np.random.default_rng(6))


def best_of(award):
    """The first run in an award's numbers."""
    return award.numbers["runs"][0]


def test_credit_follows_the_auc(weights):
    """An AUC of 1 earns everything, one between the steps its share."""
    award = judged(pipeline(lambda call: weights if call == 1 else None), course_of(weights, flipped=0))
    assert award.credit == 1.0 and best_of(award)["auc"] == 1.0
    assert best_of(award)["chosen"] == {"kernel_size": 3, "activation": "elu"} and not award.flags
    award = judged(pipeline(lambda call: weights if call == 1 else None), course_of(weights, flipped=6))
    assert award.credit == 0.5 and "AUC = " in award.message and "(3x3, elu)" in award.message


def test_a_network_that_is_good_before_training_is_not_taken(weights):
    """The student's own initial weights are replaced: what is not trained knows nothing, however good it was."""

    def begin_well(shape, width, dense_units):
        model = build(shape, width, 3, "elu", dense_units)
        model.set_weights(weights)
        return model

    award = judged(pipeline(lambda call: None, begin_well), course_of(weights, flipped=0))
    gain = best_of(award)["gain"]
    assert award.credit == 0.0 and gain["before"] == gain["after"] < 0.95


def test_initial_weights_are_drawn_at_the_students_scale(weights):
    """Normal, from the seed of the run, with each kernel's own deviation; biases are 0; another seed draws others."""
    given = []

    def make(shape, width, dense_units):
        model = build(shape, width, 3, "elu", dense_units)
        model.set_weights([3 * array + 1 for array in weights])
        return model

    student = pipeline(lambda call: None, make)
    watching = student.train_seen = lambda model: given.append([np.array(w) for w in model.get_weights()])
    plain = student._executor.namespace["train"]
    student._executor.namespace["train"] = lambda model, *args: (watching(model), plain(model, *args))[1]
    course = course_of(weights, flipped=0)
    for seed in (1, 1, 2):
        Pipeline(student, VGG16, course, PROFILE).train(seed)
    for array, own in zip(given[0], weights, strict=True):
        if array.ndim == 1:
            assert not array.any()
        else:
            spread = 5 / np.sqrt(2 * array.size)  # five standard errors of a deviation
            assert np.std(array) == pytest.approx(3 * np.std(own), rel=spread)
            assert abs(np.corrcoef(array.ravel(), own.ravel())[0, 1]) < 5 / np.sqrt(array.size)
    assert all(map(np.array_equal, given[0], given[1]))
    assert not np.array_equal(given[0][0], given[2][0])


class Swapping(LocalStudent):
    """Shows another model once training has begun."""

    asked = 0

    def weights(self, model, input_shape=None):
        """Those of the model that was made, the first time."""
        self.asked += 1
        return super().weights(model if self.asked == 1 else self.shown(), input_shape)

    def predict(self, model, x, timeout_s_=None, *, training=False):
        """What the other model says."""
        return super().predict(self.shown(), x, timeout_s_, training=training)


def test_a_network_that_train_puts_in_place_is_refused(weights):
    """The network that is judged has to be the one that training began with."""
    shown = build(SHAPE, PROFILE.width, 3, "elu", PROFILE.dense_units)
    shown.set_weights(weights)
    larger = lambda shape, w, d: build(shape, w, 5, "elu", d)  # noqa: E731
    functions = {"train": lambda *_: None, "make_dataset": lambda *_: 0, "build_and_compile": larger}
    award = judged(Swapping(functions | {"shown": lambda: shown}), course_of(weights, flipped=0))
    assert award.credit == 0.0 and "another network" in award.message


def test_a_network_carried_in_is_refused(weights):
    """Weights that do not come from those that training was given earn nothing, and raise a flag."""
    profile = make_profile(bounds=Bounds(kernels=0.5))
    student = pipeline(lambda call: weights)
    award = trains_to(student, VGG16, course_of(weights, flipped=0), profile, rng=np.random.default_rng(6))
    assert best_of(award)["auc"] == 1.0 and award.credit == 0.0
    assert "do not come from the initial ones" in award.message and "put in place" in award.flags[0]


def test_all_calls_of_a_run_share_its_time(weights):
    """What one of them takes, the others lack; the student reads which limit it was."""
    asked = []

    class Slow(LocalStudent):
        def call(self, function, /, *args, timeout_s_=None, **kwargs):
            if timeout_s_ is not None:
                asked.append(timeout_s_)
            return super().call(function, *args, **kwargs)

    student = Slow(pipeline(lambda call: None)._executor.namespace)
    Pipeline(student, VGG16, course_of(weights, flipped=0), PROFILE).train(1)
    assert len(asked) == 3 and PROFILE.training_wall_s > asked[0] > asked[1] > asked[2] > 0
    with pytest.raises(StudentTimeout, match="make_dataset, build_and_compile and train took more than 0 s"):
        Clock(0.0).left_s()


def test_the_losses_of_the_trained_weights_are_measured(weights):
    """Binary cross-entropy over the training and the validation images, as Keras computes it."""
    course = course_of(weights, flipped=6)
    run = Pipeline(pipeline(lambda call: weights), VGG16, course, PROFILE).run(1)
    model = build(SHAPE, PROFILE.width, 3, "elu", PROFILE.dense_units)
    model.set_weights(weights)
    x, y = (course.images / 255).astype("float32")[..., None], course.labels
    wanted = float(
        keras.losses.binary_crossentropy(y[None].astype("float32"), networks.predict(model, x)[None, :, 0])[0]
    )
    assert run.measured.train == run.measured.validation == pytest.approx(wanted, rel=1e-4)


def test_diverged_weights_are_named(weights):
    """NaN in the weights is a failure that says so."""
    diverged = pipeline(lambda call: [np.full_like(w, np.nan) for w in weights])
    award = judged(diverged, course_of(weights, flipped=0))
    assert award.credit == 0.0 and "NaN or infinity" in award.message


def test_another_network_is_no_plain_vgg16(weights):
    """A network whose predictions no allowed VGG-16 reproduces earns nothing."""

    def odd(shape, width, dense_units):
        model = build(shape, width, 3, "elu", dense_units)
        for layer in model.layers[1:4]:
            if layer.weights:
                layer.activation = keras.activations.softsign
        return model

    award = judged(pipeline(lambda call: weights, odd), course_of(weights, flipped=0))
    assert award.credit == 0.0 and "not a plain VGG-16: no allowed kernel size and activation" in award.message


def test_another_network_is_not_trained_at_all(weights):
    """One more unit than asked for: no allowed network has such weights."""
    trained = []
    wider = pipeline(trained.append, lambda shape, w, d: build(shape, w, 3, "elu", d + 1))
    award = judged(wider, course_of(weights, flipped=0))
    assert award.credit == 0.0 and award.message.endswith("has weights of these shapes") and not trained


def test_identify_finds_kernel_and_activation():
    """Weights and predictions tell which network it was, or that it was none of them."""
    rng, given = np.random.default_rng(5), {"width": 1 / 16, "dense_units": 8}
    model = build((32, 64, 1), kernel_size=5, activation="tanh", **given)
    images = networks.random_images(rng, 8, (32, 64, 1))
    weights = [Weight("", array, True) for array in networks.random_weights(model, images, rng)]
    predictions = networks.predict(model, images)
    found = identify(VGG16, given, weights, images, predictions)
    assert found.chosen == {"kernel_size": 5, "activation": "tanh"}
    assert identify(VGG16, given, weights, images, 1 - predictions) is None
    assert identify(VGG16, given, weights[:-2], images, predictions) is None


@pytest.mark.parametrize(
    "history", [None, [], {}, {"val_loss": 3}, {"val_loss": ["a"]}, {"val_loss": [float("nan")]}, {"val_loss": [[1]]}]
)
def test_a_history_of_any_form_is_read(history):
    """What a pipeline returns is not trusted to be a history."""
    assert read_losses(history, "val_loss") == ()


def test_mixed_precision_is_the_workers_alone(weights):
    """The student's network computes in bfloat16, the trusted one in float32, and it is recognised all the same."""
    policies = []

    def make(shape, width, dense_units):
        policies.append(keras.config.dtype_policy().name)
        return build(shape, width, 3, "elu", dense_units)

    usual = [0.85 * array for array in weights]  # training gives no such large ones
    course = course_of(usual, flipped=0)
    student = pipeline(lambda call: usual if call == 1 else None, make)
    profile = make_profile(precision="mixed_bfloat16")
    award = trains_to(student, VGG16, course, profile, rng=np.random.default_rng(6))
    assert award.credit == 1.0 and best_of(award)["chosen"] == {"kernel_size": 3, "activation": "elu"}
    assert set(policies) == {"mixed_bfloat16"} and keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("device", ["gpu", "cpu"])
def test_an_operation_without_a_deterministic_form_is_run_without(weights, device):
    """On a GPU operations are deterministic, and a pipeline that cannot be is trained again, and flagged."""
    from tensorflow.python.framework import config

    asked = []

    def after(call):
        asked.append(config.is_op_determinism_enabled())
        if asked == [True]:
            raise StudentError("UnimplementedError: Determinism is not yet supported in this op", kind="X")
        return weights if len(asked) <= 2 else None

    profile = make_profile(device=device)
    award = trains_to(pipeline(after), VGG16, course_of(weights, flipped=0), profile, rng=np.random.default_rng(6))
    assert award.credit == 1.0
    assert asked == ([True, False] if device == "gpu" else [False])
    assert (award.flags == (NOT_REPEATABLE,)) == (device == "gpu")
    config.disable_op_determinism()
