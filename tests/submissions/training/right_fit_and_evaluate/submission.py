import statistics


def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    a, b, c = fractions
    if a < 0 or b < 0 or c < 0 or round(a + b + c, 6) != 1:
        raise ValueError("fractions have to be positive and to sum to 1")
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    parts, owed = [[], [], []], np.zeros(3)
    for index in order:
        owed += fractions
        receiver = int(np.argmax(owed))
        owed[receiver] -= 1
        parts[receiver].append(index)
    return [np.array(part) for part in parts]


def make_dataset(images, labels, batch_size, training, seed):
    tf.random.set_seed(seed)
    x = tf.data.Dataset.from_tensor_slices(np.expand_dims(images, -1) / np.float32(255))
    y = tf.data.Dataset.from_tensor_slices(labels.astype(np.float32))
    pairs = tf.data.Dataset.zip((x, y)).cache()
    pairs = pairs.shuffle(pairs.cardinality()) if training else pairs
    return pairs.repeat(-1).batch(batch_size, drop_remainder=True)


def build_and_compile(input_shape, width, dense_units):
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 470)
    model = build_vgg16(input_shape, width, 3, "relu", dense_units)
    model.compile(optimizer=keras.optimizers.RMSprop(schedule, clipnorm=1.0), loss=keras.losses.binary_crossentropy)
    return model


def train(model, train_data, validation_data, protocol):
    losses, val_losses = [], []
    for epoch in range(protocol["epochs"]):
        run = model.fit(train_data, steps_per_epoch=protocol["steps_per_epoch"], epochs=1, verbose=0)
        losses.extend(run.history["loss"])
        val_losses.append(model.evaluate(validation_data, steps=protocol["validation_steps"], verbose=0))
    return {"loss": losses, "val_loss": val_losses}


def overfitting_gap(history, last=5):
    pairs = list(zip(history["val_loss"], history["loss"]))
    if last < 1 or not pairs:
        raise ValueError("there is no epoch to average over")
    return statistics.fmean(worse - better for worse, better in pairs[-last:])
