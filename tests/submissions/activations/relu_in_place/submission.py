def relu(x):
    if np.ndim(x) == 0:
        return np.maximum(as_floats(x), 0)
    x = np.asarray(x)
    if x.dtype.kind in "iu":
        x = x.astype(np.float64)
    as_floats(x)
    x[x < 0] = 0
    return x
