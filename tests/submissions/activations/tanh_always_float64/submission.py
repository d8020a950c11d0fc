def tanh(x):
    return np.tanh(as_floats(x)).astype(np.float64)
