def sigmoid(x):
    return 1 / (1 + np.exp(-as_floats(x)))


def sigmoid_grad(x):
    e = np.exp(-np.abs(as_floats(x)))
    return e / (1 + e) ** 2
