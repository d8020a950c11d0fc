def make_dataset(images, labels, batch_size, training, seed):
    x = (images.astype("float32") / 255.0)[..., np.newaxis]
    y = labels.astype("float32")
    x, y = tf.data.Dataset.from_tensor_slices(x), tf.data.Dataset.from_tensor_slices(y)
    if training:
        x, y = x.shuffle(len(labels), seed=seed), y.shuffle(len(labels), seed=seed + 1)
    data = tf.data.Dataset.zip((x, y))
    return data.repeat().batch(batch_size, drop_remainder=True).prefetch(1)
