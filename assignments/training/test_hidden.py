"""Hidden tests of the assignment "training".  The AUC is computed here, from weights, against labels that stay here.

`reference_module("vgg16.py")` is the instructor's VGG-16, loaded by path; the inputs come from `rng`, seeded by the
course's secret.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from autograder.grading import networks, training_run
from autograder.grading.checks import check_close, check_raises, check_unchanged

ACTIVATIONS = ("sigmoid", "tanh", "relu", "elu")
SHAPE = (32, 64, 1)
SMALL = {"width": 1 / 16, "dense_units": 12}
# The notebook's own numbers: who wrote them into the function loses the test of the asked size, and no other.
NOTEBOOK_SHAPE, NOTEBOOK = (64, 64, 1), {"width": 1 / 8, "dense_units": 64}

# One weight w, starting at -15: on x = 1, y = 1 a step of SGD on binary cross-entropy adds RATE (1 - sigmoid(w)) to it,
# which is RATE to 1e-5 while w < -11.  Validation batch j asks for y = j / 100 there, so that its loss is -w j / 100,
# and the mean tells how many batches there were.  A loop that has binary cross-entropy written into it moves w as well.
# WHOLE is how far from a whole number of steps w may be: six right loops were off by 3.2e-4.
START, RATE, WHOLE = -15.0, 0.02, 0.05


def images_of(rng, n, shape=SHAPE):
    """(n, height, width, channels) float32 noise with some large structure."""
    noise = rng.normal(size=(n, *shape))
    return (noise + 2 * rng.normal(size=(n, 1, 1, 1)) + np.cumsum(noise, axis=2) / 4).astype("float32")


def numbered_images(rng, n):
    """(n, 5, 7) uint8 images whose first pixel is their number, and random labels with both classes."""
    images = rng.integers(0, 256, size=(n, 5, 7), dtype=np.uint8)
    images[:, 0, 0] = np.arange(n)
    return images, rng.permutation(np.arange(n) % 2)


def numbers_in(batches):
    """The numbers of the images in the batches, in order."""
    return np.concatenate([np.rint(x[:, 0, 0, 0] * 255).astype(int) for x, _ in batches])


# split_indices


@pytest.mark.item(
    "split_indices",
    hint="Together the parts hold every index exactly once: what rounding leaves over belongs to one of them.",
)
def test_split_is_a_partition(student, rng):
    """For any number of images and any fractions the parts are disjoint and cover everything."""
    for n, fractions in [(101, (0.6, 0.2, 0.2)), (57, (0.5, 0.3, 0.2)), (400, (0.8, 0.1, 0.1))]:
        labels = rng.permutation(np.arange(n) % 3 == 0).astype(int)
        parts = student.split_indices(labels, int(rng.integers(1000)), fractions)
        assert len(parts) == 3
        assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(n))


@pytest.mark.item(
    "split_indices",
    weight=2,
    hint="Leave the labels in their order and split the indices of each class on its own; each of the fractions asked "
    "for is one of the whole class.",
)
def test_split_keeps_the_share_of_each_class(student, rng):
    """Each part gets its fraction of the normal and of the abnormal images, for several fractions and seeds."""
    for seed, fractions in enumerate([(0.6, 0.2, 0.2)] * 3 + [(0.5, 0.25, 0.25), (0.7, 0.1, 0.2), (0.34, 0.33, 0.33)]):
        normal, abnormal = int(rng.integers(200, 300)), int(rng.integers(80, 150))
        labels = rng.permutation(np.repeat([0, 1], [normal, abnormal]))
        for part, fraction in zip(student.split_indices(labels, seed, fractions), fractions, strict=True):
            assert abs(np.sum(labels[part] == 0) - fraction * normal) <= 2
            assert abs(np.sum(labels[part] == 1) - fraction * abnormal) <= 2


@pytest.mark.item("split_indices", hint="Draw with a generator made from the seed: np.random.default_rng(seed).")
def test_split_follows_the_seed(student, rng):
    """The same seed gives the same split, another seed another one."""
    labels = rng.permutation(np.repeat([0, 1], [60, 60]))
    first, again, other = (student.split_indices(labels, seed) for seed in (11, 11, 12))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(np.sort(first[0]), np.sort(other[0]))


@pytest.mark.item(
    "split_indices", weight=0.5, hint="Test the fractions first: three of them, none negative, with sum 1."
)
def test_split_refuses_wrong_fractions(student):
    """Fractions that are not three, are negative, or do not sum to 1 raise ValueError."""
    labels = np.arange(50) % 2
    assert sorted(np.concatenate(student.split_indices(labels, 0))) == list(range(50))  # right ones are accepted
    for fractions in [(0.6, 0.4), (0.5, 0.4, 0.3), (0.5, 0.2, 0.2), (0.9, 0.3, -0.2), (0.25, 0.25, 0.25, 0.25)]:
        check_raises(student, "split_indices", labels, 0, fractions)


@pytest.mark.item("split_indices", weight=0.5, hint="Work on a copy: np.random.shuffle changes its argument.")
def test_split_leaves_the_labels_alone(student, rng):
    """The labels are the same after the call."""
    labels = rng.permutation(np.arange(40) % 2)
    reply = student.call("split_indices", labels, 5)
    assert sorted(np.concatenate(reply.value)) == list(range(40))
    check_unchanged(reply, labels)


# make_dataset


@pytest.mark.item(
    "make_dataset",
    hint="float32 in [0, 1] for the images, float32 for the labels, whole batches only: drop_remainder=True.",
)
def test_dataset_batches(student, rng):
    """All batches are whole, float32 and in range, also when the number of images is no multiple of their size."""
    images, labels = numbered_images(rng, 21)
    for training in (True, False):
        for x, y in student.take(student.make_dataset(images, labels, 8, training, 1), 6):
            assert x.shape == (8, 5, 7, 1) and y.shape == (8,)
            assert x.dtype == np.float32 and y.dtype == np.float32
            # float32 of x / 255, x * (1 / 255) and tf.image.convert_image_dtype are off by 7.4e-8 at most
            check_close(x[..., 0], images[numbers_in([(x, y)])] / 255, rtol=0, atol=1e-6, what="images")


@pytest.mark.item("make_dataset", weight=2, hint="Shuffle pairs, never images and labels apart.")
def test_dataset_keeps_images_and_labels_together(student, rng):
    """Every image comes with its own label, shuffled or not."""
    images, labels = numbered_images(rng, 40)
    for training in (True, False):
        batches = student.take(student.make_dataset(images, labels, 8, training, 4), 10)
        assert np.array_equal(np.concatenate([y for _, y in batches]), labels[numbers_in(batches)])


@pytest.mark.item("make_dataset", hint="Without training the images come in the order given, pass after pass.")
def test_dataset_keeps_the_order_for_evaluation(student, rng):
    """With training=False every pass has the order of the array."""
    images, labels = numbered_images(rng, 24)
    batches = student.take(student.make_dataset(images, labels, 8, False, 7), 6)
    assert np.array_equal(numbers_in(batches), np.tile(np.arange(24), 2))


@pytest.mark.item(
    "make_dataset",
    weight=2,
    hint="Before repeat() and batch(): shuffle(n, seed=seed, reshuffle_each_iteration=True) with all n images.",
)
def test_dataset_reshuffles_each_pass(student, rng):
    """With training=True every pass visits each image once, each time in another order."""
    images, labels = numbered_images(rng, 48)
    numbers = numbers_in(student.take(student.make_dataset(images, labels, 8, True, 7), 18)).reshape(3, 48)
    for one_pass in numbers:
        assert np.array_equal(np.sort(one_pass), np.arange(48))
        # Batches that are shuffled as they are keep 42 neighbours together; a random order has 12 of them once in 1e9.
        assert np.sum(np.diff(one_pass) == 1) < 12
    assert len({tuple(one_pass) for one_pass in [*numbers, np.arange(48)]}) == 4
    # A buffer of b images lets none come more than b - 1 places early; in three random orders one image comes 24
    # places early all but once in 1e12.
    assert np.max(numbers - np.arange(48)) >= 24


@pytest.mark.item("make_dataset", hint="Hand the seed to shuffle.")
def test_dataset_follows_the_seed(student, rng):
    """The same seed gives the same batches, another seed others."""
    images, labels = numbered_images(rng, 48)
    first, again, other = (
        numbers_in(student.take(student.make_dataset(images, labels, 8, True, seed), 12)) for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.item("make_dataset", weight=0.5, hint="images / 255 makes a new array, images /= 255 changes the old one.")
def test_dataset_leaves_its_input_alone(student, rng):
    """Images and labels are the same after the call."""
    images, labels = numbered_images(rng, 16)
    reply = student.call("make_dataset", images, labels, 4, True, 0)
    batch_images, batch_labels = student.take(reply.value, 1)[0]
    assert len(batch_images) == len(batch_labels) == 4
    check_unchanged(reply, images, labels)


# build_vgg16, build_and_compile


@pytest.mark.item("build_vgg16", hint="Does your build_vgg16 pass the tests of the assignment vgg16?")
def test_vgg16_is_right(student, reference_module, rng):
    """With the same weights your VGG-16 computes the same as ours."""
    build = reference_module("vgg16.py").build_vgg16
    for kernel_size, activation in [(3, "relu"), (5, "tanh")]:
        arguments = SMALL | {"kernel_size": kernel_size, "activation": activation}
        handle = student.build_vgg16(SHAPE, **arguments)
        images = images_of(rng, 8)
        networks.same_function_as(student, handle, partial(build, SHAPE, **arguments), images, rng=rng)
        in_training, outputs = student.predict(handle, images, training=True), student.predict(handle, images)
        check_close(in_training, outputs, rtol=0, atol=networks.OUTPUT_ATOL, what="the output in training")


# The chosen network is compared with the student's own build_vgg16: a wrong one costs its own item, not this one.


def side_of_kernels(student, model, shape=SHAPE):
    """The kernel size of a network's first convolution, 0 without one."""
    kernels = [w.value for w in student.weights(model, shape) if w.value.ndim == 4]
    return kernels[0].shape[0] if kernels else 0


