def relu(x):
    x = as_floats(x)
    return np.where(x > 0, x, 0.01 * x)
