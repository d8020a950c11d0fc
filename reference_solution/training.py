"""From images to a trained VGG-16: splits, data sets, training, and the gap between the two losses.

The file stands alone, as a submission has to: `build_vgg16` is the network of the assignment "vgg16" written
shorter. Students paste their own from there.

Source: Lee et al., the case study that this course follows (VGG-16 on synthesised chest X-rays); Adam:
Kingma and Ba (2015), arXiv:1412.6980; ELU: Clevert et al. (2016), arXiv:1511.07289.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    """Divides the images into a training, a validation and a test part, by index.

    Every index lands in exactly one part. The split is stratified: each part gets its fraction of the
    normal and of the abnormal images, to within two images of each class. The same seed gives the same
    split, another seed another one.

    Args:
        labels: (n,) int array, 0 normal, 1 abnormal.
        seed: int, the seed of the shuffling.
        fractions: three positive numbers that sum to 1.

    Returns:
        (train, validation, test): three 1-D int arrays of indices into `labels`.

    Raises:
        ValueError: there are not three fractions, one is negative, or they do not sum to 1.
    """
    ### BEGIN SOLUTION
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1.0):
        raise ValueError(f"fractions must be three positive numbers that sum to 1, got {fractions}")
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    parts = ([], [], [])
    for label in np.unique(labels):
        indices = rng.permutation(np.flatnonzero(labels == label))
        cuts = np.round(np.cumsum(fractions)[:2] * len(indices)).astype(int)
        for part, piece in zip(parts, np.split(indices, cuts), strict=True):
            part.append(piece)
    # Shuffled once more, since a part sorted by class would give batches of one class.
    return tuple(rng.permutation(np.concatenate(part)) for part in parts)
    ### END SOLUTION


def make_dataset(images, labels, batch_size, training, seed):
    """A tf.data.Dataset of batches of images and labels, without end.

    Args:
        images: (n, height, width) uint8 array, 0 black to 255 white; not modified.
        labels: (n,) int array, 0 normal, 1 abnormal; labels[i] belongs to images[i].
        batch_size: int >= 1, images in a batch; at most n.
        training: True: every pass visits the images in a new random order, each image once a pass.
            False: every pass visits them in the order given.
        seed: int, the seed of the shuffling: the same seed gives the same batches.

    Returns:
        tf.data.Dataset that repeats without end and yields pairs of
        images (batch_size, height, width, 1), float32 in [0, 1], and
        labels (batch_size,), float32. Only whole batches.
    """
    ### BEGIN SOLUTION
    x = (images.astype("float32") / 255.0)[..., np.newaxis]
    y = labels.astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        data = data.shuffle(len(y), seed=seed, reshuffle_each_iteration=True)
    # Shuffle before repeat, so that no image comes twice in a pass.
    return data.repeat().batch(batch_size, drop_remainder=True).prefetch(1)
    ### END SOLUTION


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    """VGG-16 with one sigmoid unit at its end, as in the assignment "vgg16".

    Paste your own `conv_block` and `build_vgg16` from that assignment over this one.

    Args:
        input_shape: (height, width, channels) of one image; height and width at least 32 pixels.
        width: float > 0, factor on the number of filters: a layer has max(1, int(c * width)) of them.
        kernel_size: int >= 1, side of the kernels of all 13 convolutions.
        activation: "sigmoid", "tanh", "relu" or "elu", of all 13 convolutions and both hidden dense layers.
        dense_units: int >= 1, units of each of the two hidden dense layers.

    Returns:
        keras.Model, not compiled, from (batch, height, width, channels) to (batch, 1) in [0, 1].
    """
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input(shape=input_shape)])
    for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        filters = max(1, int(channels * width))
        for _ in range(n_convs):
            model.add(layers.Conv2D(filters, kernel_size, padding="same", activation=activation))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
    ### END SOLUTION


def build_and_compile(input_shape, width, dense_units):
    """Your VGG-16, compiled and ready to train.

    You choose the kernel size (3, 5 or 7), the activation (sigmoid, tanh, relu or elu), the optimiser and
    the learning rate. Train on binary cross-entropy, the loss for one sigmoid unit.

    Args:
        input_shape: (height, width, channels) of one image.
        width: float > 0, factor on the number of filters, for `build_vgg16`.
        dense_units: int >= 1, units of each hidden dense layer, for `build_vgg16`.

    Returns:
        keras.Model, a plain VGG-16 from `build_vgg16` without further layers, compiled.
    """
    ### BEGIN SOLUTION
    model = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=dense_units)
    optimizer = keras.optimizers.Adam(learning_rate=5e-4)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    return model
    ### END SOLUTION


def train(model, train_data, validation_data, protocol):
    """Trains a compiled model and returns its losses.

    Args:
        model: compiled keras.Model; trained in place.
        train_data: data set from `make_dataset`, without end.
        validation_data: data set from `make_dataset` with training=False, without end.
        protocol: mapping with the ints "epochs", "steps_per_epoch" (training batches an epoch),
            "validation_steps" (validation batches after each epoch) and "batch_size".

    Returns:
        dict {"loss": [...], "val_loss": [...]}: training and validation loss, one float for each epoch
        that was run. Stopping before protocol["epochs"] is allowed once val_loss no longer falls.
    """
    ### BEGIN SOLUTION
    history = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        verbose=0,
        shuffle=False,  # the data set shuffles itself
    )
    return {key: [float(value) for value in history.history[key]] for key in ("loss", "val_loss")}
    ### END SOLUTION


def overfitting_gap(history, last=5):
    """How much worse the model is on unseen images: the mean of val_loss - loss over the last epochs.

    Args:
        history: dict {"loss": [...], "val_loss": [...]} with one number per epoch, as `train` returns it.
        last: int >= 1, the number of epochs to average over, counted from the end; all of them when
            fewer were run.

    Returns:
        float; above 0 the model does better on the images that it was trained on.

    Raises:
        ValueError: last is below 1, or the history has no epoch.
    """
    ### BEGIN SOLUTION
    if last < 1:
        raise ValueError(f"last must be at least 1, got {last}")
    loss, val_loss = np.asarray(history["loss"]), np.asarray(history["val_loss"])
    if not len(loss):
        raise ValueError("the history has no epoch: train first")
    return float(np.mean((val_loss - loss)[-last:]))
    ### END SOLUTION
