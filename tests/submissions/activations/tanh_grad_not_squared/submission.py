def tanh_grad(x):
    return 1 - tanh(x)
