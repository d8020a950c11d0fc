def dead_unit_fraction(pre_activations):
    z = as_floats(pre_activations)
    if z.ndim != 2:
        raise ValueError(f"wanted (n_samples, n_units), got {z.shape}")
    return np.mean(np.all(z < 0, axis=0))
