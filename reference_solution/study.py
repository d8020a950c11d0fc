"""The case study's experiments: what is trained, and how.  `autograder study` runs them and draws the figures.

The study compares kernels of 3x3 and 7x7, and the activations sigmoid, tanh and ELU (ReLU is added here).  It reports
an AUC of 0.91 with sigmoid, where a plain VGG-16 with sigmoid does not train at all; the experiments of the group
"sigmoid" look for what makes the difference, each changing one thing.

Source: Lee et al., the case study that this course follows; the vanishing gradient: Glorot and Bengio (2010),
"Understanding the difficulty of training deep feedforward neural networks"; batch normalisation: Ioffe and Szegedy
(2015), arXiv:1502.03167; initial weights scaled layer by layer: Mishkin and Matas (2016), "All you need is a good
init", arXiv:1511.06422.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

LEARNING_RATE = 5e-4
CALIBRATION_IMAGES = 128  # training images that the layer-by-layer initialisation looks at


@dataclass(frozen=True)
class Experiment:
    """One kind of network and its training; what is not said is a plain VGG-16 under the protocol, with Adam.

    `group` is the comparison that it belongs to: "kernel", "activation", "sigmoid", or several of them.
    `activation` is that of the convolutions, `dense_activation` that of the hidden dense layers, the same if None.
    `initial` is "glorot" (the default of Keras), "glorot x 4" (Glorot and Bengio's factor for the sigmoid), or
    "layer by layer" (pre-activations of mean 0 and standard deviation 2 in every layer).
    `normalised` puts a batch normalisation before every activation; `longer` multiplies the number of epochs.
    """

    id: str
    title: str
    group: tuple[str, ...]
    kernel_size: int = 3
    activation: str = "elu"
    dense_activation: str | None = None
    initial: str = "glorot"
    normalised: bool = False
    learning_rate: float = LEARNING_RATE
    longer: int = 1


def _sigmoid(id, title, **changes):
    return Experiment(id, title, ("sigmoid",), **{"activation": "sigmoid"} | changes)


EXPERIMENTS = (
    Experiment("elu", "ELU, 3x3", ("kernel", "activation")),
    Experiment("elu_7x7", "ELU, 7x7", ("kernel",), kernel_size=7),
    Experiment("tanh", "tanh, 3x3", ("activation",), activation="tanh"),
    Experiment("relu", "ReLU, 3x3", ("activation",), activation="relu"),
    Experiment("sigmoid", "sigmoid, 3x3", ("activation", "sigmoid"), activation="sigmoid"),
    _sigmoid("sigmoid_fast", "learning rate x 10", learning_rate=10 * LEARNING_RATE),
    _sigmoid("sigmoid_slow", "learning rate / 10", learning_rate=LEARNING_RATE / 10),
    _sigmoid("sigmoid_long", "three times as long", longer=3),
    _sigmoid("sigmoid_gain", "Glorot's initial weights x 4", initial="glorot x 4"),
    _sigmoid("sigmoid_scaled", "initial weights scaled layer by layer", initial="layer by layer"),
    _sigmoid("sigmoid_normalised", "batch normalisation", normalised=True),
    _sigmoid("sigmoid_dense", "sigmoid in the dense layers only, ReLU below", activation="relu",
             dense_activation="sigmoid"),
)  # fmt: skip


def build(experiment, profile, training, images):
    """The network of an experiment, compiled.

    Args:
        experiment: what is built.
        profile: sizes of the course's profile.
        training: the module `reference_solution/training.py`.
        images: (n, size, size) uint8 training images; only "layer by layer" looks at them.

    Returns:
        keras.Model from (batch, size, size, 1) to (batch, 1) in [0, 1].
    """
    shape = (profile.size, profile.size, 1)
    dense_activation = experiment.dense_activation or experiment.activation
    if experiment.normalised or dense_activation != experiment.activation:
        model = _variant(experiment, shape, profile.width, profile.dense_units, dense_activation)
    else:
        model = training.build_vgg16(
            shape, profile.width, experiment.kernel_size, experiment.activation, profile.dense_units
        )
    if experiment.initial == "glorot x 4":
        for layer in model.layers[:-1]:
            layer.set_weights([4 * array for array in layer.get_weights()])
    if experiment.initial == "layer by layer":
        _scale_layer_by_layer(model, (images[:CALIBRATION_IMAGES] / 255).astype("float32")[..., np.newaxis])
    model.compile(optimizer=keras.optimizers.Adam(experiment.learning_rate), loss="binary_crossentropy")
    return model


def _variant(experiment, shape, width, dense_units, dense_activation):
    """VGG-16 with its activations apart from its layers, so that something can stand between them."""

    def add(layer, activation):
        model.add(layer)
        if experiment.normalised:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation(activation))

    model = keras.Sequential([keras.Input(shape=shape)])
    for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(n_convs):
            filters = max(1, int(channels * width))
            add(layers.Conv2D(filters, experiment.kernel_size, padding="same"), experiment.activation)
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for _ in range(2):
        add(layers.Dense(dense_units), dense_activation)
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def _scale_layer_by_layer(model, images, std=2.0):
    """Scales and shifts each hidden unit so that its pre-activation has mean 0 and deviation `std` over the images."""
    x = keras.ops.convert_to_tensor(images)
    for layer in model.layers[:-1]:
        if layer.weights:
            activation, layer.activation = layer.activation, keras.activations.linear
            kernel, bias = layer.get_weights()
            before = np.asarray(layer(x)).reshape(-1, len(bias))
            scale = std / np.maximum(before.std(axis=0), 1e-6)
            layer.set_weights([kernel * scale, (bias - before.mean(axis=0)) * scale])
            layer.activation = activation
        x = layer(x)


def run(experiment, seed, profile, data, training, on_epoch=None):
    """Trains one network under the protocol.

    Args:
        experiment: what is trained.
        seed: int, of the initial weights and of the order of the images.
        profile: protocol and sizes.
        data: the splits "train", "validation" and "test", each (images, labels).
        training: the module `reference_solution/training.py`.
        on_epoch: called without arguments after every epoch.

    Returns:
        history: dict {"loss": [...], "val_loss": [...]}, one float per epoch.
        scores: (n,) float32 in [0, 1], the probability of abnormal of each test image.
        parameters: int, trainable parameters of the network.
    """
    keras.utils.set_random_seed(seed)
    model = build(experiment, profile, training, data["train"][0])
    history = model.fit(
        training.make_dataset(*data["train"], profile.batch_size, True, seed),
        validation_data=training.make_dataset(*data["validation"], profile.batch_size, False, seed),
        epochs=experiment.longer * profile.epochs,
        steps_per_epoch=profile.steps_per_epoch,
        validation_steps=profile.validation_steps,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: on_epoch and on_epoch())],
        verbose=0,
        shuffle=False,  # the data set shuffles itself
    ).history
    x = (data["test"][0] / 255).astype("float32")[..., np.newaxis]
    scores = model.predict(x, batch_size=profile.batch_size, verbose=0)[:, 0]
    losses = {key: [float(value) for value in history[key]] for key in ("loss", "val_loss")}
    return losses, scores, int(sum(np.prod(weight.shape) for weight in model.trainable_weights))
