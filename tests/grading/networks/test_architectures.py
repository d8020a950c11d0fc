"""Other networks than VGG-16 need no change of the engine: a residual one with batch normalisation, and an AlexNet.

Right copies are written in other ways than the trusted ones; each wrong one differs in one thing.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from autograder.grading import networks
from autograder.grading.networks import Architecture, random_images
from autograder.grading.networks.weights import weights_of
from autograder.grading.student import LocalStudent
from autograder.grading.training.identify import identify

keras = pytest.importorskip("keras")
layers = keras.layers
SHAPE, ODD_SHAPE = (24, 32, 1), (25, 31, 1)  # of odd sides: pooling with and without overlap gives the same shape


# A residual network with batch normalisation: a stem, a block that halves the image, and one with a plain shortcut.


def residual_block(x, filters, stride, activation):
    """Two convolutions beside a shortcut, which is projected where the shape changes."""
    y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = layers.Activation(activation)(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    if stride != 1 or x.shape[-1] != filters:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x))
    return layers.Activation(activation)(layers.Add()([y, x]))


def residual(shape, filters=4, blocks=1, activation="relu"):
    """The trusted residual network."""
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(inputs)
    x = layers.Activation(activation)(layers.BatchNormalization()(x))
    x = residual_block(x, 2 * filters, 2, activation)
    for _ in range(blocks):
        x = residual_block(x, 2 * filters, 1, activation)
    x = layers.Flatten()(layers.AveragePooling2D(4)(x))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


class Normalisation(layers.Layer):
    """Batch normalisation as its formula says, with names and an order of its own."""

    def build(self, shape):
        """Statistics first, in an order that Keras does not have."""
        units = (shape[-1],)
        self.mean = self.add_weight(shape=units, initializer="zeros", trainable=False, name="mean")
        self.var = self.add_weight(shape=units, initializer="ones", trainable=False, name="var")
        self.scale = self.add_weight(shape=units, initializer="ones", name="scale")
        self.shift = self.add_weight(shape=units, initializer="zeros", name="shift")

    def call(self, x):
        """(x - mean) / sqrt(var + 0.001) * scale + shift."""
        return (x - self.mean) / keras.ops.sqrt(self.var + 1e-3) * self.scale + self.shift


class Residual(keras.Model):
    """The same network as a subclassed model: the shortcut first, layers made in another order than they are used."""

    def __init__(self, filters=4, blocks=1, activation="relu", *, shortcut=True, normalise=layers.BatchNormalization,
                 stride=2):  # fmt: skip
        super().__init__()
        self.activation, self.shortcut = keras.activations.get(activation), shortcut
        self.top = layers.Dense(1, activation="sigmoid")
        self.blocks = [self._block(2 * filters, 1, False, normalise) for _ in range(blocks)]
        self.blocks.insert(0, self._block(2 * filters, stride, True, normalise))
        self.stem, self.normal = layers.Conv2D(filters, 3, padding="same", use_bias=False), normalise()
        self.pool = layers.AveragePooling2D(4 if stride == 2 else 8)

    def _block(self, filters, stride, projected, normalise):
        convolution = partial(layers.Conv2D, filters, padding="same", use_bias=False)
        side = [convolution(1, strides=stride), normalise()] if projected else []
        return side, [convolution(3, strides=stride), normalise(), convolution(3), normalise()]

    def call(self, x, training=False):
        """Forward."""
        x = self.activation(self.normal(self.stem(x)))
        for side, (first, normal, second, last) in self.blocks:
            beside = x
            for layer in side:
                beside = layer(beside)
            y = last(second(self.activation(normal(first(x)))))
            x = self.activation(beside + y if self.shortcut else y)
        return self.top(layers.Flatten()(self.pool(x)))


def nothing():
    """No normalisation at all."""
    return layers.Activation("linear")


RESIDUAL = Architecture("residual network", residual, sizes={"blocks": (1, 2)},
                        functions={"activation": ("relu", "tanh", "elu")})  # fmt: skip


# AlexNet's traits: a large kernel with a large stride, overlapping pooling, dropout.


def alexnet(shape, filters=6, activation="relu", pool=3):
    """The trusted one."""
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 7, strides=3, activation=activation)(inputs)
    x = layers.MaxPooling2D(pool, strides=2)(x)
    x = layers.Conv2D(2 * filters, 3, padding="same", activation=activation)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(layers.Dense(9, activation=activation)(x))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def alexnet_in_sequence(filters=6, activation="relu", stride=3, pool=3, dropout=0.5, overlap=2):
    """The same as a Sequential, nested, with activations as layers."""
    features = keras.Sequential([
        layers.Conv2D(filters, 7, strides=stride), layers.Activation(activation), layers.MaxPool2D(pool, overlap),
        layers.Conv2D(2 * filters, 3, padding="same"), layers.Activation(activation), layers.Flatten(),
    ])  # fmt: skip
    head = [layers.Dense(9), layers.Activation(activation), layers.Dropout(dropout), layers.Dense(1, "sigmoid")]
    return keras.Sequential([keras.Input(ODD_SHAPE), features, *head])


ALEXNET = Architecture("AlexNet", alexnet, functions={"activation": ("relu", "tanh", "elu"), "pool": (2, 3)})

SHAPES = {residual: SHAPE, alexnet: ODD_SHAPE}
RIGHT = {
    "residual, subclassed": (residual, Residual),
    "residual, normalised by hand": (residual, partial(Residual, normalise=Normalisation)),
    "residual, as ours": (residual, partial(residual, SHAPE)),
    "AlexNet, as ours": (alexnet, partial(alexnet, ODD_SHAPE)),
    "AlexNet, nested": (alexnet, alexnet_in_sequence),
}
WRONG = {
    "residual, tanh": (residual, partial(Residual, activation="tanh")),
    "residual, no shortcut": (residual, partial(Residual, shortcut=False)),
    "residual, no normalisation": (residual, partial(Residual, normalise=nothing)),
    "residual, no stride": (residual, partial(Residual, stride=1)),
    "AlexNet, ELU": (alexnet, partial(alexnet_in_sequence, activation="elu")),
    "AlexNet, pooling does not overlap": (alexnet, partial(alexnet_in_sequence, pool=2)),
    "AlexNet, smaller stride": (alexnet, partial(alexnet_in_sequence, stride=2)),
}


def compare(trusted, make):
    """``same_function_as`` between a trusted network and a student's."""
    rng, student, shape = np.random.default_rng(3), LocalStudent({"make": make}), SHAPES[trusted]
    networks.same_function_as(student, student.make(), partial(trusted, shape), random_images(rng, 8, shape), rng=rng)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_network_passes_however_it_is_written(name):
    """Order of definition, order of branches, nesting and layers by hand make no difference."""
    compare(*RIGHT[name])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_network_fails(name):
    """One thing that differs is enough."""
    with pytest.raises(AssertionError, match=r"differ by|expected|has shape"):
        compare(*WRONG[name])


