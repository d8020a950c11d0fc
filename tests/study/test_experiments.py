"""Every experiment of ``reference_solution/study.py`` builds the network that it says."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.config import Profile
from autograder.study.summary import summarise
from autograder.workspace import find_workspace
from tests.conftest import ROOT
from tests.study.conftest import PROFILE, made_up

WORKSPACE = find_workspace(ROOT)
TINY = Profile(**{**vars(PROFILE), "width": 1 / 32})


@pytest.fixture(scope="module")
def study():
    """The reference's experiments."""
    return WORKSPACE.reference("study.py")


@pytest.fixture(scope="module")
def training():
    """The reference's network."""
    return WORKSPACE.reference("training.py")


@pytest.fixture(scope="module")
def images():
    """(64, 32, 32) uint8 of noise."""
    return np.random.default_rng(0).integers(0, 256, size=(64, 32, 32), dtype=np.uint8)


def by_id(study, id):
    """One experiment."""
    return next(experiment for experiment in study.EXPERIMENTS if experiment.id == id)


def test_experiments_have_names_of_their_own(study):
    """Ids name files; each belongs to a comparison that the page knows; the plain sigmoid is there."""
    ids = [experiment.id for experiment in study.EXPERIMENTS]
    assert len(set(ids)) == len(ids) and all(id.isidentifier() for id in ids)
    assert {"elu", "elu_7x7", "tanh", "relu", "sigmoid"} <= set(ids)
    for experiment in study.EXPERIMENTS:
        assert experiment.group and set(experiment.group) <= {"kernel", "activation", "sigmoid"}
    assert len(summarise(study.EXPERIMENTS, [made_up(id) for id in ids])) == len(ids)


def test_every_experiment_builds_a_compiled_network(study, training, images):
    """Its kernels, activations and learning rate are those of the experiment, and it answers with probabilities."""
    for experiment in study.EXPERIMENTS:
        model = study.build(experiment, TINY, training, images)
        convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
        assert len(convolutions) == 13, experiment.id
        assert {layer.kernel_size for layer in convolutions} == {(experiment.kernel_size,) * 2}
        named = [layer.activation.__name__ for layer in model.layers if hasattr(layer, "activation")]
        hidden = [name for name in named[:-1] if name != "linear"]
        dense = experiment.dense_activation or experiment.activation
        assert hidden == [experiment.activation] * 13 + [dense] * 2, experiment.id
        norms = sum(type(layer).__name__ == "BatchNormalization" for layer in model.layers)
        assert norms == (15 if experiment.normalised else 0)
        assert model.loss == "binary_crossentropy"
        assert float(model.optimizer.learning_rate) == pytest.approx(experiment.learning_rate)
        answers = np.asarray(model(images[:4, ..., None].astype("float32") / 255))
        assert answers.shape == (4, 1) and np.all((answers >= 0) & (answers <= 1))


def test_initial_weights_scaled_layer_by_layer(study, training, images):
    """Pre-activations of the first layer have mean 0 and deviation 2, worked out with NumPy's correlation."""
    model = study.build(by_id(study, "sigmoid_scaled"), TINY, training, images)
    kernel, bias = model.layers[0].get_weights()
    x = np.pad(images[:64].astype("float32") / 255, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    before = np.einsum("nhwij,ijc->nhwc", windows, kernel[:, :, 0]) + bias
    np.testing.assert_allclose(before.mean(axis=(0, 1, 2)), 0, atol=1e-3)
    np.testing.assert_allclose(before.std(axis=(0, 1, 2)), 2, rtol=1e-3)


def test_initial_weights_times_four(study, training, images):
    """Four times those of the plain network from the same seed, but for the last layer, which keeps its own."""
    import keras

    weights = {}
    for id in ("sigmoid", "sigmoid_gain"):
        keras.utils.set_random_seed(0)
        weights[id] = study.build(by_id(study, id), TINY, training, images).get_weights()
    for plain, scaled in zip(weights["sigmoid"][:-2], weights["sigmoid_gain"][:-2], strict=True):
        np.testing.assert_allclose(scaled, 4 * plain, rtol=1e-6)
    for plain, scaled in zip(weights["sigmoid"][-2:], weights["sigmoid_gain"][-2:], strict=True):
        np.testing.assert_array_equal(scaled, plain)