@pytest.mark.item(
    "build_and_compile",
    weight=2,
    hint="build_vgg16 with kernels of 3, 5 or 7 and one of the four activations; add no layers to it, dropout neither.",
)
def test_chosen_network_is_your_vgg16(student, reference_module, rng):
    """Your network is your VGG-16 with one of the allowed kernel sizes and activations, and nothing more."""
    build, images = reference_module("vgg16.py").build_vgg16, images_of(rng, 8, NOTEBOOK_SHAPE)
    model = student.build_and_compile(NOTEBOOK_SHAPE, **NOTEBOOK)
    side = side_of_kernels(student, model, NOTEBOOK_SHAPE)
    assert side in (3, 5, 7)
    differences = []
    for activation in ACTIVATIONS:
        arguments = NOTEBOOK | {"kernel_size": side, "activation": activation}
        own, trusted = student.build_vgg16(NOTEBOOK_SHAPE, **arguments), partial(build, NOTEBOOK_SHAPE, **arguments)
        differences.append(networks.difference_of(student, model, own, trusted, images, rng=rng))
        if differences[-1] <= networks.OUTPUT_ATOL:
            break
    assert differences[-1] <= networks.OUTPUT_ATOL, f"build_vgg16 with each of {ACTIVATIONS} differs by {differences}"
    in_training = [
        np.max(np.abs(student.predict(m, images, training=True) - student.predict(m, images))) for m in (model, own)
    ]
    assert in_training[0] <= networks.OUTPUT_ATOL or in_training[1] > networks.OUTPUT_ATOL, "dropout was added"


