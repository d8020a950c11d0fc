import keras
import numpy as np
import tensorflow as tf
from keras import layers


def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    if len(fractions) != 3 or min(fractions) < 0 or (not np.isclose(sum(fractions), 1.0)):
        raise ValueError(f"fractions must be three positive numbers that sum to 1, got {fractions}")
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    parts = ([], [], [])
    for label in np.unique(labels):
        indices = rng.permutation(np.flatnonzero(labels == label))
        cuts = np.round(np.cumsum(fractions)[:2] * len(indices)).astype(int)
        for part, piece in zip(parts, np.split(indices, cuts), strict=True):
            part.append(piece)
    return tuple(rng.permutation(np.concatenate(part)) for part in parts)


def make_dataset(images, labels, batch_size, training, seed):
    x = (images.astype("float32") / 255.0)[..., np.newaxis]
    y = labels.astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        data = data.shuffle(len(y), seed=seed, reshuffle_each_iteration=True)
    return data.repeat().batch(batch_size, drop_remainder=True).prefetch(1)


def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
    model = keras.Sequential([keras.Input(shape=input_shape)])
    for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        filters = max(1, int(channels * width))
        for _ in range(n_convs):
            model.add(layers.Conv2D(filters, kernel_size, padding="same", activation=activation))
        model.add(layers.AveragePooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(dense_units, activation=activation))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=3, activation="elu", dense_units=dense_units)
    optimizer = keras.optimizers.Adam(learning_rate=0.0005)
    model.compile(optimizer=optimizer, loss="binary_crossentropy")
    return model


def train(model, train_data, validation_data, protocol):
    history = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        verbose=0,
    )
    return {key: [float(value) for value in history.history[key]] for key in ("loss", "val_loss")}


def overfitting_gap(history, last=5):
    if last < 1:
        raise ValueError(f"last must be at least 1, got {last}")
    loss, val_loss = (np.asarray(history["loss"]), np.asarray(history["val_loss"]))
    if not len(loss):
        raise ValueError("the history has no epoch: train first")
    return float(np.mean((val_loss - loss)[-last:]))
