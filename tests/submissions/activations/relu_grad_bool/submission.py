def relu_grad(x):
    return as_floats(x) > 0
