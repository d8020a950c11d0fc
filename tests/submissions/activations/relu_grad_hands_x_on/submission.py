def relu_grad(x):
    x = as_floats(x)
    return np.where(x > 0, x, 0)
