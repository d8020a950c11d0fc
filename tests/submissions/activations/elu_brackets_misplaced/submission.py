def elu(x, alpha=1.0):
    x, alpha = as_floats(x), float(alpha)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be finite")
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)
