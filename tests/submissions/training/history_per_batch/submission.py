def train(model, train_data, validation_data, protocol):
    history = {"loss": [], "val_loss": []}
    train_data, validation_data = iter(train_data), iter(validation_data)
    for _ in range(protocol["epochs"]):
        for _ in range(protocol["steps_per_epoch"]):
            history["loss"].append(float(model.train_on_batch(*next(train_data))))
        for _ in range(protocol["validation_steps"]):
            history["val_loss"].append(float(model.test_on_batch(*next(validation_data))))
    return history
