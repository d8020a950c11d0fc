def tanh(x):
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return np.tanh(x, out=x)
    return np.tanh(as_floats(x))
