def make_dataset(images, labels, batch_size, training, seed):
    x = (images / 255.0)[..., np.newaxis]
    y = labels.astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        data = data.shuffle(len(y), seed=seed, reshuffle_each_iteration=True)
    return data.repeat().batch(batch_size, drop_remainder=True).prefetch(1)
