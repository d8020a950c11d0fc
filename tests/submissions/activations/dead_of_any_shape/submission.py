def dead_unit_fraction(pre_activations):
    return np.mean(np.all(as_floats(pre_activations) <= 0, axis=0))
