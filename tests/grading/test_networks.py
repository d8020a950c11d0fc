"""The helpers that judge Keras networks: by function, and by what their trained weights predict."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.config import AucStep
from autograder.grading import earned, networks, training_run
from autograder.grading.student import LocalStudent

keras = pytest.importorskip("keras")
SHAPE = (32, 64, 1)
SMALL = {"width": 1 / 16, "dense_units": 8}
ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")


@pytest.fixture(scope="module")
def build():
    """The instructor's build_vgg16."""
    path = Path(__file__).parents[2] / "reference_solution" / "vgg16.py"
    spec = importlib.util.spec_from_file_location("_reference_vgg16_for_tests", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build_vgg16


@pytest.fixture
def rng():
    """A seeded generator."""
    return np.random.default_rng(5)


def images_of(rng, n=8, shape=SHAPE):
    """Noise with a different brightness in each image."""
    return (rng.normal(size=(n, *shape)) + 2 * rng.normal(size=(n, 1, 1, 1))).astype("float32")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_random_weights_keep_every_layer_alive(build, rng, activation):
    """Every unit's pre-activation has standard deviation 2, so the output depends on the image."""
    model, images = build(SHAPE, activation=activation, **SMALL), images_of(rng)
    networks.random_weights(model, images, rng)
    x = images
    for layer in model.layers[1:]:
        if layer.weights:
            activation_of_layer, layer.activation = layer.activation, keras.activations.linear
            pre = np.asarray(layer(x)).reshape(-1, layer.bias.shape[0])
            layer.activation = activation_of_layer
            np.testing.assert_allclose(pre.std(axis=0), 2.0, rtol=0.02)
        x = layer(x)
    assert np.ptp(np.asarray(x)) > 0.3


@pytest.mark.parametrize("given", ACTIVATIONS)
def test_an_activation_passes_only_as_itself(build, rng, given):
    """A network agrees with the trusted one of its own activation and with no other."""
    images = images_of(rng)
    for wanted in ACTIVATIONS:
        student = LocalStudent({"make": functools.partial(build, SHAPE, activation=given, **SMALL)})
        trusted = functools.partial(build, SHAPE, activation=wanted, **SMALL)
        compare = functools.partial(
            networks.same_function_as, student, student.make(), trusted, images, rng=np.random.default_rng(1)
        )
        if given == wanted:
            compare()
        else:
            with pytest.raises(AssertionError, match="differ by"):
                compare()


def test_remembered_answers_leave_the_generator_as_computed_ones_do(build):
    """The second submission sees the same random numbers as the first."""
    trusted, images = functools.partial(build, SHAPE, **SMALL), images_of(np.random.default_rng(2))
    first, second = np.random.default_rng(3), np.random.default_rng(3)
    student = LocalStudent({"make": trusted})
    for rng in (first, second):
        networks.same_function_as(student, student.make(), trusted, images, rng=rng)
    assert first.integers(2**31) == second.integers(2**31)


def with_doubled_output(build, **arguments):
    """A network whose weights do not fit the trusted one: it has a second output unit."""
    trusted = build(SHAPE, **SMALL, **arguments)
    return keras.Model(trusted.inputs, keras.layers.Dense(2, activation="sigmoid")(trusted.layers[-2].output))


@pytest.mark.parametrize("fits", [True, False])
def test_two_networks_of_a_student_are_told_apart_by_their_activation(build, rng, fits):
    """With the same weights equal networks agree and others do not, whether or not the trusted weights fit."""
    make = functools.partial(build, SHAPE, **SMALL) if fits else functools.partial(with_doubled_output, build)
    student, trusted, images = LocalStudent({"make": make}), functools.partial(build, SHAPE, **SMALL), images_of(rng)
    compare = functools.partial(networks.difference_of, student, build=trusted, images=images, rng=rng)
    assert compare(student.make(), student.make()) < networks.OUTPUT_ATOL
    assert compare(student.make(), student.make(activation="elu")) > networks.OUTPUT_ATOL
    other = student.make(kernel_size=5)
    with pytest.raises(AssertionError, match="other number or shapes"):
        compare(student.make(), other)


def test_dropout_acts_in_training_alone(rng):
    """A model is asked for its output as it is while it is trained, or as it is afterwards."""
    student = LocalStudent({"make": lambda: keras.Sequential([keras.Input((200,)), keras.layers.Dropout(0.5)])})
    model, x = student.make(), rng.random((2, 200))
    np.testing.assert_allclose(student.predict(model, x), x, rtol=1e-6)
    assert 100 < np.sum(student.predict(model, x, training=True) == 0) < 300


def test_bias_before_kernel_is_as_good():
    """Within a layer kernel and bias may come in either order; other shapes are named."""
    kernel, bias = np.zeros((3, 3, 1, 4)), np.zeros(4)
    ordered = networks._in_order_of([(4,), (3, 3, 1, 4)], [kernel, bias])
    assert [array.shape for array in ordered] == [(4,), (3, 3, 1, 4)]
    with pytest.raises(AssertionError, match=r"layer 1 has weights of shapes \(5, 5, 1, 4\)"):
        networks._in_order_of([(5, 5, 1, 4), (4,)], [kernel, bias])
    with pytest.raises(AssertionError, match="3 trainable arrays, 2 expected"):
        networks._in_order_of([(4,), (4,), (4,)], [kernel, bias])


def test_identify_finds_kernel_and_activation(build, rng):
    """Weights and predictions tell which network it was, or that it was none of them."""
    model, images = build(SHAPE, kernel_size=5, activation="tanh", **SMALL), images_of(rng)
    weights = networks.random_weights(model, images, rng)
    predictions = networks.predict(model, images)
    candidates = [(k, activation) for k in (3, 5, 7) for activation in ACTIVATIONS]

    def build_candidate(kernel_size, activation):
        return build(SHAPE, kernel_size=kernel_size, activation=activation, **SMALL)

    found = training_run.identify(weights, images, predictions, build_candidate, candidates)
    assert (found.kernel_size, found.activation) == (5, "tanh")
    assert training_run.identify(weights, images, 1 - predictions, build_candidate, candidates) is None
    assert training_run.identify(weights[:-2], images, predictions, build_candidate, candidates) is None


PROFILE = SimpleNamespace(
    size=32,
    width=1 / 32,
    dense_units=8,
    epochs=1,
    steps_per_epoch=1,
    validation_steps=1,
    batch_size=8,
    training_wall_s=60,
    control_steps=1,
    least_kinship=0.0,
    auc_steps=(AucStep(0.8, 0.5), AucStep(0.95, 1.0)),
)


def course_of(build, weights, flipped):
    """A course whose hidden labels are what a network with ``weights`` says, the first ``flipped`` of them wrong."""
    images = np.random.default_rng(0).integers(0, 256, size=(64, 32, 32), dtype=np.uint8)
    model = build((32, 32, 1), PROFILE.width, 3, "elu", PROFILE.dense_units)
    model.set_weights(weights)
    scores = networks.predict(model, (images / 255).astype("float32")[..., None])[:, 0]
    labels = (scores > np.median(scores)).astype(int)
    labels[:flipped] = 1 - labels[:flipped]
    split = lambda: (images, labels)  # noqa: E731 (three equal little functions)
    return SimpleNamespace(train=split, validation=split, hidden=split)


@pytest.fixture
def weights(build):
    """Weights with which a tiny ELU network gives different images different scores."""
    model = build((32, 32, 1), PROFILE.width, 3, "elu", PROFILE.dense_units)
    images = np.random.default_rng(0).integers(0, 256, size=(64, 32, 32)).astype("float32")[..., None] / 255
    return networks.random_weights(model, images, np.random.default_rng(4))


def pipeline(build, after_training):
    """A student whose `train` puts in the weights that ``after_training(call)`` gives; None changes nothing."""
    calls = []

    def train(model, train_data, validation_data, protocol):
        calls.append(protocol)
        new = after_training(len(calls))
        if new is not None:
            model.set_weights(new)

    names = {"train": train, "make_dataset": lambda *args: list(args)}
    return LocalStudent(names | {"build_and_compile": lambda shape, w, d: build(shape, w, 3, "elu", d)})


def judge(student, build, course):
    """Runs ``trains_to``; returns its facts and the text of its failure, if any."""
    facts = {}
    try:
        training_run.trains_to(student, build, course, PROFILE, facts, rng=np.random.default_rng(6))
    except AssertionError as error:
        return facts, str(error)
    return facts, ""


def test_credit_follows_the_auc(build, weights):
    """An AUC of 1 earns everything, one between the steps its share, and the control run learned nothing."""
    learned = pipeline(build, lambda call: weights if call == 1 else None)
    facts, failure = judge(learned, build, course_of(build, weights, flipped=0))
    assert (facts["credit"], failure) == (1.0, "") and facts["auc"] == 1.0
    assert (facts["kernel_size"], facts["activation"]) == (3, "elu") and "flags" not in facts
    learned = pipeline(build, lambda call: weights if call == 1 else None)
    facts, failure = judge(learned, build, course_of(build, weights, flipped=6))
    assert facts["credit"] == 0.5 and "AUC = " in failure and facts["message"] == failure


def test_luck_with_the_initial_weights_earns_nothing(build, weights):
    """A network that ranks the images before training and is not trained has an AUC of 1, and no points."""
    lucky = pipeline(build, lambda call: None)

    def begin_well(shape, width, dense_units):
        model = build(shape, width, 3, "elu", dense_units)
        model.set_weights(weights)
        return model

    lucky._executor.namespace["build_and_compile"] = begin_well
    facts, failure = judge(lucky, build, course_of(build, weights, flipped=0))
    assert (facts["auc"], facts["auc_before"], facts["credit"]) == (1.0, 1.0, 0.0)
    assert "hardly changed" in failure


def test_a_network_that_train_puts_in_place_is_refused(build, weights):
    """The network that is judged has to be the one that training began with."""
    other = build((32, 32, 1), PROFILE.width, 3, "elu", PROFILE.dense_units)
    with pytest.raises(AssertionError, match="another network"):
        earned.check_gain(1.0, weights[:-2], other, course_of(build, weights, flipped=0), {})


@pytest.mark.parametrize(("share", "credit", "flagged"), [(0.1, 1.0, False), (2.0, 1.0, True), (10.0, 0.0, True)])
def test_weights_have_to_come_from_the_initial_ones(share, credit, flagged, rng):
    """Weights near their initial values are trained; others were put in place: flagged, and in the end refused."""
    before = [rng.normal(size=(3, 3, 4, 8)), np.zeros(8), rng.normal(size=(32, 1)), np.zeros(1)]
    after = [b + (share * rng.normal(size=b.shape) if n == 0 else 0.1) for n, b in enumerate(before)]
    facts = {"credit": 1.0}
    if credit:
        earned.check_kinship(before, after, 0.3, facts)
    else:
        with pytest.raises(AssertionError, match="do not come from the initial ones"):
            earned.check_kinship(before, after, 0.3, facts)
    assert ("flags" in facts) is flagged
    assert 0 <= facts["kinship"][1] <= facts["kinship"][0] <= 1 or not credit


def test_where_training_is_long_kinship_says_nothing(rng):
    """A profile without a threshold neither flags nor refuses; the numbers are there all the same."""
    facts = {}
    earned.check_kinship([rng.normal(size=(3, 4))], [rng.normal(size=(3, 4))], 0.0, facts)
    assert "flags" not in facts and len(facts["kinship"]) == 2


def test_one_filter_put_in_place_is_flagged(rng):
    """A small network that is hidden in a large one changes its own filters alone."""
    before = [rng.normal(size=(3, 3, 4, 8))]
    after = [before[0] + 0.05]
    after[0][..., 0] = rng.normal(size=(3, 3, 4))
    facts = {}
    earned.check_kinship(before, after, 0.3, facts)
    assert facts["kinship"][0] > 0.8 and "a filter has a correlation" in facts["flags"][0]


def test_a_network_carried_in_is_refused(build, weights):
    """Weights that are as good after training on permuted labels earn nothing and raise a flag."""
    carried = pipeline(build, lambda call: weights)
    facts, failure = judge(carried, build, course_of(build, weights, flipped=0))
    assert facts["credit"] == 0.0 and facts["control_auc"] == [1.0, 1.0]
    assert "without having learned" in failure and "permuted labels" in facts["flags"][0]


def test_diverged_weights_are_named(build, weights):
    """NaN in the weights is a failure that says so."""
    diverged = pipeline(build, lambda call: [np.full_like(w, np.nan) for w in weights])
    facts, failure = judge(diverged, build, course_of(build, weights, flipped=0))
    assert facts["credit"] == 0.0 and "NaN or infinity" in failure


def test_another_network_is_no_plain_vgg16(build, weights):
    """A network whose predictions no allowed VGG-16 reproduces earns nothing."""
    student = pipeline(build, lambda call: weights)

    def odd(shape, width, dense_units):
        model = build(shape, width, 3, "elu", dense_units)
        for layer in model.layers[1:4]:
            if layer.weights:
                layer.activation = keras.activations.softsign
        return model

    student._executor.namespace["build_and_compile"] = odd
    facts, failure = judge(student, build, course_of(build, weights, flipped=0))
    assert facts["credit"] == 0.0 and "not a plain VGG-16" in failure


@pytest.mark.parametrize(
    ("aucs", "flagged"), [([0.5], False), ([0.1], False), ([0.92, 0.4], False), ([0.93, 0.95], True)]
)
def test_a_lucky_control_run_costs_nothing(aucs, flagged):
    """One high value is chance, two are a flag for the TA; neither takes credit away."""
    facts, values = {}, iter(aucs)
    earned.check_control(lambda: next(values), facts)
    assert facts["control_auc"] == aucs
    assert ("flags" in facts) is flagged
