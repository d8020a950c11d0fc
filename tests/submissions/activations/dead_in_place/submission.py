def dead_unit_fraction(pre_activations):
    z = np.asarray(pre_activations)
    if z.ndim != 2:
        raise ValueError(f"wanted (n_samples, n_units), got {z.shape}")
    z[z < 0] = 0
    return np.mean(np.all(z == 0, axis=0))
