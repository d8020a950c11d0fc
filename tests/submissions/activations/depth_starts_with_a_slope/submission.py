def gradient_through_depth(grad_fn, depth, x):
    x = as_floats(x)
    if depth < 0:
        raise ValueError("depth must be 0 or more")
    product = grad_fn(x)
    for _ in range(depth - 1):
        product = product * grad_fn(x)
    return product
