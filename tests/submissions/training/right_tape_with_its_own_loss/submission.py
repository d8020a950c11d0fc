def train(model, train_data, validation_data, protocol):
    cross_entropy = keras.losses.BinaryCrossentropy()
    mean = {"loss": keras.metrics.Mean(), "val_loss": keras.metrics.Mean()}
    history = {"loss": [], "val_loss": []}
    for _ in range(protocol["epochs"]):
        for x, y in train_data.take(protocol["steps_per_epoch"]):
            with tf.GradientTape() as tape:
                loss = cross_entropy(tf.reshape(y, (-1, 1)), model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_weights)
            model.optimizer.apply(gradients, model.trainable_weights)
            mean["loss"].update_state(loss)
        for x, y in validation_data.take(protocol["validation_steps"]):
            mean["val_loss"].update_state(cross_entropy(tf.reshape(y, (-1, 1)), model(x)))
        for key, metric in mean.items():
            history[key].append(float(metric.result()))
            metric.reset_state()
    return history
