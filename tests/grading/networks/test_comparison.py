"""The helpers that judge Keras networks by their function, with VGG-16."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from autograder.grading import networks
from autograder.grading.networks import random_images
from autograder.grading.networks.weights import NetworkWeights, Variable, match
from autograder.grading.student import LocalStudent, Weight
from tests.grading.labelled import reference_module

keras = pytest.importorskip("keras")
SHAPE = (32, 64, 1)
SMALL = {"width": 1 / 16, "dense_units": 8}
ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")


@pytest.fixture(scope="module")
def build():
    """The instructor's build_vgg16."""
    return reference_module("vgg16.py").build_vgg16


@pytest.fixture
def rng():
    """A seeded generator."""
    return np.random.default_rng(5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_random_weights_keep_every_layer_alive(build, rng, activation):
    """Every unit's pre-activation has standard deviation 2, so the output depends on the image."""
    model, images = build(SHAPE, activation=activation, **SMALL), random_images(rng, 8, SHAPE)
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
    images = random_images(rng, 8, SHAPE)
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
    """The second submission sees the same random numbers as the first, and the trusted network is not built again."""
    made, images, answers = [], random_images(np.random.default_rng(2), 8, SHAPE), networks.Answers()

    def trusted():
        made.append(True)
        return build(SHAPE, **SMALL)

    first, second, third = (np.random.default_rng(3) for _ in range(3))
    student = LocalStudent({"make": functools.partial(build, SHAPE, **SMALL)})
    for rng in (first, second):
        networks.same_function_as(student, student.make(), trusted, images, rng=rng, answers=answers)
    assert len(made) == 1
    networks.same_function_as(student, student.make(), trusted, images, rng=third)
    assert first.integers(2**31) == second.integers(2**31) == third.integers(2**31)


def with_doubled_output(build, **arguments):
    """A network whose weights do not fit the trusted one: it has a second output unit."""
    trusted = build(SHAPE, **SMALL, **arguments)
    return keras.Model(trusted.inputs, keras.layers.Dense(2, activation="sigmoid")(trusted.layers[-2].output))


@pytest.mark.parametrize("fits", [True, False])
def test_two_networks_of_a_student_are_told_apart_by_their_activation(build, rng, fits):
    """With the same weights equal networks agree and others do not, whether or not the trusted weights fit."""
    make = functools.partial(build, SHAPE, **SMALL) if fits else functools.partial(with_doubled_output, build)
    student, trusted, images = (
        LocalStudent({"make": make}),
        functools.partial(build, SHAPE, **SMALL),
        random_images(rng, 8, SHAPE),
    )
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
    kernel, bias = np.ones((3, 3, 1, 4)), np.zeros(4)
    layer = (Variable("kernel", kernel, True, 0), Variable("bias", bias, True, 1))

    def ordered(*shapes):
        weights = [Weight("", np.empty(shape), True) for shape in shapes]
        (found,) = match(NetworkWeights(((layer,),)), weights)
        return found.into_student(weights)

    assert [array.shape for array in ordered((4,), (3, 3, 1, 4))] == [(4,), (3, 3, 1, 4)]
    with pytest.raises(AssertionError, match=r"layer 1 has weights of shapes \(5, 5, 1, 4\)"):
        ordered((5, 5, 1, 4), (4,))
    with pytest.raises(AssertionError, match="3 trainable arrays, 2 expected"):
        ordered((4,), (4,), (4,))
