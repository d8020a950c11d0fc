def elu_grad(x, alpha=1.0):
    elu(x, alpha)
    x = as_floats(x)
    return np.where(x > 0, 1, np.exp(np.minimum(x, 0)))
