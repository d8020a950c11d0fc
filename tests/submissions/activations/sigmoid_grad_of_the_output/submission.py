def sigmoid_grad(x):
    x = as_floats(x)
    return x * (1 - x)
