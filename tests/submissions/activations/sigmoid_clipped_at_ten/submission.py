def sigmoid(x):
    x = np.clip(as_floats(x), -10, 10)
    return 1 / (1 + np.exp(-x))
