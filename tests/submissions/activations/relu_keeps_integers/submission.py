def relu(x):
    as_floats(x)
    return np.maximum(x, 0)
