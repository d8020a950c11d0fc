def tanh_grad(x):
    return 1 - as_floats(x) ** 2