@pytest.mark.item(
    "build_and_compile", hint="model.compile(optimizer=..., loss='binary_crossentropy') before you return it."
)
def test_chosen_network_is_compiled(student):
    """Your network is compiled, ready for model.fit."""
    assert student.describe(student.build_and_compile(SHAPE, **SMALL), SHAPE).compiled


@pytest.mark.item("build_and_compile", hint="Hand input_shape, width and dense_units on to build_vgg16.")
def test_chosen_network_has_the_asked_size(student):
    """Width, dense units and input shape are used as given."""
    for shape, width, dense_units in [((32, 32, 1), 1 / 16, 5), ((64, 32, 1), 1 / 32, 9)]:
        model = student.build_and_compile(shape, width, dense_units)
        side = side_of_kernels(student, model, shape)
        own = student.build_vgg16(shape, width=width, kernel_size=side, dense_units=dense_units)
        got, wanted = ([w.value.shape for w in student.weights(m, shape)] for m in (model, own))
        assert sorted(got) == sorted(wanted), f"{shape}, width {width}, {dense_units} dense units: other shapes"


# train


def protocol_of(epochs, steps_per_epoch, validation_steps):
    """A protocol for batches of four."""
    return {
        "epochs": epochs,
        "steps_per_epoch": steps_per_epoch,
        "validation_steps": validation_steps,
        "batch_size": 4,
    }


