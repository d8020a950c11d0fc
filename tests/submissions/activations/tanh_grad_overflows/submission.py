def tanh_grad(x):
    return 1 / np.cosh(as_floats(x)) ** 2
