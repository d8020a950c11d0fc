def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    if len(fractions) != 3 or any(f < 0 for f in fractions) or not 0.999 < sum(fractions) < 1.001:
        raise ValueError("three fractions with sum 1, please")
    rng = np.random.RandomState(seed)
    train, validation, test = [], [], []
    for label in set(labels.tolist()):
        of_class = [i for i in range(len(labels)) if labels[i] == label]
        rng.shuffle(of_class)
        n_validation, n_test = (int(f * len(of_class)) for f in fractions[1:])
        validation += of_class[:n_validation]
        test += of_class[n_validation : n_validation + n_test]
        train += of_class[n_validation + n_test :]
    return np.sort(train), np.sort(validation), np.sort(test)


def make_dataset(images, labels, batch_size, training, seed):
    def batches():
        rng = np.random.default_rng(seed)
        while True:
            order = rng.permutation(len(labels)) if training else np.arange(len(labels))
            for start in range(0, len(labels) - batch_size + 1, batch_size):
                chosen = order[start : start + batch_size]
                yield np.float32(images[chosen, :, :, None]) / 255, np.float32(labels[chosen])

    shape = (batch_size, *images.shape[1:], 1)
    signature = (tf.TensorSpec(shape, tf.float32), tf.TensorSpec((batch_size,), tf.float32))
    return tf.data.Dataset.from_generator(batches, output_signature=signature)


def train(model, train_data, validation_data, protocol):
    history = {"loss": [], "val_loss": []}
    train_data, validation_data = iter(train_data), iter(validation_data)
    for _ in range(protocol["epochs"]):
        losses = [model.train_on_batch(*next(train_data)) for _ in range(protocol["steps_per_epoch"])]
        checks = [model.test_on_batch(*next(validation_data)) for _ in range(protocol["validation_steps"])]
        history["loss"].append(float(np.mean(losses)))
        history["val_loss"].append(float(np.mean(checks)) if not isinstance(checks[-1], list) else checks[-1][0])
        model.reset_metrics()
        if len(history["val_loss"]) > 2 and history["val_loss"][-1] > history["val_loss"][-2] > history["val_loss"][-3]:
            break
    return history


def overfitting_gap(history, last=5):
    gaps = [v - t for t, v in zip(history["loss"], history["val_loss"], strict=True)]
    if last < 1 or not gaps:
        raise ValueError(f"nothing to average: last = {last}, {len(gaps)} epochs")
    return sum(gaps[-last:]) / len(gaps[-last:])
