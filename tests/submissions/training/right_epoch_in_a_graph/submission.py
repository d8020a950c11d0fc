def train(model, train_data, validation_data, protocol):
    model.optimizer.build(model.trainable_variables)

    @tf.function
    def mean_loss(batches, training):
        total, count = 0.0, 0.0
        for x, y in batches:
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=training))
            if training:
                gradients = tape.gradient(loss, model.trainable_variables)
                model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            total += loss
            count += 1.0
        return total / count

    history = {"loss": [], "val_loss": []}
    for _ in range(protocol["epochs"]):
        history["loss"].append(float(mean_loss(train_data.take(protocol["steps_per_epoch"]), True)))
        history["val_loss"].append(float(mean_loss(validation_data.take(protocol["validation_steps"]), False)))
    return history
