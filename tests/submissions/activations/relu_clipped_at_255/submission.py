def relu(x):
    return np.clip(as_floats(x), 0, 255)
