def sigmoid(x):
    x = np.asarray(x)
    if x.dtype.kind not in "iuf":
        raise ValueError("numbers, please")
    if x.dtype.kind != "f":
        x = x.astype(float)
    positive = x >= 0
    np.abs(x, out=x)
    x *= -1
    e = np.exp(x)
    return np.where(positive, 1 / (1 + e), e / (1 + e))
