def elu(x, alpha=1.0):
    as_floats(x)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be finite")
    x = np.asarray(x)
    out = np.zeros_like(x)
    out[x > 0] = x[x > 0]
    out[x <= 0] = alpha * np.expm1(x[x <= 0])
    return out
