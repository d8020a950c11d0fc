def sigmoid_grad(x):
    e = np.exp(-as_floats(x))
    return e / (1 + e) ** 2
