def numbers(x):
    """float32 stays, all else becomes float64."""
    try:
        array = np.array(x, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"these are no numbers: {x!r}") from None
    return array, getattr(x, "dtype", None) if getattr(x, "dtype", None) == np.float32 else np.float64


def sigmoid(x):
    wide, dtype = numbers(x=x)
    return (0.5 + 0.5 * np.tanh(0.5 * wide.astype(np.longdouble))).astype(dtype)


def sigmoid_grad(x):
    wide, dtype = numbers(x=x)
    return (0.25 - (sigmoid(x=wide) - 0.5) ** 2).astype(dtype)


def tanh(x):
    wide, dtype = numbers(x=x)
    return np.tanh(wide).astype(dtype)


def tanh_grad(x):
    wide, dtype = numbers(x=x)
    return np.asarray(1 - np.square(np.tanh(wide)), dtype=dtype)


def relu(x):
    wide, dtype = numbers(x=x)
    return np.asarray(wide * (wide > 0), dtype=dtype)


def relu_grad(x):
    wide, dtype = numbers(x=x)
    return np.asarray(wide > 0, dtype=dtype)


def elu(x, alpha=1.0):
    wide, dtype = numbers(x=x)
    if not -np.inf < alpha < np.inf:
        raise ValueError("alpha has to lie between minus and plus infinity")
    return np.asarray(np.where(wide < 0, alpha * np.expm1(-np.abs(wide)), wide), dtype=dtype)


def elu_grad(x, alpha=1.0):
    wide, dtype = numbers(x=x)
    return np.asarray(np.where(wide > 0, 1, elu(x=-np.abs(wide), alpha=alpha) + alpha), dtype=dtype)


def dead_unit_fraction(pre_activations):
    wide, _ = numbers(x=pre_activations)
    if wide.ndim != 2:
        raise ValueError(f"{wide.ndim} dimensions instead of 2")
    dead = [not any(value > 0 for value in wide[:, unit]) for unit in range(wide.shape[1])]
    return np.array(dead).astype(float).sum() / len(dead)


def gradient_through_depth(grad_fn, depth, x):
    wide, dtype = numbers(x=x)
    if depth < 0:
        raise ValueError("depth is negative")
    if depth == 0:
        return np.ones(wide.shape, dtype)
    return (grad_fn(wide) * gradient_through_depth(grad_fn=grad_fn, depth=depth - 1, x=wide)).astype(dtype)
