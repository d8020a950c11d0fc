def train(model, train_data, validation_data, protocol):
    history = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        verbose=0,
    )
    return {key: [float(value) for value in history.history[{"loss": "val_loss", "val_loss": "loss"}[key]]] for key in ("loss", "val_loss")}
