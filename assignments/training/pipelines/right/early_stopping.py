"""early stopping"""


def train(model, train_data, validation_data, protocol):
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
    history = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        callbacks=[stop],
        verbose=0,
    )
    return {key: history.history[key] for key in ("loss", "val_loss")}
