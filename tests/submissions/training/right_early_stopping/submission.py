def make_dataset(images, labels, batch_size, training, seed):
    data = tf.data.Dataset.from_tensor_slices((images, labels))
    if training:
        data = data.shuffle(buffer_size=images.shape[0], seed=seed)
    data = data.batch(batch_size, drop_remainder=True).repeat()

    def prepare(x, y):
        return tf.expand_dims(tf.cast(x, tf.float32) / 255.0, -1), tf.cast(y, tf.float32)

    return data.map(prepare, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def build_and_compile(input_shape, width, dense_units):
    model = build_vgg16(input_shape, width, kernel_size=5, activation="tanh", dense_units=dense_units)
    model.compile(keras.optimizers.Nadam(3e-4), loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy", "auc"])
    return model


def train(model, train_data, validation_data, protocol):
    stopper = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    result = model.fit(
        train_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_data=validation_data,
        validation_steps=protocol["validation_steps"],
        callbacks=[stopper],
        verbose=2,
    )
    return {"loss": result.history["loss"], "val_loss": np.array(result.history["val_loss"]).tolist()}
