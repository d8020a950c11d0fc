def sigmoid_grad(x):
    x = as_floats(x)
    wide = x.astype("float64")
    return ((sigmoid(wide + 1e-4) - sigmoid(wide - 1e-4)) / 2e-4).astype(x.dtype)
