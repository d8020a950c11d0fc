def sigmoid(x):
    return (1 + np.tanh(as_floats(x))) / 2


def sigmoid_grad(x):
    e = np.exp(-np.abs(as_floats(x)))
    return e / (1 + e) ** 2
