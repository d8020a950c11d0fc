def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    fractions = np.asarray(fractions, dtype=float)
    if fractions.shape != (3,) or np.any(fractions < 0) or abs(fractions.sum() - 1) > 1e-9:
        raise ValueError(f"not three shares of 1: {fractions}")
    part_of = np.empty(len(labels), dtype=int)
    state = np.random.RandomState(seed)
    for mask in (labels == 0, labels == 1):
        where = (np.arange(mask.sum()) + 0.5) / max(1, mask.sum())
        part_of[mask] = state.permutation(np.searchsorted(np.cumsum(fractions)[:2], where, side="right"))
    return tuple(np.where(part_of == part)[0] for part in range(3))


def make_dataset(images, labels, batch_size, training, seed):
    pixels, truth = tf.constant(images), tf.constant(labels, dtype=tf.float32)
    numbers = tf.data.Dataset.range(len(labels))
    if training:
        numbers = numbers.shuffle(len(labels), seed)
    numbers = numbers.repeat().batch(batch_size, drop_remainder=True)
    return numbers.map(
        lambda i: (tf.image.convert_image_dtype(tf.gather(pixels, i), tf.float32)[..., tf.newaxis], tf.gather(truth, i))
    )


class Diary(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.pages = {"loss": [], "val_loss": []}

    def on_epoch_end(self, epoch, logs=None):
        for key in self.pages:
            self.pages[key].append(logs[key])


def train(model, train_data, validation_data, protocol):
    diary = Diary()
    model.fit(
        x=train_data,
        batch_size=None,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_data=validation_data,
        validation_steps=protocol["validation_steps"],
        callbacks=[diary, keras.callbacks.ReduceLROnPlateau(patience=2)],
        verbose=0,
    )
    return diary.pages
