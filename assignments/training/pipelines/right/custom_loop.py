"""a loop of one's own"""


def train(model, train_data, validation_data, protocol):
    loss_of, optimizer = keras.losses.BinaryCrossentropy(), model.optimizer
    history = {"loss": [], "val_loss": []}

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(tf.reshape(y, (-1, 1)), model(x, training=True))
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    @tf.function
    def evaluate(x, y):
        return loss_of(tf.reshape(y, (-1, 1)), model(x, training=False))

    batches = iter(train_data)
    for _ in range(protocol["epochs"]):
        losses = [float(step(*next(batches))) for _ in range(protocol["steps_per_epoch"])]
        val_losses = [float(evaluate(x, y)) for x, y in validation_data.take(protocol["validation_steps"])]
        history["loss"].append(float(np.mean(losses)))
        history["val_loss"].append(float(np.mean(val_losses)))
    return history
