"""Public tests of the assignment "training": students run them on their own machine with check(...)."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.grading.checks import check_close

# A compiled model and batches for it: `train` is tested without the other functions.


def linear_model():
    """A sigmoid unit for images of 8 x 8."""
    import keras

    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential(layers)
    model.compile(optimizer="sgd", loss="binary_crossentropy")
    return model


def noisy_images():
    """Batches of noise with labels, without end."""
    import tensorflow as tf

    images = np.random.default_rng(0).random((32, 8, 8, 1), dtype=np.float32)
    return tf.data.Dataset.from_tensor_slices((images, np.arange(32, dtype=np.float32) % 2)).repeat().batch(4)


@pytest.mark.item(
    "split_indices",
    hint="Shuffle the indices (not the labels) once, without replacement; cut them into three pieces that share none.",
)
def test_split_covers_every_image_once(student, rng):
    """Every image is in exactly one of the three parts."""
    labels = rng.permutation(np.repeat([0, 1], [70, 30]))
    parts = student.split_indices(labels, 3)
    together = np.sort(np.concatenate(parts))
    assert np.array_equal(together, np.arange(100)), (
        f"100 labels: got parts of {[len(part) for part in parts]} indices, {len(np.unique(together))} different ones, "
        "expected 0 to 99, each once. Likely cause: the parts are drawn separately, or are labels instead of indices."
    )


@pytest.mark.item(
    "split_indices",
    hint="Split the indices of each class on its own, each part with its share of the whole class; join the pieces.",
)
def test_split_is_stratified(student):
    """Each part gets its share of each class."""
    labels = np.repeat([0, 1], [200, 50])
    for part, expected in zip(student.split_indices(labels, 0), (30, 10, 10), strict=True):
        got = int(labels[part].sum())
        assert abs(got - expected) <= 2, (
            f"50 abnormal of 250 images: got {got} abnormal ones in a part of {len(part)}, expected {expected}. "
            "Likely cause: all images are shuffled and cut together, without regard to the class."
        )


@pytest.mark.item(
    "make_dataset",
    hint="Divide the images by 255 once, into a new array; add the channel axis at the end; both are float32.",
)
def test_dataset_gives_float_batches(student, rng):
    """A batch holds float32 images in [0, 1] with a channel axis, and float32 labels."""
    values = np.concatenate([[0, 255], rng.integers(0, 256, size=58)]).astype(np.uint8)
    images = rng.permuted(np.tile(values, (12, 1)), axis=1).reshape(12, 6, 10)  # so that their order does not matter
    x, y = student.take(student.make_dataset(images, np.arange(12) % 2, 4, False, 0), 1)[0]
    assert (x.shape, y.shape) == ((4, 6, 10, 1), (4,)), (
        f"12 images of 6 x 10, batch_size=4: got shapes {x.shape} and {y.shape}, expected (4, 6, 10, 1) and (4,)."
    )
    assert (x.dtype, y.dtype) == ("float32", "float32"), f"got dtypes {x.dtype} and {y.dtype}, expected float32 twice"
    got = np.sort(x.reshape(4, 60), axis=1)
    check_close(got, np.tile(np.sort(values) / 255, (4, 1)), rtol=0, atol=1e-6, what="images, sorted")


@pytest.mark.item("make_dataset", hint="repeat() without a number never ends; shuffle before it, batch after it.")
def test_dataset_never_ends(student):
    """Batches keep coming after the last image."""
    images = np.zeros((8, 4, 4), dtype=np.uint8)
    for training in (True, False):
        batches = student.take(student.make_dataset(images, np.arange(8) % 2, 4, training, 0), 7)
        assert len(batches) == 7, (
            f"8 images, batch_size=4, training={training}: got {len(batches)} batches, expected no end. "
            "Likely cause: repeat() is missing."
        )


@pytest.mark.item(
    "build_vgg16", hint="Paste your solution of the assignment vgg16, conv_block included; it ends in one sigmoid unit."
)
def test_vgg16_is_there(student, rng):
    """Your VGG-16 is there and gives one probability per image."""
    model = student.build_vgg16((32, 64, 1), width=1 / 16, dense_units=8)
    got = student.predict(model, rng.random((2, 32, 64, 1), dtype=np.float32)).shape
    assert got == (2, 1), f"2 images: got output of shape {got}, expected (2, 1)"


@pytest.mark.item(
    "build_and_compile",
    hint="Hand input_shape, width and dense_units on to build_vgg16, call model.compile(...), then return the model.",
)
def test_chosen_network_fits_the_input(student, rng):
    """Your network takes the input shape that it was asked for and gives one probability per image."""
    model = student.build_and_compile((32, 64, 1), 1 / 16, 8)
    got = student.predict(model, rng.random((2, 32, 64, 1), dtype=np.float32)).shape
    assert got == (2, 1), (
        f"2 images: got output of shape {got}, expected (2, 1). Likely cause: the model is not returned, "
        "or input_shape, width and dense_units are not handed on."
    )


@pytest.mark.item(
    "train",
    hint="model.fit(..., epochs=protocol['epochs']) returns an object whose .history has one number per epoch.",
)
def test_train_returns_both_losses(student):
    """Training for two epochs gives two numbers for each of the losses."""
    model, batches = (student.call(student.define(make)).value for make in (linear_model, noisy_images))
    protocol = {"epochs": 2, "steps_per_epoch": 3, "validation_steps": 2, "batch_size": 4}
    history = student.train(model, batches, batches, protocol)
    assert isinstance(history, dict), f"got a {type(history).__name__}, expected a dict with loss and val_loss"
    for key in ("loss", "val_loss"):
        assert key in history, f"got the keys {sorted(history)}, expected loss and val_loss"
        assert 1 <= len(history[key]) <= 2, (
            f"2 epochs: got {len(history[key])} values of {key}, expected one per epoch. "
            "Likely cause: protocol['epochs'] is not used."
        )


@pytest.mark.item("overfitting_gap", hint="val_loss - loss epoch by epoch, keep the last ones, take their mean.")
def test_gap_is_the_mean_difference(student):
    """The gap is the mean of val_loss - loss over the last epochs."""
    history = {"loss": [0.7, 0.5, 0.3], "val_loss": [0.7, 0.6, 0.6]}
    for last, expected in [(2, 0.2), (1, 0.3)]:
        got = student.overfitting_gap(history, last=last)
        assert got == pytest.approx(expected), (
            f"overfitting_gap({history}, last={last}): got {got}, expected {expected}. "
            "Likely cause: the difference is the other way round, or the first epochs are taken."
        )
