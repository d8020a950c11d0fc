def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("depth must be 0 or more")
    return depth * grad_fn(as_floats(x))
