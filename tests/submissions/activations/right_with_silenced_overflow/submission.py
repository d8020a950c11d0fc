def sigmoid(x):
    x = as_floats(x)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def sigmoid_grad(x):
    s = sigmoid(x)
    return s - s * s


def tanh(x):
    x = as_floats(x)
    with np.errstate(over="ignore"):
        return 1 - 2 / (np.exp(2 * x) + 1)


def tanh_grad(x):
    with np.errstate(over="ignore"):
        return 1 / np.cosh(as_floats(x)) ** 2


def relu(x):
    x = as_floats(x)
    return np.where(x < 0, np.zeros_like(x), x)


def relu_grad(x):
    x = as_floats(x)
    return np.where(x > 0, np.ones_like(x), np.zeros_like(x))


def elu(x, alpha=1.0):
    x = as_floats(x)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be a finite number")
    with np.errstate(over="ignore"):
        return np.where(x >= 0, x, alpha * (np.exp(x) - 1))


def elu_grad(x, alpha=1.0):
    x = as_floats(x)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be a finite number")
    with np.errstate(over="ignore"):
        return np.where(x >= 0, np.ones_like(x), alpha * np.exp(x))


def dead_unit_fraction(pre_activations):
    n_samples, n_units = as_floats(pre_activations).shape
    return sum(relu(pre_activations).sum(axis=0) == 0) / n_units


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError(f"depth is {depth}")
    x = as_floats(x)
    return np.prod(np.stack([np.ones_like(x), *(grad_fn(x) for _ in range(depth))]), axis=0)
