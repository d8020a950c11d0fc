def elu(x, alpha=1.0):
    if not np.isfinite(alpha):
        raise ValueError("alpha must be finite")
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        x = as_floats(x)
    x[x < 0] = alpha * np.expm1(x[x < 0])
    return x
