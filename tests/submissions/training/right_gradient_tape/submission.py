def train(model, train_data, validation_data, protocol):
    history = {"loss": [], "val_loss": []}

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def check(x, y):
        return model.compute_loss(x=x, y=y, y_pred=model(x, training=False))

    training = iter(train_data)
    for _ in range(protocol["epochs"]):
        losses = [step(*next(training)) for _ in range(protocol["steps_per_epoch"])]
        checks = [check(x, y) for x, y in validation_data.take(protocol["validation_steps"])]
        history["loss"].append(tf.reduce_mean(losses).numpy())
        history["val_loss"].append(tf.reduce_mean(checks).numpy())
    return history


def overfitting_gap(history, last=5):
    if last <= 0:
        raise ValueError("last has to be positive")
    if not history["loss"]:
        raise ValueError("no epoch was run")
    difference = tf.subtract(tf.constant(history["val_loss"]), tf.constant(history["loss"]))
    return tf.reduce_mean(difference[-last:]).numpy()
