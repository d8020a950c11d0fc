def relu(x):
    x = as_floats(x)
    return np.maximum(x.astype(np.float32), 0).astype(x.dtype)
