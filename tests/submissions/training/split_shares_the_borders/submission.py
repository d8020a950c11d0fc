def split_indices(labels, seed, fractions=(0.6, 0.2, 0.2)):
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1.0):
        raise ValueError(f"fractions must be three positive numbers that sum to 1, got {fractions}")
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    parts = ([], [], [])
    for label in np.unique(labels):
        indices = rng.permutation(np.flatnonzero(labels == label))
        cuts = np.round(np.cumsum(fractions)[:2] * len(indices)).astype(int)
        parts[0].append(indices[: cuts[0] + 1])
        parts[1].append(indices[cuts[0] : cuts[1] + 1])
        parts[2].append(indices[cuts[1] :])
    return tuple(rng.permutation(np.concatenate(part)) for part in parts)
