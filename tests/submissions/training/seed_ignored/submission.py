def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1.0):
        raise ValueError(f"fractions must be three positive numbers that sum to 1, got {fractions}")
    rng = np.random.default_rng()
    labels = np.asarray(labels)
    parts = ([], [], [])
    for label in np.unique(labels):
        indices = rng.permutation(np.flatnonzero(labels == label))
        cuts = np.round(np.cumsum(fractions)[:2] * len(indices)).astype(int)
        for part, piece in zip(parts, np.split(indices, cuts), strict=True):
            part.append(piece)
    return tuple(rng.permutation(np.concatenate(part)) for part in parts)


def make_dataset(images, labels, batch_size, training, seed):
    x = (images.astype("float32") / 255.0)[..., np.newaxis]
    y = labels.astype("float32")
    data = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        data = data.shuffle(len(y), reshuffle_each_iteration=True)
    return data.repeat().batch(batch_size, drop_remainder=True).prefetch(1)