@pytest.mark.parametrize(
    ("architecture", "make", "chosen"),
    [
        (RESIDUAL, partial(Residual, blocks=2, activation="elu"), {"blocks": 2, "activation": "elu"}),
        (RESIDUAL, Residual, {"blocks": 1, "activation": "relu"}),
        (RESIDUAL, partial(Residual, activation="gelu"), None),
        (RESIDUAL, partial(Residual, shortcut=False), None),
        (ALEXNET, partial(alexnet_in_sequence, activation="tanh"), {"activation": "tanh", "pool": 3}),
        (ALEXNET, partial(alexnet_in_sequence, activation="gelu"), None),
        (ALEXNET, partial(alexnet_in_sequence, stride=2), None),
    ],
)
def test_weights_and_predictions_tell_which_network_it_was(architecture, make, chosen):
    """What was chosen is found out; what is not of this kind is not taken for it."""
    rng, student = np.random.default_rng(3), LocalStudent({"make": make})
    shape = SHAPES[architecture.build]
    images, model = random_images(rng, 16, shape), student.make()
    trusted = architecture.build(shape, **(chosen or {}))
    try:
        networks.give_weights(student, model, lambda: trusted, images, rng=rng)
    except AssertionError:
        assert chosen is None  # of other shapes: its own weights will do
    predictions = student.predict(model, images)
    found = identify(architecture, {}, student.weights(model, shape), images, predictions)
    assert (found and found.chosen) == chosen
    if found:
        np.testing.assert_allclose(networks.predict(found.model, images), predictions, atol=networks.OUTPUT_ATOL)


def test_batch_normalisation_has_its_four_arrays_in_one_layer():
    """Two of them are not trained; the layers of both branches may come first."""
    network = weights_of(residual(SHAPE))
    sizes = [len(layer) for layer in network.orders[0]]
    assert sizes == [1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 2]
    assert [variable.trainable for variable in network.orders[0][1]] == [True, True, False, False]
    # The shortcut with weights first, last, or side by side with the block; a plain shortcut makes no difference.
    assert len(network.orders) == 4


def test_every_unit_of_a_branched_network_is_alive():
    """The output of every normalisation has standard deviation 2, so that each layer matters."""
    rng = np.random.default_rng(3)
    model, images = residual(SHAPE), random_images(rng, 8, SHAPE)
    networks.random_weights(model, images, rng)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            outputs = np.asarray(keras.Model(model.input, layer.output)(images))
            np.testing.assert_allclose(outputs.reshape(-1, outputs.shape[-1]).std(axis=0), 2.0, rtol=0.02)
    assert np.ptp(networks.predict(model, images)) > 0.3


def test_a_layer_of_an_unknown_kind_is_named():
    """Rather than being left with weights that prove nothing."""
    inputs = keras.Input(SHAPE)
    model = keras.Model(inputs, layers.LayerNormalization()(inputs))
    with pytest.raises(TypeError, match=r"LayerNormalization.*teach it"):
        networks.random_weights(model, random_images(np.random.default_rng(0), 8, SHAPE), np.random.default_rng(0))
