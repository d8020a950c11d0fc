def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1.0):
        raise ValueError(f"fractions must be three positive numbers that sum to 1, got {fractions}")
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    cuts = np.round(np.cumsum(fractions)[:2] * len(labels)).astype(int)
    return tuple(np.split(rng.permutation(len(labels)), cuts))
