def sigmoid(x):
    x = np.atleast_1d(as_floats(x))
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
