import numpy as np


def _floats(x):
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise ValueError(f"wanted real numbers, got {x.dtype}")
    return x.astype(np.float32 if x.dtype == np.float32 else np.float64)


def sigmoid(x):
    x = _floats(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 - s)


def tanh(x):
    return np.tanh(_floats(x))


def tanh_grad(x):
    return 1 - np.tanh(_floats(x)) ** 2


def relu(x):
    return np.maximum(_floats(x), 0)


def relu_grad(x):
    x = _floats(x)
    return (x > 0).astype(x.dtype)


def elu(x, alpha=1.0):
    x = _floats(x)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be finite")
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


def elu_grad(x, alpha=1.0):
    x = _floats(x)
    if not np.isfinite(alpha):
        raise ValueError("alpha must be finite")
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def dead_unit_fraction(pre_activations):
    z = _floats(pre_activations)
    if z.ndim != 2:
        raise ValueError(f"wanted (n_samples, n_units), got {z.shape}")
    return np.mean(np.all(z <= 0, axis=0))


def gradient_through_depth(grad_fn, depth, x):
    x = _floats(x)
    if depth < 0:
        raise ValueError("depth must be 0 or more")
    return depth * grad_fn(x)
