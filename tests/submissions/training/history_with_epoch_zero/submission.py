def train(model, train_data, validation_data, protocol):
    history = {"loss": [], "val_loss": []}
    history["loss"].append(model.evaluate(train_data, steps=protocol["validation_steps"], verbose=0))
    history["val_loss"].append(model.evaluate(validation_data, steps=protocol["validation_steps"], verbose=0))
    trained = model.fit(
        train_data,
        validation_data=validation_data,
        epochs=protocol["epochs"],
        steps_per_epoch=protocol["steps_per_epoch"],
        validation_steps=protocol["validation_steps"],
        verbose=0,
    )
    return {key: history[key] + trained.history[key] for key in history}
