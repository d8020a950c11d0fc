"""images not scaled"""


def make_dataset(images, labels, batch_size, training, seed):
    data = tf.data.Dataset.from_tensor_slices((images.astype("float32")[..., np.newaxis], labels.astype("float32")))
    if training:
        data = data.shuffle(len(labels), seed=seed)
    return data.repeat().batch(batch_size, drop_remainder=True)