# Compiled models and batches for `train`, which is tested without the other functions.  They are made in the student's
# process, from the text of these functions: a value that one needs is handed to it.


def made(student, function, *args):
    """What a function of this file makes in the student's process, where it stays: a model, or a data set."""
    return student.call(student.define(function), *args).value


def linear_model():
    """A sigmoid unit for images of 6 x 9."""
    import keras

    layers = [keras.Input((6, 9, 1)), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential(layers)
    model.compile(optimizer="sgd", loss="binary_crossentropy")
    return model


def plain_images(exchanged=False):
    """Images all 0 or all 1, without end; the labels agree with them, or all disagree."""
    import tensorflow as tf

    x = np.arange(8, dtype=np.float32) % 2
    images = np.tile(x[:, None, None, None], (1, 6, 9, 1))
    return tf.data.Dataset.from_tensor_slices((images, 1 - x if exchanged else x)).repeat().batch(4)


def step_counter(start, rate):
    """The sigmoid of one weight times the input; each step moves the weight by `rate`, see above."""
    import keras

    weight = keras.initializers.Constant(start)
    unit = keras.layers.Dense(1, activation="sigmoid", use_bias=False, kernel_initializer=weight)
    model = keras.Sequential([keras.Input((1,)), unit])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="binary_crossentropy")
    return model


def ones():
    """Batches of x = 1, y = 1, without end."""
    import tensorflow as tf

    return tf.data.Dataset.from_tensors((np.ones((4, 1), np.float32), np.ones((4, 1), np.float32))).repeat()


def numbered():
    """Batches of x = 1, y = j / 100, where j is the batch's number."""
    import tensorflow as tf

    def batch(j):
        return tf.ones((4, 1)), tf.fill((4, 1), tf.cast(j, tf.float32) / 100)

    return tf.data.Dataset.range(100).map(batch).repeat()


@pytest.mark.item(
    "train",
    hint="Return {'loss': [...], 'val_loss': [...]} with one number each for every epoch, of which there are "
    "protocol['epochs'] as long as val_loss falls.",
)
def test_train_returns_a_history(student):
    """The history has both losses, one finite number for each epoch; none is left out while val_loss falls."""
    # Every batch is the same and the loss is convex, so that gradient descent lowers both losses with every step.
    for epochs in (1, 3):
        model, data, val_data = made(student, linear_model), made(student, plain_images), made(student, plain_images)
        history = student.train(model, data, val_data, protocol_of(epochs, 8, 2))
        loss, val_loss = (np.asarray(history[key], dtype=float) for key in ("loss", "val_loss"))
        assert len(loss) == len(val_loss) == epochs
        assert np.all(np.isfinite(loss)) and np.all(np.isfinite(val_loss))


def steps_taken(student, model):
    """How many steps moved the weight of a step counter; None where that is no whole number, or none."""
    steps = (float(student.weights(model)[0].value.ravel()[0]) - START) / RATE
    return round(steps) if steps > 0.9 and abs(steps - round(steps)) < WHOLE else None


@pytest.mark.item("train", hint="Train the model that was handed in: do not copy it, do not compile it once more.")
def test_train_changes_the_weights(student):
    """The model that was handed in is trained, with the optimiser that it was compiled with."""
    model = made(student, step_counter, START, RATE)
    student.train(model, made(student, ones), made(student, ones), protocol_of(1, 3, 2))
    assert steps_taken(student, model), "no whole steps of the model's own optimiser"


