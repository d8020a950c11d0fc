def train(model, train_data, validation_data, protocol):
    history = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=min(2, protocol["epochs"]),
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        verbose=0,
    )
    return {key: history.history[key] for key in ("loss", "val_loss")}
