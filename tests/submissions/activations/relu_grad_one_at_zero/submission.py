def relu_grad(x):
    x = as_floats(x)
    return (x >= 0).astype(x.dtype)
