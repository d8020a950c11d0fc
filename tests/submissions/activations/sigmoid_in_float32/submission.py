def sigmoid(x):
    x = as_floats(x)
    e = np.exp(-np.abs(x.astype("float32")))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e)).astype(x.dtype)


def sigmoid_grad(x):
    e = np.exp(-np.abs(as_floats(x)))
    return e / (1 + e) ** 2