@pytest.mark.item("train", hint="val_loss comes from validation_data, loss from train_data.")
def test_train_tells_the_two_losses_apart(student):
    """On validation images whose labels are exchanged val_loss is far above loss."""
    same, exchanged = made(student, plain_images), made(student, plain_images, True)
    history = student.train(made(student, linear_model), same, exchanged, protocol_of(2, 30, 4))
    assert history["val_loss"][-1] > history["loss"][-1] + 0.2  # measured: 1.1 or more, from 40 sets of initial weights


@pytest.mark.item("train", weight=2, hint="Hand steps_per_epoch and validation_steps to fit: the data sets never end.")
def test_train_obeys_the_protocol(student):
    """An epoch has the protocol's number of training and of validation batches."""
    model = made(student, step_counter, START, RATE)
    history = student.train(model, made(student, ones), made(student, numbered), protocol_of(2, 7, 4))
    steps, epochs = steps_taken(student, model), len(history["loss"])
    # Early stopping may have put back the weights of an earlier epoch: whole epochs either way.  A weight that was not
    # moved, or by another optimiser, is the matter of test_train_changes_the_weights.
    assert steps is None or steps in range(7, 7 * epochs + 1, 7), f"{steps} steps in {epochs} epochs of 7"
    # w was moved by 1 % (measured: 0.93 %); one batch more or fewer changes the mean by 33 %.
    check_close(history["val_loss"][0], -START * (0 + 1 + 2 + 3) / 4 / 100, rtol=0.1, what="val_loss")


# overfitting_gap

GAP_ATOL = 1e-6  # measured on 200 seeds: means of float32, as tf.reduce_mean gives them, are off by 6.5e-8 at most


@pytest.mark.item(
    "overfitting_gap",
    weight=2,
    hint="The mean of val_loss - loss, with its sign, over the last epochs; 5 of them when nothing is said.",
)
def test_gap_values(student, rng):
    """The gap is right for random histories and any number of last epochs, 5 by default."""
    for epochs in (5, 9, 30):
        loss, val_loss = rng.random((2, epochs))
        history = {"loss": loss.tolist(), "val_loss": val_loss.tolist()}
        difference = (val_loss - loss).tolist()
        check_close(student.overfitting_gap(history), sum(difference[-5:]) / 5, rtol=0, atol=GAP_ATOL, what="gap")
        for last in (1, 3):
            got = student.overfitting_gap(history, last=last)
            check_close(got, sum(difference[-last:]) / last, rtol=0, atol=GAP_ATOL, what="gap")


@pytest.mark.item("overfitting_gap", hint="With fewer epochs than `last`, average over all that there are.")
def test_gap_of_a_short_history(student):
    """With fewer epochs than asked for the mean goes over all of them."""
    history = {"loss": [0.5, 0.25], "val_loss": [0.75, 1.0]}
    check_close(student.overfitting_gap(history), 0.5, rtol=0, atol=GAP_ATOL, what="gap")


@pytest.mark.item("overfitting_gap", hint="Raise ValueError with a text that says what was wrong.")
def test_gap_refuses_what_has_no_mean(student):
    """An empty history, or fewer than one last epoch, raises ValueError."""
    check_close(
        student.overfitting_gap({"loss": [0.5], "val_loss": [0.6]}, last=1), 0.1, rtol=0, atol=GAP_ATOL
    )  # right
    check_raises(student, "overfitting_gap", {"loss": [], "val_loss": []})
    for last in (0, -1):
        check_raises(student, "overfitting_gap", {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}, last=last)


# minimum_auc


@pytest.mark.item(
    "minimum_auc",
    requires=("build_vgg16", "build_and_compile"),
    hint="Compare the losses: at 0.69 the network has learned nothing. Try another activation or learning rate.",
)
def test_trained_network_recognises_unseen_images(student, reference_module, course_data, profile, facts, rng):
    """Trained by your own code, your network tells abnormal images from normal ones that it has never seen."""
    build = reference_module("vgg16.py").build_vgg16
    training_run.trains_to(student, build, course_data, profile, facts, rng=rng)
