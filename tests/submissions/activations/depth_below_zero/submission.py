def gradient_through_depth(grad_fn, depth, x):
    x = as_floats(x)
    product = np.ones_like(x)
    for _ in range(depth):
        product = product * grad_fn(x)
    return product
