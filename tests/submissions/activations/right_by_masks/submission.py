import numpy as np


def apply(x, left, right):
    """Fills a new array side by side."""
    x = np.asarray(x)
    if x.dtype.kind not in "iuf":
        raise ValueError(f"cannot use {x.dtype}")
    if x.dtype != np.float32:
        x = x.astype(float)
    out = np.empty_like(x)
    positive = x > 0
    out[positive] = right(x[positive])
    out[~positive] = left(x[~positive])
    return out


def sigmoid(x):
    return apply(x, lambda v: np.exp(v) / (1 + np.exp(v)), lambda v: 1 / (1 + np.exp(-v)))


def sigmoid_grad(x):
    return sigmoid(x) - sigmoid(x) ** 2


def tanh(x):
    return apply(
        x,
        lambda v: (np.exp(2 * v) - 1) / (np.exp(2 * v) + 1),
        lambda v: (1 - np.exp(-2 * v)) / (1 + np.exp(-2 * v)),
    )


def tanh_grad(x):
    return (1 - tanh(x)) * (1 + tanh(x))


def relu(x):
    return apply(x, lambda v: 0, lambda v: v)


def relu_grad(x):
    return apply(x, lambda v: 0, lambda v: 1)


def _check(alpha):
    if not np.isfinite(alpha):
        raise ValueError(f"alpha is {alpha}")


def elu(x, alpha=1.0):
    _check(alpha)
    return apply(x, lambda v: alpha * (np.exp(v) - 1), lambda v: v)


def elu_grad(x, alpha=1.0):
    _check(alpha)
    return apply(x, lambda v: alpha + elu(v, alpha), lambda v: 1)


def dead_unit_fraction(pre_activations):
    if np.ndim(pre_activations) != 2:
        raise ValueError("two dimensions wanted")
    dead = 0
    for unit in np.transpose(pre_activations):
        if all(value <= 0 for value in unit):
            dead += 1
    return dead / np.shape(pre_activations)[1]


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("depth below zero")
    if depth == 0:
        return np.asarray(x) * 0 + np.ones_like(grad_fn(x))
    return grad_fn(x) * gradient_through_depth(grad_fn, depth - 1, x)
