def gradient_through_depth(grad_fn, depth, x):
    x = as_floats(x)
    if depth < 0:
        raise ValueError("depth must be 0 or more")
    product = np.ones_like(x)
    for _ in range(depth):
        x = grad_fn(x)
        product = product * x
    return product
