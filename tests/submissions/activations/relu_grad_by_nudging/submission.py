def relu_grad(x):
    x = as_floats(x)
    wide = x.astype("float64")
    return ((relu(wide) - relu(wide - 1e-5)) / 1e-5).astype(x.dtype)
