def tanh_grad(x):
    x = as_floats(x)
    wide = x.astype("float64")
    return ((tanh(wide + 1e-4) - tanh(wide - 1e-4)) / 2e-4).astype(x.dtype)
